"""What is in a zip is read in memory, and no more of it than there is room for."""

import io
import zipfile

import pytest

from vaecore.files.zips import UnpacksTooFarError, is_zip, members_within, plain_name


def made(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def read(content: bytes, largest: int, **options):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return dict(members_within(archive, largest, **options))


def test_members_come_in_their_order_until_the_last_byte_of_room():
    zipped = made(a=b"12345", b=b"678")
    assert list(read(zipped, 8).items()) == [("a", b"12345"), ("b", b"678")]
    with pytest.raises(UnpacksTooFarError, match="more than 7 bytes"):
        read(zipped, 7)


def test_what_is_not_wanted_takes_no_room():
    assert read(made(a=b"0" * 10_000, b=b"678"), 3, wanted=lambda name: name == "b") == {"b": b"678"}


def test_a_zip_that_lies_about_its_sizes_gets_no_more_room():
    zipped = bytearray(made(a=b"0" * 10_000))
    said = (10_000).to_bytes(4, "little")
    assert zipped.count(said) == 2
    lying = bytes(zipped).replace(said, (3).to_bytes(4, "little"))
    with pytest.raises((UnpacksTooFarError, zipfile.BadZipFile)):
        read(lying, 5)


def test_a_folder_is_no_part_of_a_plain_name():
    assert [plain_name(name) for name in ("a/b/c.ipynb", "a\\b.ipynb", "c")] == ["c.ipynb", "b.ipynb", "c"]


def test_only_what_ends_as_a_zip_is_one():
    zipped = made(a=b"1")
    assert is_zip(zipped)
    assert not is_zip(zipped[:-5]) and not is_zip(b"") and not is_zip(b'{"format": 1}')
