"""Pictures and files that people put on a board, drawn from their addresses: nothing of them is stored.

An address is ``/uploads/NUMBER/NAME``; the number says which file it is and ends in two digits that follow from the
rest, so that no other address is one of a file.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import lru_cache

import msgspec

from forgegen.streams.stream import Stream, fingerprint

UPLOADS = "/uploads/"
_ADDRESS = re.compile(r"/uploads/([0-9a-f]{8})([0-9a-f]{2})/([A-Za-z0-9_.-]{1,80})")
_SIZES = ((640, 480), (480, 640), (800, 600), (600, 800), (720, 540), (1024, 576), (576, 768), (960, 540))
_STORED = 65_535  # bytes of a stored block at most
_AROUND = 8 + 25 + 24 + 18 + 12  # bytes of a picture beside its stored data
# Ground, sky, thing and light of pictures.
_PALETTES = (
    (0x5B7A4C, 0xBFD7E6, 0x8A4B32, 0xF3E9C9), (0x7A6A56, 0xE9E4DA, 0x2F4858, 0xF6AE2D),
    (0x3D5A6C, 0xA9C6D9, 0xD1495B, 0xEDEAE0), (0x6B705C, 0xDDBEA9, 0x3F4238, 0xFFE8D6),
    (0x22333B, 0xC6AC8F, 0x5E503F, 0xEAE0D5), (0x4A4E69, 0xC9ADA7, 0x22223B, 0xF2E9E4),
)  # fmt: skip


class Upload(msgspec.Struct, frozen=True, gc=False):
    """A file: its media type and its bytes."""

    kind: str
    body: bytes


def address_of(number: int, name: str) -> str:
    """The address of the file that a number names."""
    digits = f"{number & 0xFFFFFFFF:08x}"
    return f"{UPLOADS}{digits}{_check(digits, name)}/{name}"


def _check(digits: str, name: str) -> str:
    return f"{fingerprint('upload', digits, name) & 0xFF:02x}"


def size_of_picture(number: int) -> tuple[int, int]:
    """Width and height of the picture that a number names."""
    return _SIZES[number % len(_SIZES)]


def is_picture(name: str) -> bool:
    """Whether a file of this name is a picture."""
    return name.endswith(".png")


@lru_cache(maxsize=64)
def upload_at(path: str) -> Upload | None:
    """The file at an address; None where there is none."""
    found = _ADDRESS.fullmatch(path)
    if found is None or _check(found[1], found[3]) != found[2]:
        return None
    number, name = int(found[1], 16), found[3]
    kind, make = _KINDS.get(name.rpartition(".")[2], _KINDS["txt"])
    return Upload(kind, make(number, name))


def size_of(path: str) -> int:
    """The bytes of the file at an address; 0 where there is none. A picture need not be drawn for it."""
    found = _ADDRESS.fullmatch(path)
    if found is not None and is_picture(found[3]):
        width, height = size_of_picture(int(found[1], 16))
        raw = (width // 4 + 1) * height
        return _AROUND + raw + 5 * -(-raw // _STORED)
    file = upload_at(path)
    return 0 if file is None else len(file.body)


def kind_of(name: str) -> str:
    """The media type of a file of this name."""
    return _KINDS.get(name.rpartition(".")[2], _KINDS["txt"])[0]


def _picture(number: int, name: str) -> bytes:
    """A picture in four colours: ground under sky, and some round and straight things."""
    width, height = size_of_picture(number)
    draw = Stream("picture", number)
    horizon = height * draw.between(45, 75) // 100
    rows = [bytearray(b"\1" if y < horizon else b"\0") * width for y in range(height)]
    for colour in (2, 3, 2, 3, 2)[: draw.between(2, 5)]:
        half, tall = draw.between(width // 14, width // 5), draw.between(height // 10, height // 3)
        x, y, straight = draw.below(width), draw.between(height // 4, height), draw.chance(450)
        for row in range(max(0, y - tall), min(height, y + tall)):
            away = abs(row - y)
            reach = half if straight else _root(half * half * (tall * tall - away * away) // (tall * tall))
            first, last = max(0, x - reach), min(width, x + reach)
            rows[row][first:last] = bytes((colour,)) * max(0, last - first)
    return _png(width, height, list(map(_packed, map(bytes, rows))), _PALETTES[draw.below(len(_PALETTES))])


@lru_cache(maxsize=1024)
def _packed(row: bytes) -> bytes:
    """Four pixels a byte."""
    fours = zip(row[0::4], row[1::4], row[2::4], row[3::4], strict=True)
    return bytes(a << 6 | b << 4 | c << 2 | d for a, b, c, d in fours)


def _root(n: int) -> int:
    """The whole square root."""
    x = n
    while x * x > n:
        x = (x + n // x) // 2
    return x


def _png(width: int, height: int, rows: list[bytes], colours: tuple[int, ...]) -> bytes:
    """A PNG of two bits a pixel; its data is stored, not packed, so that its size is the same everywhere."""
    raw = b"".join(b"\0" + row for row in rows)
    stored = [raw[at : at + _STORED] for at in range(0, len(raw), _STORED)]
    data = b"\x78\x01" + b"".join(
        struct.pack("<BHH", at == len(stored) - 1, len(part), len(part) ^ 0xFFFF) + part
        for at, part in enumerate(stored)
    )
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 2, 3, 0, 0, 0)),
        (b"PLTE", b"".join(colour.to_bytes(3, "big") for colour in colours)),
        (b"IDAT", data + struct.pack(">I", zlib.adler32(raw))),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )


def _log(number: int, name: str) -> bytes:
    """Lines with times, states and readings."""
    draw = Stream("log", number)
    at, lines = draw.below(40_000), []
    for line in range(draw.between(40, 260)):
        at += draw.between(1, 90)
        state = draw.pick(("ok", "ok", "ok", "wait", "retry", "slow"))
        lines.append(f"{at // 3600 % 24:02}:{at // 60 % 60:02}:{at % 60:02} [{line:04}] {state} {draw.below(9000)}")
    return "\n".join(lines).encode() + b"\n"


def _table(number: int, name: str) -> bytes:
    """Rows of numbers with commas between them."""
    draw = Stream("table", number)
    rows = [f"{row},{draw.below(40)}.{draw.below(100):02},{draw.below(100)}" for row in range(1, draw.between(30, 200))]
    return "\n".join(("nr,value,share", *rows)).encode() + b"\n"


def _track(number: int, name: str) -> bytes:
    """A way over land as GPS devices write it."""
    draw = Stream("track", number)
    north, east, points = draw.between(400_000, 500_000), draw.between(10_000, 90_000), []
    for _ in range(draw.between(40, 200)):
        north, east = north + draw.below(30) - 12, east + draw.below(30) - 12
        where = f'lat="{north // 10000}.{north % 10000:04}" lon="{east // 10000}.{east % 10000:04}"'
        points.append(f"<trkpt {where}><ele>{draw.between(90, 400)}</ele></trkpt>")
    head = '<?xml version="1.0"?>\n<gpx version="1.1" creator="log"><trk><trkseg>\n'
    return (head + "\n".join(points) + "\n</trkseg></trk></gpx>\n").encode()


def _archive(number: int, name: str) -> bytes:
    """A ZIP of a log and a table, stored."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for inner, body in (("log.txt", _log(number, "")), ("data.csv", _table(number, ""))):
            archive.writestr(zipfile.ZipInfo(inner, (2024, 1, 2, 0, 0, 0)), body)
    return made.getvalue()


def _sheet(number: int, name: str) -> bytes:
    """A PDF of one page with the lines of a log."""
    lines = _log(number, "").decode().splitlines()[:48]
    text = "\n".join(f"({line.replace('(', '').replace(')', '')}) '" for line in lines)
    stream = f"BT /F1 10 Tf 14 TL 60 780 Td\n{text}\nET"
    parts = (
        "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Courier >> >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
    )  # fmt: skip
    made, places = "%PDF-1.4\n", []
    for at, part in enumerate(parts, 1):
        places.append(len(made))
        made += f"{at} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    tail = f"trailer\n<< /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{len(made)}\n%%EOF\n"
    return f"{made}xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}{tail}".encode()


_KINDS: dict[str, tuple[str, Callable[[int, str], bytes]]] = {
    "png": ("image/png", _picture),
    "txt": ("text/plain", _log),
    "log": ("text/plain", _log),
    "csv": ("text/csv", _table),
    "gpx": ("application/gpx+xml", _track),
    "zip": ("application/zip", _archive),
    "pdf": ("application/pdf", _sheet),
}
