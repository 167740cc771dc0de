"""The words of one locale, read from its data files and prepared for drawing.

A locale is a folder in ``forgegen/locales``. Topic and persona files hold clauses under headers of four fields
(aspect, role, stance, place); article and post files hold skeletons; ``hant/`` holds the frozen traditional form of
every line. Files are read when first needed, once a process.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Callable
from functools import cached_property, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import msgspec

from forgegen.errors import ReadError, UnknownName
from forgegen.streams.stream import Stream

_PERSONAL = frozenset(("city", "kin", "years", "n", "nn", "p", "floor", "pq"))
_SLOT = re.compile(r"\{([^{}<>| ]+)\}")
_CHOICE = re.compile(r"<([^<>]*\|[^<>]*)>")


class Clause(msgspec.Struct, frozen=True, gc=False):
    """A piece of text with slots, compiled for ``%``: in the locale's own script and in the other one."""

    template: str
    slots: tuple[str, ...]
    other: str
    size: int
    needs_quote: bool
    personal: bool  # has slots that depend on who writes or is answered, or choices
    choices: tuple[tuple[Clause, ...], ...] = ()  # slot ``0`` takes one of the first, ``1`` one of the second …

    def fill(self, values: dict[str, str], other: bool = False) -> str:
        """The text with its slots filled."""
        template = self.other if other else self.template
        if not self.slots:
            return template
        if len(self.slots) == 1:
            return template % values[self.slots[0]]
        return template % tuple([values[s] for s in self.slots])

    def draw(self, stream: Stream, values: dict[str, str], other: bool = False) -> str:
        """The text with its choices drawn and its slots filled; what was drawn stays in ``values``."""
        for number, options in enumerate(self.choices):
            values[str(number)] = stream.pick(options).fill(values, other)
        return self.fill(values, other)


@lru_cache(maxsize=32768)
def compile_clause(text: str, other: str | None = None) -> Clause:
    """A clause from its line; ``{slot}`` marks a slot, ``<this|that>`` a choice."""
    plain, groups = _parted(text)
    turned, other_groups = _parted(other) if other else (plain, groups)
    slots = tuple(_SLOT.findall(plain))
    template, alternative = (_percent(t, slots) for t in (plain, turned))
    pairs = (zip(*both, strict=True) for both in zip(groups, other_groups, strict=True))
    choices = tuple(tuple(compile_clause(one, its_other) for one, its_other in both) for both in pairs)
    size = len(_SLOT.sub("xx", plain)) + sum(max(option.size for option in options) for options in choices)
    personal = bool(choices) or not _PERSONAL.isdisjoint(slots)
    return Clause(template, slots, alternative, size, "pq" in slots, personal, choices)


def _parted(text: str) -> tuple[str, list[list[str]]]:
    """The text with numbered slots for its choices, and what may be chosen.

    >>> _parted("<nice|good> job {who}")
    ('{0} job {who}', [['nice', 'good']])
    """
    if "<" not in text:
        return text, []
    groups: list[list[str]] = []

    def slot(found: re.Match[str]) -> str:
        groups.append(found[1].split("|"))
        return f"{{{len(groups) - 1}}}"

    return _CHOICE.sub(slot, text), groups


def _percent(text: str, slots: tuple[str, ...]) -> str:
    return _SLOT.sub("%s", text.replace("%", "%%")) if slots else text


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A clause with what its header says of it."""

    aspect: str
    role: str
    stance: str
    place: str
    clause: Clause


class Paragraph(msgspec.Struct, frozen=True, gc=False):
    """One paragraph of a skeleton: its role in the plan and its variants."""

    role: str
    text: tuple[str, ...]


class Skeleton(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The plan of an article or of an opening post with its own vocabulary.

    ``updates`` are what the author of an opening post comes back to tell.
    """

    key: str
    aspects: tuple[str, ...]
    titles: tuple[str, ...]
    captions: tuple[str, ...] = ()
    says: tuple[str, ...]
    slots: dict[str, str | tuple[str, ...]]
    para: tuple[Paragraph, ...]
    updates: tuple[str, ...] = ()


class _Articles(msgspec.Struct):
    article: tuple[Skeleton, ...]


KINDS = {"news": "articles", "post": "posts"}
"""What a thread may begin with, and the folder that holds its skeletons."""
_STANCES = ("for", "against", "mock", "*")


def _with_any(value: str) -> tuple[str, ...]:
    return (value, "*") if value != "*" else ("*",)


class Pool(msgspec.Struct, frozen=True):
    """Clauses of one kind, the shortest first, with their sizes.

    ``reach`` is how many on either side of the length wanted are drawn from.
    """

    clauses: tuple[Clause, ...]
    sizes: tuple[int, ...]
    reach: int

    def longer(self, size: int) -> Pool:
        """The clauses of that size and more; the longest four where there are fewer."""
        at = max(0, min(bisect_left(self.sizes, size), len(self.clauses) - 4))
        return Pool(self.clauses[at:], self.sizes[at:], self.reach)


