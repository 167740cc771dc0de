"""Cases for scores from a corpus as it lies on the disk: any folder of it, any format that holds pages, or one shard.

Of several formats one is read: they hold the same pages. Nothing that the folder names is run or loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from pathlib import Path

from msgspec import UNSET

from forgegen.assess.corpus_reader import CorpusCase, case_from, from_corpus
from forgegen.corpus.checked_files import below, check_regular
from forgegen.corpus.formats.all_formats import formats
from forgegen.corpus.formats.html import LIST
from forgegen.corpus.formats.registry import Stored
from forgegen.corpus.plan import PLAN, Plan, read_plan, state_of
from forgegen.errors import MissingExtra, UsageError

# Formats that hold pages, the quickest to read first.
PAGES = ("jsonl", "parquet", "html", "warc", "wacz", "vcr", "har", "webpoet")
_ABOVE = 6  # folders from a shard up to the corpus


def cases_of(path: Path) -> Iterator[CorpusCase]:
    """The pages of a corpus, in order: its folder, one below it, a shard of it, or what ``from_corpus`` reads.

    Raises: UsageError where nothing there holds pages with truth, a shard is missing, or one cannot be read.
    """
    root = _root_of(path) if path.is_dir() else None
    plan = None if root is None else read_plan(root)
    if root is not None and plan is not None:
        return _of_plan(plan, root, path, _pages_in(plan, root, path))
    form = _form_of(path)
    if form is not None:
        return _of_shards(form, [path])
    found = {name: _shards(name, path) for name in PAGES} if path.is_dir() else {}
    for name in PAGES[1:]:
        if found.get(name) and not found["jsonl"]:
            return _of_shards(name, found[name])
    return from_corpus(path)


def made_in(path: Path) -> dict[str, str]:
    """The state of the forgegen that made the pages at ``path``, by the corpus' plan; empty where there is none."""
    root = _root_of(path if path.is_dir() else path.parent)
    plan = None if root is None else read_plan(root)
    return {} if plan is None else state_of(plan.fingerprint)


def _root_of(folder: Path) -> Path | None:
    """The folder of the corpus to which a folder belongs."""
    here = folder.resolve()
    for place in [here, *here.parents][:_ABOVE]:
        if (place / PLAN).is_file() and (place == here or here.relative_to(place).parts[0] == "data"):
            return place
    return None


def _form_of(path: Path) -> str | None:
    """The format of a shard by its name; None for other files and folders, and for lines, which are read as such."""
    if path.is_dir():
        return "html" if (path / LIST).is_file() else None
    if path.name.endswith(formats()["posts"].suffix):
        raise UsageError(f"{str(path)!r} holds posts without their pages; right would be {', '.join(PAGES)}")
    if path.suffix == ".tar" and path.is_file():
        return "html"
    files = (name for name in PAGES[1:] if not formats()[name].folder)
    return next((name for name in files if path.name.endswith(formats()[name].suffix)), None)


def _shards(form: str, folder: Path) -> list[Path]:
    """The shards of a format below a folder without a plan, by name."""
    if form == "html":
        return sorted(found.parent for found in folder.rglob(LIST) if any(found.parent.glob("*.truth.json")))
    if formats()[form].folder:  # without a plan any folder could be one
        return []
    found = sorted(folder.rglob(f"*{'.jsonl*' if form == 'jsonl' else formats()[form].suffix}"))
    return [p for p in found if p.name not in (LIST, "MANIFEST.jsonl") and not p.name.endswith(".posts.parquet")]


def _pages_in(plan: Plan, root: Path, path: Path) -> str:
    """The format to read pages from, of those below ``path``. Raises: UsageError where there is none with truth."""
    below = path.resolve().relative_to(root).parts
    asked = below[1] if len(below) > 1 else None
    held = [name for name in PAGES if name in plan.spec.formats and asked in (None, name)]
    if not held:
        here = asked or " and ".join(plan.spec.formats)
        raise UsageError(f"{str(path)!r} holds {here}, in which there are no pages; right would be {', '.join(PAGES)}")
    if {"truth", "truth_json"}.isdisjoint(plan.spec.columns):
        raise UsageError(f"{str(path)!r} was written without the column truth; right would be a corpus with it")
    return held[0]


def _of_plan(plan: Plan, root: Path, path: Path, form: str) -> Iterator[CorpusCase]:
    """The pages of a corpus with a plan, those below ``path``; shard by shard, the parts of a shard merged."""
    inner = path.resolve().relative_to(root).parts
    for shard in range(plan.shards):
        places = [below(root, one) for one in plan.paths(shard, plan.parts) if one.split("/")[1] == form]
        there = [place for place in places if place.exists() and _is_below(place, inner, root)]
        if not any(place.exists() for place in places):
            raise UsageError(
                f"shard {shard} of {str(root)!r} is not there; 'forgegen corpus {root}' finishes the corpus"
            )
        rows = [_read(form, place) for place in there]
        for place, row in merge(*rows, key=lambda found: (found[1].index, found[1].skin, found[1].page)):
            yield _case(row, place)


def _is_below(place: Path, below: tuple[str, ...], root: Path) -> bool:
    return place.relative_to(root).parts[: len(below)] == below


def _of_shards(form: str, places: Iterable[Path]) -> Iterator[CorpusCase]:
    for place in places:
        for _, row in _read(form, place):
            yield _case(row, place)


def _read(form: str, place: Path) -> Iterator[tuple[Path, Stored]]:
    """The rows of a shard, each with its place. Raises: UsageError with the file's name."""
    read: Callable[[Path], Iterator[Stored]] = formats()[form].read
    try:
        check_regular(place)
        for row in read(place):
            yield place, row
    except MissingExtra:
        raise
    except Exception as e:  # a library's reader of damaged data raises what it likes
        raise UsageError(f"{str(place)!r} cannot be read: {e}") from None


def _case(row: Stored, place: Path) -> CorpusCase:
    if row.truth is UNSET:
        raise UsageError(
            f"{str(place)!r} has no truth for page {row.key}; right would be a corpus with the column truth"
        )
    how = str(place / f"{row.index:010d}.{row.skin}.{row.page:03d}.html") if place.is_dir() else f"{place}, {row.key}"
    given = {
        name: value
        for name in ("url", "headers", "encoding", "quirks", "split")
        if (value := getattr(row, name)) is not UNSET
    }
    body = None if row.body is UNSET else row.body
    return case_from(
        row.key, str(row.index), row.skin, body, bytes(row.truth), how=how, where=f"{place}, {row.key}",
        page=row.page, **given,
    )  # fmt: skip
