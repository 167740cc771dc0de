"""Feeds: what a crawler exported, an item a page, a thread or a post, put beside the pages at their addresses.

An item with ``posts`` is a page or a thread, one with a field that only posts have is a post, and the posts at one
address are those of its page. Pages that were not fetched, addresses that are none of the truth's, and items that come
again are counted apart: they say something of the crawl and nothing of the parser.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from forgegen.assess.corpus_reader import CorpusCase
from forgegen.assess.ipc import Failure, ParserAnswer
from forgegen.assess.joining import by_thread, joined_case, joined_prediction
from forgegen.assess.node_items import NODE_FIELDS
from forgegen.assess.packed_lines import lines_of
from forgegen.assess.predict import FLAGS, PAGE_FIELDS, POST_FIELDS, Prediction, read_prediction
from forgegen.errors import UsageError, nearest

_LOOPBACK = ("127.0.0.1", "::1", "0.0.0.0", "localhost")  # noqa: S104 - names of a machine for itself
_OF_POSTS = frozenset(POST_FIELDS) - frozenset((*PAGE_FIELDS, "edited", *FLAGS, "body", *NODE_FIELDS)) | {"children"}
_LISTS = ("posts", "children", "paragraphs", "replies", "body", *NODE_FIELDS)


class Crawl(msgspec.Struct, frozen=True, kw_only=True):
    """What a feed says of its crawl.

    - ``expected``: pages that can be had; ``fetched``: those with an item; ``unavailable``: pages gone for good
    - ``unknown``: addresses of items that are no page of the truth, None where not all of it was read
    - ``duplicates``: items for what another item was taken for
    - ``examples``: the first address that was not fetched, and the first unknown one
    """

    expected: int
    fetched: int
    unavailable: int
    unknown: int | None
    duplicates: int
    examples: dict[str, str] = {}


class Item(msgspec.Struct, frozen=True):
    """An item: where it stands in the feed, its address, its group, and its other fields."""

    line: int
    url: str
    group: str
    value: Any


def address(url: str) -> str:
    """What is compared of an address: neither scheme nor fragment, and a machine's names for itself are one.

    >>> address("http://127.0.0.1:8000/t/%7e1?p=2#c3") == address("https://LOCALHOST:8000/t/~1?p=2")
    True
    """
    parts = urlsplit(url.strip())
    try:
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return url
    place = "localhost" if host in _LOOPBACK else host
    at = "" if port in (None, 80, 443) else f":{port}"
    return f"{place}{at}{unquote(parts.path) or '/'}{'?' if parts.query else ''}{unquote(parts.query)}"


def read_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows of a file with their lines: JSON lines, one JSON array (by its items' numbers), one JSON object, or CSV.

    Raises: UsageError with the line of what is none.
    """
    name = path.name.removesuffix(".gz").removesuffix(".zst")
    if name.endswith(".csv"):
        yield from _csv_rows(path)
        return
    lines = lines_of(path)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if line.lstrip()[:1] == b"[" or (line.strip() == b"{" and number == 1):
            yield from _whole(path, line, lines)
            return
        yield number, _row(path, number, line)