class _Kinds(dict[tuple[str, str, str, str], Pool | None]):
    """Pools by aspect, role, stance and place; each is searched for once. A dict itself, as every clause asks it."""

    def __init__(self, search: Callable[[str, str, str, str], Pool | None]) -> None:
        super().__init__()
        self._search = search

    def __missing__(self, kind: tuple[str, str, str, str]) -> Pool | None:
        found = self[kind] = self._search(*kind)
        return found


class Pools:
    """The clauses of one file, found by aspect, role, stance and place."""

    def __init__(self, entries: list[Entry]) -> None:
        self.aspects = tuple(dict.fromkeys(e.aspect for e in entries if e.aspect != "*"))
        self.size = len(entries)
        self._exact: dict[tuple[str, str, str, str], list[Clause]] = {}
        for e in entries:
            self._exact.setdefault((e.aspect, e.role, e.stance, e.place), []).append(e.clause)
        self.kinds = _Kinds(self._search)
        self.sources: dict[tuple[str, str, str, str], tuple[Pool, ...]] = {}  # kept for long comments, by persona

    def find(self, aspect: str, role: str, stance: str, place: str) -> Pool | None:
        """The clauses that fit; where none does, those of any stance, then of any aspect; None where there is none."""
        return self.kinds[aspect, role, stance, place]

    def _search(self, aspect: str, role: str, stance: str, place: str) -> Pool | None:
        if not self.aspects and aspect != "*":
            return self.kinds["*", role, stance, place]
        aspects, roles, stances = _with_any(aspect), _with_any(role), _with_any(stance)
        for some_aspects, some_stances in (
            (aspects, stances),
            (aspects, _STANCES),
            ((*self.aspects, "*"), stances),
            ((*self.aspects, "*"), _STANCES),
        ):
            keys = [(a, r, s, place) for a in some_aspects for r in roles for s in some_stances]
            found = [clause for key in keys for clause in self._exact.get(key, ())]
            if found:
                found.sort(key=lambda clause: clause.size)  # stable: one size keeps its order
                return Pool(tuple(found), tuple(c.size for c in found), max(3, len(found) // 8))
        return None


class Lexicon:
    """All words of a locale."""

    def __init__(self, locale: str, root: Traversable) -> None:
        self.locale = locale
        self._root = root
        self._pools: dict[tuple[str, str], Pools] = {}
        self._skeletons: dict[tuple[str, str], tuple[tuple[Skeleton, ...], dict[str, str]]] = {}

    def has(self, *path: str) -> bool:
        """Whether there is such a data file."""
        return self._root.joinpath(*path).is_file()

    def names_in(self, *path: str, suffix: str = "") -> tuple[str, ...]:
        """The names of what stands in a folder, without the suffix, sorted; none where there is no such folder."""
        there = self._root.joinpath(*path)
        if not there.is_dir():
            return ()
        return tuple(sorted(f.name.removesuffix(suffix) for f in there.iterdir() if f.name.endswith(suffix)))

    def text(self, *path: str) -> str:
        """The text of a data file."""
        return self._root.joinpath(*path).read_text("utf-8")

    def lines(self, name: str) -> tuple[str, ...]:
        """The lines of a data file but comments and empty ones."""
        return tuple(line for line in self.text(name).splitlines() if line and not line.startswith("#"))

    def sections(self, name: str) -> dict[str, tuple[str, ...]]:
        """The lines of a data file under its ``[headers]``."""
        sections: dict[str, list[str]] = {}
        for line in self.lines(name):
            if line.startswith("["):
                current = sections.setdefault(line.strip("[]"), [])
            else:
                current.append(line)
        return {k: tuple(v) for k, v in sections.items()}

    def other_script(self, *path: str) -> dict[str, str]:
        """The frozen other-script form of each line of a data file that has one."""
        file = self._root.joinpath("hant", *path[:-1], path[-1] + ".tsv")
        if not file.is_file():
            return {}
        pairs = (line.split("\t") for line in file.read_text("utf-8").splitlines())
        return {pair[0]: pair[1] for pair in pairs}

    @cached_property
    def topics(self) -> tuple[str, ...]:
        """The names of all topics, sorted: of stories and of the skeletons in ``articles``."""
        return tuple(sorted({*self._files("articles"), *self.names_in("stories")}))

    @cached_property
    def banked(self) -> tuple[str, ...]:
        """The topics that have clauses for conversations under skeletons, sorted."""
        return self.names_in("topics", suffix=".txt")

    @cached_property
    def posted(self) -> tuple[str, ...]:
        """The topics that have opening posts, sorted; none where the locale has no ``posts`` folder."""
        return self._files("posts")

    def _files(self, folder: str) -> tuple[str, ...]:
        there = self._root.joinpath(folder)
        if not there.is_dir():
            return ()
        return tuple(sorted(f.name[:-5] for f in there.iterdir() if f.name.endswith(".toml")))

    def pools(self, kind: str, name: str) -> Pools:
        """The clauses of a topic or persona file, or ``posts/opener``; ``kind`` is the folder."""
        found = self._pools.get((kind, name))
        if found is None:
            found = self._pools[kind, name] = Pools(self._entries(kind, name + ".txt"))
        return found

    def _entries(self, kind: str, file: str) -> list[Entry]:
        other, entries, head = self.other_script(kind, file), [], None
        for number, line in enumerate(self.text(kind, file).splitlines(), 1):
            if not line or line.startswith("#"):
                continue
            if line.startswith("["):
                head = line.strip("[] ").split()
                if len(head) != 4:
                    raise ReadError(
                        number, f"{kind}/{file}: header {line!r}; right would be [aspect role stance place]"
                    )
                continue
            if head is None:
                raise ReadError(number, f"{kind}/{file}: a clause before the first header")
            entries.append(Entry(head[0], head[1], head[2], head[3], compile_clause(line, other.get(line))))
        return entries

    def skeletons(self, topic: str, kind: str = "news") -> tuple[tuple[Skeleton, ...], dict[str, str]]:
        """The articles or opening posts of a topic and the other-script form of their words."""
        found = self._skeletons.get((topic, kind))
        if found is None:
            place = KINDS[kind], topic + ".toml"
            raw = tomllib.loads(self.text(*place))
            found = self._skeletons[topic, kind] = msgspec.convert(raw, _Articles).article, self.other_script(*place)
        return found

    @cached_property
    def names(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Name pools for persons of the news: (native, Latin) pairs; a name that stands alone is both."""
        raw = msgspec.convert(tomllib.loads(self.text("names.toml")), dict[str, tuple[tuple[str, str] | str, ...]])
        return {k: tuple((n, n) if isinstance(n, str) else n for n in names) for k, names in raw.items()}

    @cached_property
    def names_other(self) -> dict[str, str]:
        """The other-script form of names."""
        return self.other_script("names.toml")

    @lru_cache(maxsize=4)  # noqa: B019 - lexicons live as long as the process
    def around(self, other_script: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What commenters speak of: cities, and short names of people one knows."""
        lists = msgspec.convert(tomllib.loads(self.text("people.toml")), dict[str, tuple[str, ...]])
        other = self.other_script("people.toml") if other_script else {}
        cities, kin = (tuple(other.get(w, w) for w in lists[k]) for k in ("cities", "kin"))
        return cities, kin

    @cached_property
    def handles(self) -> dict[str, tuple[str, ...]]:
        """User names: ``whole``, ``front`` and ``back`` to be joined, ``latin`` with the frozen pool, if any."""
        own = self.sections("handles.txt")
        frozen = self.lines("pools/latin.txt") if self.has("pools", "latin.txt") else ()
        return {**own, "latin": own["latin"] + frozen}

    @cached_property
    def stock(self) -> dict[str, tuple[Clause, ...]]:
        """Short replies that many people repeat: ``root`` and ``reply``."""
        other = self.other_script("stock.txt")
        return {k: tuple(compile_clause(t, other.get(t)) for t in v) for k, v in self.sections("stock.txt").items()}

    @cached_property
    def outlets(self) -> tuple[str, ...]:
        """Bylines."""
        return self.lines("outlets.txt")

    @cached_property
    def _boards(self) -> tuple[tuple[str, str, str], ...]:
        """Native name, Latin name and tags of each board; without tags it takes any story."""
        rows = (line.split("\t") for line in self.lines("boards.txt"))
        return tuple((row[0], row[1], row[2] if len(row) > 2 else "") for row in rows)

    @lru_cache(maxsize=1024)  # noqa: B019 - lexicons live as long as the process
    def boards(self, tags: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """(native, Latin) names of the boards that take a story with any of these tags."""
        wanted = set(tags)
        return tuple((name, latin) for name, latin, own in self._boards if not own or wanted & set(own.split()))

    @property
    def every_board(self) -> tuple[tuple[str, str], ...]:
        """(native, Latin) names of the boards for any topic."""
        return tuple((name, latin) for name, latin, _ in self._boards)

    @cached_property
    def style(self) -> dict[str, Any]:
        """Manners of writing: emoji, laughter, joiners, roles by persona."""
        return tomllib.loads(self.text("style.toml"))


def _locales() -> Traversable:
    return files("forgegen") / "locales"


def locale_names() -> tuple[str, ...]:
    """The locales with a folder of their own, sorted."""
    return tuple(sorted(f.name for f in _locales().iterdir() if f.joinpath("style.toml").is_file()))


@lru_cache(maxsize=8)
def load_lexicon(locale: str) -> Lexicon:
    """The words of a locale.

    Raises: UnknownName.
    """
    if locale not in locale_names():
        raise UnknownName("locale", locale, locale_names())
    return Lexicon(locale, _locales() / locale)
