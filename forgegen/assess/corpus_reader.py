"""Cases: pages to run a parser on, with their truth, from a seed or from a corpus on disk."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from forgegen.errors import MissingExtra, UsageError
from forgegen.generate.making import make_thread
from forgegen.model.truth import Truth
from forgegen.pages.page import Page, render
from forgegen.quirks.catalogue import QUIRKS
from forgegen.skins.settings import Settings


class CorpusCase(msgspec.Struct, frozen=True, kw_only=True):
    """One page to read: what a parser is given, and the truth. ``thread`` is what pages of one thread have in common.

    ``hostile``: no truth is promised, so scores leave it out; ``how`` is a command that makes the page again.
    """

    key: str
    thread: str
    skin: str
    url: str
    headers: dict[str, str]
    body: bytes
    html: str
    truth: Truth
    quirks: tuple[str, ...] = ()
    hostile: bool = False
    how: str = ""


def case_of(page: Page, key: str, thread: str, how: str = "") -> CorpusCase:
    """A page as a case."""
    return CorpusCase(
        key=key, thread=thread, skin=page.skin, url=page.url, headers=page.headers, body=page.body, html=page.html,
        truth=page.truth, quirks=page.planted or page.quirks, hostile=page.readers == "hostile", how=how,
    )  # fmt: skip


def generated(
    *, seed: int, skins: Iterable[str], threads: int, locale: str = "zh-CN", profile: str = "reference",
    templates: tuple[Path, ...] = (), settings: Settings = (),
) -> Iterator[CorpusCase]:  # fmt: skip
    """All pages of the first threads of a seed, each in every skin, on boards with these settings."""
    skins = list(skins)
    for index in range(threads):
        thread = make_thread(seed, index, locale=locale, profile=profile)
        for skin in skins:
            pages = render(thread, skin, templates=templates, settings=settings)
            for page in pages:
                how = f"forgegen page --seed {seed} --index {index} --skin {skin}"
                how += "".join(
                    f" --{name} {value}"
                    for name, value, usual in (
                        ("locale", locale, "zh-CN"), ("profile", profile, "reference"), ("page", page.number, 1),
                    ) if value != usual
                )  # fmt: skip
                how += "".join(f" --setting {name}={value}" for name, value in page.settings)
                yield case_of(page, f"{index}/{skin}/{page.number}", str(index), how)


def from_corpus(path: Path) -> Iterator[CorpusCase]:
    """The pages of a corpus: a folder of ``*.html`` with ``*.truth.json``, JSON lines, or a folder of these.

    JSON lines may be compressed (``.gz``, ``.zst``).

    Raises: UsageError where there is nothing to read, or a row is none; MissingExtra for ``.zst`` without zstandard.
    """
    if path.is_file():
        yield from _from_lines(path)
        return
    if not path.is_dir():
        raise UsageError(f"{str(path)!r} is neither a file nor a folder; right would be a corpus")
    lines = sorted(p for p in path.rglob("*") if p.name.endswith((".jsonl", ".jsonl.gz", ".jsonl.zst")))
    pairs = sorted(p for p in path.rglob("*.truth.json"))
    if not lines and not pairs:
        raise UsageError(f"folder {str(path)!r} holds neither *.jsonl nor *.truth.json; right would be a corpus")
    if lines:
        for file in lines:
            yield from _from_lines(file)
        return
    for truth in pairs:
        yield _from_files(path, truth)


def _from_files(root: Path, truth: Path) -> CorpusCase:
    stem = truth.name.removesuffix(".truth.json")
    html = next((f for end in (".html", ".htm") if (f := truth.with_name(stem + end)).is_file()), None)
    if html is None:
        raise UsageError(f"{str(truth)!r} has no page beside it; right would be {stem}.html")
    body = html.read_bytes()
    relative = str(html.relative_to(root).with_suffix("")).replace("\\", "/")
    return CorpusCase(
        key=relative, thread=relative, skin="", url=f"https://corpus.invalid/{html.name}",
        headers={"Content-Type": "text/html"}, body=body, html=body.decode("utf-8", "replace"),
        truth=_truth(truth.read_bytes(), str(truth)), how=str(html),
    )  # fmt: skip


class _Row(msgspec.Struct):
    """What is read of a corpus row; ``body_b64`` stands where the page is not UTF-8."""

    key: str | int
    truth: msgspec.Raw
    index: int | None = None
    page: int = 1
    skin: str = ""
    url: str = ""
    headers: dict[str, str] = {}
    encoding: str = "utf-8"
    quirks: tuple[str, ...] = ()
    html: str | None = None
    body_b64: str | None = None


_decode_row = msgspec.json.Decoder(_Row).decode


def _from_lines(path: Path) -> Iterator[CorpusCase]:
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        where = f"{path.name}, line {number}"
        try:
            row = _decode_row(line)
            body = base64.b64decode(row.body_b64) if row.body_b64 is not None else (row.html or "").encode()
        except ValueError as e:
            raise UsageError(f"{where}: not a row of a corpus: {e}") from None
        yield CorpusCase(
            key=str(row.key), thread=str(row.key if row.index is None else row.index), skin=row.skin, url=row.url,
            headers=row.headers or {"Content-Type": f"text/html; charset={row.encoding}"}, body=body,
            html=row.html if row.html is not None else _text(body, row.encoding), truth=_truth(bytes(row.truth), where),
            quirks=row.quirks, hostile=any(_is_hostile(name) for name in row.quirks), how=where,
        )  # fmt: skip


def _text(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding, "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


def _is_hostile(name: str) -> bool:
    return getattr(QUIRKS.get(name), "readers", "portable") == "hostile"


def _truth(data: bytes, where: str) -> Truth:
    try:
        return Truth.from_json(data)
    except msgspec.MsgspecError as e:
        raise UsageError(f"{where}: not a truth: {e}") from None


def _lines(path: Path) -> Iterator[bytes]:
    if path.suffix == ".zst":
        with (
            path.open("rb") as file,
            _zstandard().ZstdDecompressor().stream_reader(file, read_across_frames=True) as reader,
        ):
            yield from _split(reader)
    elif path.suffix == ".gz":
        with gzip.open(path, "rb") as unpacked:
            yield from unpacked
    else:
        with path.open("rb") as file:
            yield from file


def _split(reader: Any) -> Iterator[bytes]:
    rest = b""
    while block := reader.read(1 << 20):
        *whole, rest = (rest + block).split(b"\n")
        yield from whole
    yield rest


def _zstandard() -> Any:
    from importlib import import_module

    try:
        return import_module("zstandard")
    except ModuleNotFoundError:
        raise MissingExtra("zstandard", "corpus") from None


def read_predictions(path: Path) -> dict[str, Any]:
    """Predictions by key, from lines of ``{key, prediction}``.

    Raises: UsageError with the line where one is broken or comes twice.
    """
    found: dict[str, Any] = {}
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        try:
            row = msgspec.json.decode(line, type=dict[str, Any])
            key = str(row["key"])
            prediction = row["prediction"]
        except (msgspec.MsgspecError, KeyError):
            raise UsageError(
                f"{path.name}, line {number}: {line[:60]!r} is no prediction; right would be "
                '{"key": …, "prediction": …}'
            ) from None
        if key in found:
            raise UsageError(f"{path.name}, line {number}: key {key!r} for the second time")
        found[key] = prediction
    return found
