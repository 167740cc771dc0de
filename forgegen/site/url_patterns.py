"""Addresses to resources: patterns compiled from a skin's URL formats, so that a skin brings its routes by itself.

A format is a path with an optional query, with fields: ``id``, ``page``, ``start`` (offset of the page's first item),
``rank`` (of an item, from 1), ``old`` (the page, counted from the oldest), ``board``, ``uid``, ``pid``, ``slug``,
``name`` (of a user), ``label`` (of a board), ``words`` (a slug), ``id36`` and ``pid36`` (in base 36), ``stamp`` (the
second in which a thread was published) and ``mark`` (hexadecimal). In a query, order does not matter, other parameters
are let pass, a part without ``=`` is a path of its own that comes first, and in threads ``board`` and ``slug`` may be
missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import unquote_plus

_FIELD = re.compile(r"\{(\w+)(?::[^}]*)?\}")
_TEXTS = {
    "slug": r"[^/?#;&]*", "words": r"[^/?#;&]*", "name": r"[^/?#;&]+", "mark": "[0-9A-F]{3}",
    "id36": "[0-9a-z]{1,13}", "pid36": "[0-9a-z]{1,13}", "after": "[0-9a-z]{1,13}", "label": "[A-Za-z0-9_]{1,21}",
}  # fmt: skip
_NUMBER = r"[0-9]{1,22}"
_LOOSE = {"slug", "words", "board", "label"}


class Match(NamedTuple):
    """A resource asked for: its kind (the name of its format) and the fields read from the address."""

    kind: str
    fields: dict[str, str]

    def number(self, name: str, default: int = 0) -> int:
        """A field as a number, which may stand in base 36."""
        text = self.fields.get(name)
        if text is None and (text := self.fields.get(f"{name}36")) is not None:
            return int(text, 36)
        return int(text) if text else default


class Route(NamedTuple):
    """A compiled format: the path's pattern and those of the query's parameters; ``loose`` ones may be missing."""

    kind: str
    path: re.Pattern[str]
    query: tuple[tuple[str, re.Pattern[str], bool], ...]
    weight: int

    def match(self, path: str, query: Mapping[str, str]) -> dict[str, str] | None:
        """The fields, or None where the address is another's."""
        found = self.path.fullmatch(path)
        if found is None:
            return None
        fields = found.groupdict()
        for name, pattern, loose in self.query:
            value = query.get(name) if name else next(iter(query), None)
            if value is None:
                if loose:
                    continue
                return None
            part = pattern.fullmatch(value)
            if part is None:
                return None
            fields |= part.groupdict()
        return fields


def compile_route(kind: str, form: str) -> Route:
    """A route from a format.

    >>> compile_route("thread_page", "/t/{slug}.{id}/page-{page}").match("/t/a-b.12/page-3", {})
    {'slug': 'a-b', 'id': '12', 'page': '3'}
    >>> compile_route("thread", "/viewtopic.php?f={board}&t={id}").match("/viewtopic.php", {"t": "12", "sid": "x"})
    {'id': '12'}
    """
    path, _, query = form.partition("#")[0].partition("?")
    parameters = []
    for part in filter(None, re.split("[&;]", query)):
        name, equals, value = part.partition("=")
        if not equals:  # a path behind the question mark
            name, value = "", part
        names = _FIELD.findall(value)
        loose = bool(names) and set(names) <= _LOOSE and not kind.startswith("board")
        parameters.append((name, _pattern(unquote_plus(value)), loose))
    weight = len(_FIELD.sub("", form)) + 1000 * len(parameters)
    return Route(kind, _pattern(path), tuple(parameters), weight)


def _pattern(form: str) -> re.Pattern[str]:
    pattern, seen, at = "", set(), 0
    for field in _FIELD.finditer(form):
        name = field[1]
        pattern += re.escape(form[at : field.start()])
        pattern += f"(?P={name})" if name in seen else f"(?P<{name}>{_TEXTS.get(name, _NUMBER)})"
        seen.add(name)
        at = field.end()
    return re.compile(pattern + re.escape(form[at:]))


class Routes:
    """The routes of a skin, the most particular first: those with more parameters, then with more fixed text."""

    def __init__(self, urls: Mapping[str, str], more: Iterable[tuple[str, str]] = (), separators: str = "&") -> None:
        pairs = [*((kind, form) for kind, form in urls.items() if kind != "host"), *more]
        self._routes = sorted((compile_route(kind, form) for kind, form in pairs), key=lambda r: -r.weight)
        self._separator = re.compile(f"[{re.escape(separators)}]")

    def matches(self, path: str, query: str) -> Iterator[Match]:
        """What an address may ask for, the most particular first."""
        parameters = self.parameters(query) if query else {}
        for route in self._routes:
            fields = route.match(path, parameters)
            if fields is not None:
                yield Match(route.kind, fields)

    def parameters(self, query: str) -> dict[str, str]:
        """The query's parameters; of repeated ones the last counts, as in PHP."""
        found = {}
        for part in filter(None, self._separator.split(query)):
            name, _, value = part.partition("=")
            found[unquote_plus(name)] = unquote_plus(value)
        return found
