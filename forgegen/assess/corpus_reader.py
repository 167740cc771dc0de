"""Cases: pages to run a parser on, with their truth, from a seed or from a corpus on disk."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from forgegen.assess.packed_lines import lines_of
from forgegen.errors import ReadError, UsageError
from forgegen.generate.making import make_thread
from forgegen.model.truth import Truth
from forgegen.pages.page import Page, render
from forgegen.quirks.catalogue import QUIRKS
from forgegen.skins.own_words import words_for
from forgegen.skins.settings import Settings


class CorpusCase(msgspec.Struct, frozen=True, kw_only=True):
    """One page to read: what a parser is given, and the truth. ``thread`` is what pages of one thread have in common.

    ``hostile``: no truth is promised, so scores leave it out; ``how`` is a command that makes the page again, or where
    it lies. ``bare``: only address and truth are known, so there is nothing to give to a parser; ``fault`` is what
    takes the page away from crawlers for good.
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
    page: int = 1
    split: str = ""
    bare: bool = False
    fault: str = ""


def case_of(page: Page, key: str, thread: str, how: str = "", quirks: tuple[str, ...] | None = None) -> CorpusCase:
    """A page as a case; ``quirks`` None are those planted, or else those detected."""
    return CorpusCase(
        key=key, thread=thread, skin=page.skin, url=page.url, headers=page.headers, body=page.body, html=page.html,
        truth=page.truth, quirks=page.planted or page.quirks if quirks is None else quirks,
        hostile=page.readers == "hostile", how=how, page=page.number,
    )  # fmt: skip


def generated(
    *, seed: int, skins: Iterable[str], threads: int, locale: str | None = None, profile: str | None = None,
    templates: tuple[Path, ...] = (), settings: Settings = (),
) -> Iterator[CorpusCase]:  # fmt: skip
    """All pages of the first threads of a seed, each in every skin, on boards with these settings.

    Locale and profile are the skin's unless they are given.
    """
    words = {skin: words_for(skin, locale, profile, templates) for skin in skins}
    for index in range(threads):
        for skin in words:
            thread = make_thread(seed, index, **words[skin])
            pages = render(thread, skin, templates=templates, settings=settings)
            for page in pages:
                how = f"forgegen page --seed {seed} --index {index} --skin {skin}"
                how += "".join(
                    f" --{name} {value}"
                    for name, value, usual in (
                        ("locale", locale, None), ("profile", profile, None), ("page", page.number, 1),
                    ) if value != usual
                )  # fmt: skip
                how += "".join(f" --setting {name}={value}" for name, value in page.settings)
                yield case_of(page, f"{index}/{skin}/{page.number}", str(index), how)


def chosen(
    cases: Iterable[CorpusCase], *, skins: Sequence[str] = (), splits: Sequence[str] = (), limit: int | None = None
) -> Iterator[CorpusCase]:
    """Those of these skins and parts of the split; of the first ``limit`` threads that have one.

    Raises: UsageError with the names that there are, where none is left.
    """
    met: dict[str, set[str]] = {"skin": set(), "split": set()}
    threads: set[str] = set()
    for case in cases:
        met["skin"].add(case.skin)
        met["split"].add(case.split)
        if (skins and case.skin not in skins) or (splits and case.split not in splits):
            continue
        if limit is not None and case.thread not in threads and len(threads) == limit:
            return
        threads.add(case.thread)
        yield case
    if not threads:
        for name, asked in (("skin", skins), ("split", splits)):
            there = sorted(met[name] - {""})
            if asked and not met[name] & set(asked):
                raise UsageError(f"no page has {name} {', '.join(asked)}; there is {', '.join(there) or 'none named'}")


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
    """What is read of a corpus row; ``body_b64`` stands where the page is not UTF-8.

    A line of a site's ``/expected.jsonl`` has ``kind`` and no key: of it only threads' pages are read.
    """

    truth: msgspec.Raw
    key: str | int | None = None
    kind: str | None = None
    fault: str | None = None
    index: int | None = None
    thread: int | None = None
    page: int = 1
    skin: str = ""
    url: str = ""
    headers: dict[str, str] = {}
    encoding: str = "utf-8"
    quirks: tuple[str, ...] = ()
    split: str = ""
    html: str | None = None
    body_b64: str | None = None


_decode_row = msgspec.json.Decoder(_Row).decode


def _from_lines(path: Path) -> Iterator[CorpusCase]:
    for number, line in enumerate(lines_of(path), 1):
        if not line.strip():
            continue
        where = f"{path.name}, line {number}"
        try:
            row = _decode_row(line)
            body = base64.b64decode(row.body_b64) if row.body_b64 is not None else _bytes(row.html)
        except (msgspec.MsgspecError, ValueError, RecursionError) as e:
            raise UsageError(f"{where}: not a row of a corpus: {e}") from None
        if row.key is None and (row.kind is None or not row.url):
            raise UsageError(f"{where}: not a row of a corpus: it has neither a key nor kind and url")
        if row.kind not in (None, "thread"):
            continue
        key = row.url if row.key is None else str(row.key)
        index = row.thread if row.index is None else row.index
        yield case_from(
            key, key if index is None else str(index), row.skin, body, bytes(row.truth), how=where, where=where,
            page=row.page, url=row.url, headers=row.headers, encoding=row.encoding, quirks=row.quirks,
            split=row.split, html=row.html, fault=row.fault or "",
        )  # fmt: skip


def case_from(
    key: str, thread: str, skin: str, body: bytes | None, truth: bytes, *, how: str, where: str, page: int = 1,
    url: str = "", headers: dict[str, str] | None = None, encoding: str = "utf-8", quirks: tuple[str, ...] = (),
    split: str = "", html: str | None = None, fault: str = "",
) -> CorpusCase:  # fmt: skip
    """A case from the columns of a row; ``where`` is what errors say of it."""
    return CorpusCase(
        key=key, thread=thread, skin=skin, url=url, page=page, split=split, body=body or b"", bare=body is None,
        headers=headers or {"Content-Type": f"text/html; charset={encoding}"},
        html=_text(body or b"", encoding) if html is None else html, truth=_truth(truth, where), quirks=quirks,
        hostile=any(_is_hostile(name) for name in quirks), how=how, fault=fault,
    )  # fmt: skip


def _bytes(html: str | None) -> bytes | None:
    return None if html is None else html.encode("utf-8", "replace")


def _text(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding, "replace")
    except (LookupError, ValueError):  # no encoding, or one that is not of texts
        return body.decode("utf-8", "replace")


def _is_hostile(name: str) -> bool:
    return getattr(QUIRKS.get(name), "readers", "portable") == "hostile"


def _truth(data: bytes, where: str) -> Truth:
    try:
        return Truth.from_json(data)
    except ReadError as e:
        raise UsageError(f"{where}: {e.problem}") from None