def _row(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(line, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise UsageError(
            f"{path.name}, line {number}: {line[:60]!r} is no prediction; right would be "
            '{"key": …, "prediction": …} or an item with its address'
        ) from None


def _whole(path: Path, first: bytes, rest: Iterable[bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows of a file that is one JSON value; an item's number stands for its line."""
    try:
        found = json.loads(b"\n".join([first.rstrip(b"\n"), *(line.rstrip(b"\n") for line in rest)]))
    except (ValueError, RecursionError) as e:
        raise UsageError(f"{path.name} is no JSON: {e}") from None
    for number, row in enumerate(found if isinstance(found, list) else [found], 1):
        if not isinstance(row, dict):
            raise UsageError(f"{path.name}, item {number}: {str(row)[:60]!r} is no item; right would be an object")
        yield number, row


def _csv_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows of a table; an empty cell is null."""
    try:
        text = io.StringIO("".join(line.decode() + "\n" for line in lines_of(path)))
        table = csv.DictReader(text)
        for row in table:
            yield table.line_num, {name: value or None for name, value in row.items() if name}
    except (csv.Error, UnicodeDecodeError) as e:
        raise UsageError(f"{path.name} is no table of UTF-8: {e}") from None


def is_keyed(path: Path) -> bool:
    """Whether a file holds predictions by key, by its first row."""
    return any("key" in row and "prediction" in row for _, row in islice(read_rows(path), 1))


def read_predictions(path: Path) -> dict[str, Any]:
    """Predictions by key, from lines of ``{key, prediction}``.

    Raises: UsageError with the line where one is broken or comes twice.
    """
    found: dict[str, Any] = {}
    for number, line in enumerate(lines_of(path), 1):
        if not line.strip():
            continue
        row = _row(path, number, line)
        if "key" not in row or "prediction" not in row:
            raise UsageError(f'{path.name}, line {number}: right would be {{"key": …, "prediction": …}}, as in line 1')
        key = str(row["key"])
        if key in found:
            raise UsageError(f"{path.name}, line {number}: key {key!r} for the second time")
        found[key] = row["prediction"]
    return found


def lone_prediction(path: Path) -> dict[str, Any] | None:
    """The answer in a file that holds nothing else, without key or address, as 'forgegen extract' prints it."""
    rows = list(islice(read_rows(path), 2))
    if len(rows) != 1 or "url" in rows[0][1] or "key" in rows[0][1] or not {"posts", *PAGE_FIELDS} & set(rows[0][1]):
        return None
    return rows[0][1]


def read_items(path: Path, *, url_field: str = "url", group_by: str | None = None) -> list[Item]:
    """The items of a feed. Raises: UsageError with the line of an item without address or group."""
    items = []
    for number, row in read_rows(path):
        named = {}
        for name in dict.fromkeys((url_field, group_by or url_field)):
            value = _bare(row.get(name))
            if isinstance(value, int) and not isinstance(value, bool):
                value = str(value)
            if not isinstance(value, str) or not value.strip():
                option = "--url-field" if name == url_field else "--group-by"
                raise UsageError(f"{path.name}, line {number}: no {name!r}; {_right(row, name, option)}")
            named[name] = value
        value = row["prediction"] if "prediction" in row else {k: v for k, v in row.items() if k not in named}
        items.append(Item(number, named[url_field], named[group_by or url_field], value))
    return items


def _right(row: Mapping[str, Any], name: str, option: str) -> str:
    """What would be right for a field that an item does not have."""
    near = nearest(name, tuple(map(str, row)))
    hint = f" {option} names the field.{near} Its fields are {', '.join(map(str, row))[:120] or 'none'}."
    return (
        "right would be an address in every item;" if option == "--url-field" else "right would be one in all;"
    ) + hint


def _bare(value: Any) -> Any:
    """The only element of a list, as loaders of items leave it."""
    if isinstance(value, list) and len(value) <= 1:
        return value[0] if value else None
    return value


class Feed:
    """A feed beside a truth: which cases it answers, and how.

    Without ``whole`` an item is judged with the page at its address. With it the items of a thread are judged with the
    thread's pages joined: those that were fetched, or all where ``by_address``, since then the address is the thread's.
    """

    def __init__(
        self, items: Sequence[Item], *, rename: Mapping[str, str] | None = None, whole: bool = False,
        by_address: bool = False, name: str = "the feed",
    ) -> None:  # fmt: skip
        self.rename, self.whole, self.by_address, self.name = dict(rename or {}), whole, by_address, name
        self.items: dict[str, list[Item]] = {}
        for item in items:
            self.items.setdefault(address(item.url), []).append(item)
        self._known: set[str] = set()
        self._owners: dict[str, str] = {}
        self._first = ""
        self.expected = self.fetched = self.unavailable = self.duplicates = 0
        self._missed = ""
        self._answers: dict[str, ParserAnswer] = {}
        self._complete = False
        self._check_fields(items)

    def _check_fields(self, items: Sequence[Item]) -> None:
        """Some item must have a field that means something here."""
        known = {*PAGE_FIELDS, *POST_FIELDS, *_LISTS}
        fields = {
            str(self.rename.get(name, name)) for item in items if isinstance(item.value, dict) for name in item.value
        }
        if fields and not fields & known:
            raise UsageError(
                f"{self.name}: no item has a field of a page or post, only {', '.join(sorted(fields))[:120]}; "
                f"right would be --rename theirs=ours, with ours one of posts, text, author, date …"
            )

    def noticed(self, cases: Iterable[CorpusCase]) -> Iterator[CorpusCase]:
        """The cases as they are; their addresses are known from now on, whether they are judged or not."""
        for case in cases:
            self._known.add(address(case.url))
            self._first = self._first or case.url
            yield case
        self._complete = True

    def answered(self, cases: Iterable[CorpusCase]) -> Iterator[CorpusCase]:
        """The cases that have an answer, joined by thread where the feed is judged so.

        Raises: UsageError where there is none at all, or groups are not those of the threads.
        """
        for pages in by_thread(self._available(cases)) if self.whole else ([case] for case in self._available(cases)):
            there = [page for page in pages if address(page.url) in self.items]
            self.expected += len(pages)
            fetched = pages if there and self.whole and self.by_address else there
            self.fetched += len(fetched)
            if len(fetched) < len(pages):
                self._missed = self._missed or next(page.url for page in pages if page not in fetched)
            if not there:
                continue
            case = joined_case(fetched) if self.whole else fetched[0]
            self._answers = {case.key: self._answer(there, pages[0])}
            yield case
        if not self.items:
            raise UsageError(f"{self.name} holds no item")
        if not self.fetched:
            some = next((item.url for items in self.items.values() for item in items), "none")
            raise UsageError(
                f"none of the {len(self.items)} addresses in {self.name} is a page of the truth: {some!r} is not, "
                f"one of the truth is {self._first!r}"
            )

    def _available(self, cases: Iterable[CorpusCase]) -> Iterator[CorpusCase]:
        for case in cases:
            if case.fault:
                self.unavailable += 1
            else:
                yield case

    def answer(self, case: CorpusCase) -> ParserAnswer:
        """What the feed says of a case that was just given out."""
        return self._answers[case.key]

    def _answer(self, pages: Sequence[CorpusCase], first: CorpusCase) -> ParserAnswer:
        try:
            if self.whole:
                self._check_groups(pages, first)
            parts = [self._prediction(self.items[address(page.url)]) for page in pages]
            return ParserAnswer(prediction=joined_prediction(parts))
        except UsageError as e:
            if self.whole and "--group-by" in str(e):
                raise
            return ParserAnswer(failure=Failure("rubbish", str(e), "rubbish"))

    def _check_groups(self, pages: Sequence[CorpusCase], first: CorpusCase) -> None:
        """One group a thread, and one thread a group."""
        groups = {item.group: item for page in pages for item in self.items[address(page.url)]}
        if len(groups) > 1 and not self.by_address:
            (a, one), (b, other) = list(groups.items())[:2]
            raise UsageError(
                f"{self.name}, lines {one.line} and {other.line}: items of one thread have {a!r} and {b!r}; right "
                "would be --group-by with a field that is the same in all items of a thread"
            )
        for group, item in groups.items():
            if self._owners.setdefault(group, first.url) != first.url:
                raise UsageError(
                    f"{self.name}, line {item.line}: items of two threads have {group!r} ({self._owners[group]}, "
                    f"{first.url}); right would be --group-by with a field that differs from thread to thread"
                )

    def _prediction(self, items: Sequence[Item]) -> Prediction:
        """What the items at one address say of its page."""
        answers: list[Any] = []
        header: dict[str, Any] = {}
        posts: list[dict[str, Any]] = []
        ids: set[Any] = set()
        for item in items:
            kind = self._kind(item.value)
            if kind == "page":
                answers.append(item.value)
            elif kind == "post":
                post = {name: value if self._is_list(name) else _bare(value) for name, value in item.value.items()}
                number = next((v for k, v in post.items() if self.rename.get(k, k) == "id" and v is not None), None)
                if number is not None and number in ids:
                    self.duplicates += 1
                    continue
                ids.add(number)
                posts.append(post)
            elif header:
                self.duplicates += 1
            else:
                header = {name: value if self._is_list(name) else _bare(value) for name, value in item.value.items()}
        self.duplicates += max(0, len(answers) - 1) + (len(posts) if answers else 0)
        if answers:
            return read_prediction(answers[0], self.rename)
        return read_prediction({**header, "posts": posts} if posts or not header else header, self.rename)

    def _kind(self, value: Any) -> str:
        """What an item is: a page or thread with its posts, a post, or a header without posts."""
        if not isinstance(value, dict):
            return "page"
        names = {self.rename.get(name, name) for name in value}
        if "posts" in names or any(name in names for name in ("@type", "@graph")):
            return "page"
        return "post" if names & _OF_POSTS or not names & set(PAGE_FIELDS) else "header"

    def _is_list(self, name: str) -> bool:
        return self.rename.get(name, name) in _LISTS

    def crawl(self) -> Crawl:
        """What the feed says of its crawl, once all cases were given out."""
        unknown = [items[0].url for place, items in self.items.items() if place not in self._known]
        examples = {"not fetched": self._missed, "unknown": unknown[0] if unknown and self._complete else ""}
        return Crawl(
            expected=self.expected, fetched=self.fetched, unavailable=self.unavailable, duplicates=self.duplicates,
            unknown=len(unknown) if self._complete else None, examples={k: v for k, v in examples.items() if v},
        )  # fmt: skip
