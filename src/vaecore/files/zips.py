"""What is in a zip that somebody made: read in memory, and never more of it than there is room for."""

import io
import zipfile
from collections.abc import Callable, Iterator


class UnpacksTooFarError(ValueError):
    """A zip would unpack to more bytes than it may."""


def is_zip(content: bytes) -> bool:
    """Return whether these bytes end as a zip does.  A damaged one may."""
    try:
        return zipfile.is_zipfile(io.BytesIO(content))
    except ValueError:  # from Python 3.14 on, where the end speaks of places outside the file
        return False


def plain_name(member: str) -> str:
    """Return a member's name without folders, whatever system wrote them."""
    return member.replace("\\", "/").split("/")[-1]


def members_within(
    archive: zipfile.ZipFile, largest: int, wanted: Callable[[str], bool] = bool
) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each wanted member.

    Raises UnpacksTooFarError as soon as the wanted ones fill more than `largest` bytes together, and whatever
    zipfile raises for a damaged archive.
    """
    room = largest
    for member in archive.infolist():
        if not wanted(member.filename):
            continue
        with archive.open(member) as file:
            data = file.read(room + 1)  # not what the archive says of its size
        room -= len(data)
        if room < 0:
            raise UnpacksTooFarError(f"it unpacks to more than {largest:,} bytes")
        yield member.filename, data
