"""The words of one locale, read from its data files and prepared for drawing.

A locale is a folder in ``forgegen/locales``; ``hant/`` holds the frozen traditional form of every line. Files are read
when first needed, once a process.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cached_property, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

import msgspec

from forgegen.errors import UnknownName
from forgegen.streams.stream import Stream

T = TypeVar("T")

_SLOT = re.compile(r"\{([^{}<>| ]+)\}")
_CHOICE = re.compile(r"<([^<>]*\|[^<>]*)>")


class Clause(msgspec.Struct, frozen=True, gc=False):
    """A piece of text with slots, compiled for ``%``: in the locale's own script and in the other one."""

    template: str
    slots: tuple[str, ...]
    other: str
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


def compile_clause(text: str, other: str | None = None) -> Clause:
    """A clause from its line; ``{slot}`` marks a slot, ``<this|that>`` a choice."""
    plain, groups = _parted(text)
    turned, other_groups = _parted(other) if other else (plain, groups)
    slots = tuple(_SLOT.findall(plain))
    template = _percent(plain, slots)
    alternative = template if turned == plain else _percent(turned, slots)
    pairs = (zip(*both, strict=True) for both in zip(groups, other_groups, strict=True))
    choices = tuple(tuple(compile_clause(one, its_other) for one, its_other in both) for both in pairs)
    return Clause(template, slots, alternative, choices)


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


_SETS: dict[frozenset[Any], frozenset[Any]] = {}


def shared_set(items: Iterable[T]) -> frozenset[T]:
    """The set of these, one object for all that are equal: thousands of lines have few different ones."""
    found = frozenset(items)
    return _SETS.setdefault(found, found)


class Lexicon:
    """All words of a locale."""

    def __init__(self, locale: str, root: Traversable) -> None:
        self.locale = locale
        self._root = root

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
        """The names of all topics, sorted."""
        return self.names_in("stories")

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
    def around(self, other_script: bool) -> tuple[str, ...]:
        """The cities that commenters live in."""
        cities = msgspec.convert(tomllib.loads(self.text("people.toml"))["cities"], tuple[str, ...])
        other = self.other_script("people.toml") if other_script else {}
        return tuple(other.get(city, city) for city in cities)

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
        """Manners of writing: emoji, laughter, stops, and how often each persona has them."""
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
