"""Spoilt inputs, made of good ones: bytes that were changed, JSON with something else in its places, zips
that say what is not so. The same generator gives the same inputs."""

from __future__ import annotations

import copy
import gzip
import io
import json
import random
import struct
import zipfile
from typing import Any

INTERESTING = (
    b"\0", b"\xff", b"\x7f", b"PK\x03\x04", b"\xff\xff\xff\xff", b"\x80\0\0\0", b"\r\n", b"\xed\xa0\x80",
)  # fmt: skip
# Of what stands in a JSON file somebody else may have made anything.
ODD = (
    None, True, False, 0, -1, 1, 2**31, 2**63, 10**400, 1e308, -0.0, 0.5, float("nan"), float("inf"), "", "0",
    "nan", "\0", "\ud800", "../../x", "<script>alert(1)</script>", "a" * 5000, [], {}, [[]], [None],
    {"": None}, ["a", 1], {"a": {"b": []}},
)  # fmt: skip
BOMB = 64 * 2**20  # bytes: what a small file unpacks to, if one lets it


def spoilt_bytes(good: bytes, rng: random.Random) -> bytes:
    """Bytes that were flipped, cut, doubled, put in or taken from elsewhere, a few times."""
    content = bytearray(good)
    for _ in range(rng.choice((1, 1, 1, 2, 4, 16))):
        at, length = rng.randrange(len(content) + 1), rng.choice((1, 2, 4, 8, 64, 512))
        match rng.randrange(6):
            case 0 if content:
                content[at % len(content)] ^= 1 << rng.randrange(8)
            case 1:
                del content[at : at + length]
            case 2:
                content[at:at] = rng.randbytes(length)
            case 3:
                content[at : at + length] = content[at : at + length] * 2
            case 4:
                content[at:at] = rng.choice(INTERESTING)
            case _:
                if rng.random() < 0.2:
                    del content[at:]
    return bytes(content)


def places_in(data: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of nested JSON."""
    found, waiting = [], [data]
    while waiting:
        inner = waiting.pop()
        keys = range(len(inner)) if isinstance(inner, list) else inner if isinstance(inner, dict) else ()
        found += [(inner, key) for key in keys]
        waiting += [inner[key] for key in keys]
    return found


def spoilt_data(good: Any, rng: random.Random) -> Any:
    """JSON data in which some places hold something else, are gone, or are somewhere else too."""
    data = copy.deepcopy(good)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        places = places_in(data)
        if not places:
            return rng.choice(ODD)
        container, key = rng.choice(places)
        match rng.randrange(7):
            case 0:
                del container[key]
            case 1:
                other, its = rng.choice(places)
                container[key] = copy.deepcopy(other[its])
            case 2 if isinstance(container, dict):
                container[rng.choice(("", "x", "\ud800", str(key) + "_", "a" * 300))] = rng.choice(ODD)
            case 3:
                container[key] = [container[key]] * rng.choice((1, 2, 50))
            case 4 if isinstance(container[key], int | float) and not isinstance(container[key], bool):
                container[key] = rng.choice((-1, 0, 1, 7, 10**9, 2**70)) * container[key]
            case _:
                container[key] = copy.deepcopy(rng.choice(ODD))
    return data if rng.random() > 0.02 else rng.choice(ODD)


def spoilt_json(good: Any, rng: random.Random) -> bytes:
    """The text of such data; now and then spoilt as text, or nested deeper than anybody reads."""
    kind = rng.random()
    if kind < 0.01:
        return b'{"a":' * 3000 + b"1" + b"}" * 3000
    if kind < 0.02:
        return b"[" * 100_000
    text = json.dumps(spoilt_data(good, rng), indent=rng.choice((None, 1))).encode("utf-8", "surrogatepass")
    return spoilt_bytes(text, rng) if kind < 0.3 else text


def zipped(members: dict[str, bytes], rng: random.Random) -> bytes:
    """A zip of these members, with a few that nobody expects, spoilt about every second time."""
    buffer = io.BytesIO()
    more = {}
    if rng.random() < 0.3:
        names = ("../up", "/top", "a\0b.ipynb", "..", "C:\\x.ipynb", "ü" * 200 + ".ipynb", "x/", "\\")
        more[rng.choice(names)] = rng.choice((b"", b"{}", b"\xff" * 10))
    if rng.random() < 0.02:
        more["large.ipynb"] = bytes(BOMB)
    with zipfile.ZipFile(buffer, "w", rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as file:
        for name, content in {**members, **more}.items():
            file.writestr(name, content)
    content = bytearray(buffer.getvalue())
    if rng.random() < 0.3:  # another compression, an encrypted member, another size
        for sign, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
            at = content.find(sign)
            field = rng.choice((0, 2, 12, 14, 16)) if at >= 0 else 0
            content[at + offset + field : at + offset + field + 2] = struct.pack("<H", rng.randrange(2**16))
    return spoilt_bytes(bytes(content), rng) if rng.random() < 0.4 else bytes(content)


def spoilt_idx(magic: bytes, rng: random.Random) -> bytes:
    """A small IDX file whose header may say anything, packed or not; now and then it unpacks to far more."""
    size = [rng.choice((0, 1, 2, 28, 60_000, 2**31, 2**32 - 1)) for _ in range(rng.choice((0, 1, 3, 3, 4)))]
    header = magic[:3] + bytes([rng.choice((magic[3], len(size), rng.randrange(256)))])
    content = header + struct.pack(f">{len(size)}I", *size) + rng.randbytes(rng.randrange(64))
    kind = rng.random()
    if kind < 0.01:
        return gzip.compress(content + bytes(BOMB), 1)
    if kind < 0.5:
        content = gzip.compress(content, 1)
    return spoilt_bytes(content, rng) if rng.random() < 0.6 else content
