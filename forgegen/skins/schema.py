"""Mistakes in ``skin.toml``: each is named with file and line, what would be right, and the nearest name."""

from __future__ import annotations

import re
import warnings
from collections.abc import Collection, Iterable, Mapping, Sequence
from string import Formatter
from typing import Any

import msgspec

from forgegen.errors import nearest
from forgegen.forms.date_forms import FORMS
from forgegen.forms.layouts import count_form, date_form, floor_form, in_place
from forgegen.forms.number_forms import COUNTS, FLOORS
from forgegen.model.body_views import BODY_LISTS
from forgegen.model.list_truth import BoardLineTruth, ThreadLineTruth
from forgegen.model.truth import PostTruth, Truth, is_annotation
from forgegen.skins.limits import Limits, check_limits
from forgegen.skins.mistakes import Path_, Source, fail, named


def _shown(struct: type[msgspec.Struct], *without: str) -> tuple[str, ...]:
    names = (n for n in struct.__struct_fields__ if not n.endswith("_shown") and not is_annotation(n))
    return tuple(n for n in names if n not in without)


PAGE_FIELDS = _shown(Truth, "posts")
"""What a selector of ``[page]`` may read."""

POST_FIELDS = _shown(PostTruth, *BODY_LISTS)
"""What a selector of ``[post]`` may read."""

PARTS = {"opening": "the opening post", "board": "every thread in the list", "index": "every board"}
"""Tables of parts of pages with fields of their own, and what their selector finds."""

PART_FIELDS = {"opening": POST_FIELDS, "board": _shown(ThreadLineTruth), "index": _shown(BoardLineTruth)}
"""What the selectors of these may read."""

DATES = ("published", "last_reply", "observed", "post", "thread", "last", "joined", "edited", "quoted")
"""The keys of ``[dates]``; those behind ``post`` are optional. ``last`` is of the last post in a list of threads."""

COUNTED = ("views", "comments", "floor", "replies", "likes", "listed")
"""The keys of ``[forms]``; the last one is optional."""

URL_FIELDS: dict[str, tuple[str, ...]] = {
    "thread": ("id", "id36", "slug", "words", "board", "label", "page", "start", "stamp", "mark"),
    "thread_page": ("id", "id36", "slug", "words", "board", "label", "page", "start", "stamp", "mark"),
    "board": ("board", "label", "slug", "page", "start", "old"),
    "board_page": ("board", "label", "slug", "page", "start", "old"),
    "user": ("uid", "slug", "name"),
    "post": ("id", "id36", "slug", "words", "label", "pid", "pid36", "n"),
    "category": (),
    "index": (),
    "index_page": ("page", "start"),
}
"""What the addresses of ``[urls]`` may name between braces."""

DATE_FIELDS = ("published", "last_reply", "observed", "date", "edited", "last")
_ENCODINGS = (
    "utf-8", "gbk", "gb18030", "gb2312", "big5", "big5hkscs", "shift_jis", "euc-jp", "euc-kr", "iso-8859-1",
    "iso-8859-15", "windows-1250", "windows-1251", "windows-1252", "koi8-r", "ascii",
)  # fmt: skip
_OWNERS = (
    "id", "id36", "pid", "pid36", "n", "page", "start", "board", "label", "slug", "words", "uid", "name", "stamp",
    "mark", "old",
)  # fmt: skip


def check_key(sources: Sequence[Source], path: Path_, known: Collection[str]) -> None:
    """Check that the last key of a path is one of those known.

    Raises: SkinError where it is not, with the nearest.
    """
    if path[-1] not in known:
        fail(sources, path, f"unknown key {named(path)}.{nearest(path[-1], known)} Known: {', '.join(known)}.")


def check_keys(
    source: Source, top: Collection[str], urls: Collection[str], selector: Collection[str], posts: Collection[str]
) -> None:
    """Check that a file names only what a skin has.

    Raises: SkinError for an unknown key.
    """
    tables: dict[str, Collection[str]] = {"urls": urls, "dates": DATES, "forms": COUNTED, "page": PAGE_FIELDS}
    tables |= {"post": POST_FIELDS, "posts": posts, **{part: ("css", *PART_FIELDS[part]) for part in PARTS}}
    tables["limits"] = Limits.__struct_fields__
    for key, value in source.raw.items():
        check_key([source], (key,), top)
        if not isinstance(value, dict):
            continue
        for name, inner in value.items():
            if key in tables:
                check_key([source], (key, name), tables[key])
            if (key in ("page", "post", *PARTS) or (key, name) == ("posts", "page")) and isinstance(inner, dict):
                for attribute in inner:
                    check_key([source], (key, name, attribute), selector)


def converted(sources: Sequence[Source], value: Any, kind: Any, path: Path_, words: Mapping[str, Any]) -> Any:
    """A value as what it should be. ``words`` are the allowed ones of top-level keys.

    Raises: SkinError where it is not that.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as e:
        text, _, where = str(e).partition(" - at `$")
        deeper = tuple(re.findall(r"\w+", where))
        path = (*path, *deeper)
        if m := re.match(r"Object missing required field `(.+)`", text):
            fail(sources, path, f"{named((*path, m[1]))} is missing")
        if m := re.match(r"Invalid enum value '?([^']*)'?", text):
            known = words.get(path[0], ())
            fail(sources, path, f"{named(path)} is {m[1]!r}.{nearest(m[1], known)} Right would be {_either(known)}")
        fail(sources, path, f"{named(path) if path else 'the file'}: {_lower(text.replace('`', ''))}")


def _either(words: Iterable[str]) -> str:
    return " or ".join(map(repr, words))


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def check_values(sources: Sequence[Source], raw: dict[str, Any]) -> None:
    """Check the values of a skin's settings, which have the right types already.

    Raises: SkinError for the first that cannot be used.
    """
    _check_plain(sources, raw)
    _check_names(sources, raw)
    check_limits(sources, raw.get("limits", {}), _check_form)
    for key, text in raw["urls"].items():
        if key in URL_FIELDS:
            _check_format(sources, ("urls", key), text, URL_FIELDS[key])
    check_selector(sources, ("posts",), raw["posts"])
    if "page" in raw["posts"]:
        check_selector(sources, ("posts", "page"), raw["posts"]["page"])
    for table in ("page", "post"):
        for name, selector in raw[table].items():
            check_selector(sources, (table, name), selector)
    for part in PARTS:
        for name, selector in raw.get(part, {"fields": {}})["fields"].items():
            check_selector(sources, (part, name), selector)
    _check_parts(sources, raw)
    if "n" not in raw["post"]:
        fail(sources, ("post",), 'n in [post] is missing: it tells the position, as in n = { css = "", attr = "id" }')


def _check_parts(sources: Sequence[Source], raw: dict[str, Any]) -> None:
    """Parts of pages, and what tells the parent by its place."""
    for part in PARTS:
        if part in raw:
            _check_css(sources, (part, "css"), raw[part]["css"])
    if "opening" in raw and raw["kind"] != "forum":
        fail(sources, ("opening",), "[opening] is for skins of kind 'forum'; an article stands in [page]")
    form = raw["post"].get("parent", {}).get("form")
    if form and raw["order"] != "tree":
        fail(
            sources,
            ("post", "parent", "form"),
            f"'{form}' tells parents in the order 'tree'; 'order' is {raw['order']!r}",
        )
    if form == "nesting" and not raw["posts"].get("nested"):
        fail(sources, ("post", "parent", "form"), "'nesting' needs nested = true in [posts]")


_LONGEST_CSS, _MOST_STEPS, _MOST_ON_PAGE = 1_000, 4, 1_000_000
_APART = re.compile(r""""[^"]*"|'[^']*'|\[[^\]]*\]""")


def _check_css(sources: Sequence[Source], path: Path_, css: str | None) -> None:
    if not css or are_ours(sources):
        return
    if len(css) > _LONGEST_CSS:
        fail(sources, path, f"{named(path)} has {len(css):,} characters; right would be {_LONGEST_CSS:,} or fewer")
    if (steps := steps_of(css)) > _MOST_STEPS:
        told = f"{steps} steps to elements at any distance, each of which multiplies the time that it takes"
        fail(
            sources,
            path,
            f"{named(path)} is {css[:100]!r} with {told}; right would be {_MOST_STEPS} or fewer, others as '>'",
        )
    if not _is_selector(css):
        fail(sources, path, f"{named(path)} is {css[:100]!r}, which is no CSS selector")


def steps_of(css: str) -> int:
    """How often a selector goes on to elements at any distance, by a space, ``~`` or ``:has``.

    >>> steps_of("#a .b > .c, p"), steps_of("a:has(b c) ~ d e"), steps_of("[title='a b']")
    (1, 4, 0)
    """
    plain = re.sub(r"\s*([>+~,()])\s*", r"\1", _APART.sub("", css).strip())
    parts = [plain] if "(" in plain else plain.split(",")
    return max(len(re.findall(r"\s+|~|:has\(", part)) for part in parts)


def _check_plain(sources: Sequence[Source], raw: dict[str, Any]) -> None:
    """Sizes, encodings, the host and the anchor."""
    for key in ("posts_per_page", "threads_per_page"):
        if raw.get(key, 1) < 1:
            fail(sources, (key,), f"'{key}' is {raw[key]}; right would be 1 or more")
        if raw.get(key, 1) > _MOST_ON_PAGE:
            fail(sources, (key,), f"'{key}' is more than {_MOST_ON_PAGE:,}; right would be as many or fewer")
    if not raw["encodings"]:
        fail(sources, ("encodings",), "'encodings' is empty; right would be [\"utf-8\"]")
    for name in raw["encodings"]:
        if not _is_encoding(name):
            near = nearest(name, _ENCODINGS)
            fail(sources, ("encodings",), f"Python knows no text encoding {name!r}.{near} Right would be 'utf-8'")
    if not re.fullmatch(r"https?://[^/\s]+", raw["urls"]["host"]):
        told = raw["urls"]["host"]
        fail(sources, ("urls", "host"), f"'host' in [urls] is {told!r}; right would be 'https://name.example'")
    anchor = raw.get("anchor", "c{n}")
    _check_format(sources, ("anchor",), anchor, ("n", "pid", "pid36"))
    if "{n" not in anchor and "{pid" not in anchor:
        fail(sources, ("anchor",), f"'anchor' is {anchor!r}, the same for all posts; right would be 'c{{n}}'")


def _is_encoding(name: str) -> bool:
    try:
        # Refuses codecs that are not of text, and those of names of hosts, which know no references.
        return " <".encode(name) == b" <" and bool("\ue000".encode(name, "xmlcharrefreplace"))
    except (LookupError, UnicodeError):
        return False


def _check_names(sources: Sequence[Source], raw: dict[str, Any]) -> None:
    """Names of forms."""
    for key in DATES[:4]:
        if key not in raw["dates"]:
            fail(sources, ("dates",), f"'{key}' in [dates] is missing; it names a form of dates, as 'dash'")
    for key in COUNTED[:5]:
        if key not in raw["forms"]:
            example = "lou" if key == "floor" else "digits"
            fail(sources, ("forms",), f"'{key}' in [forms] is missing; it names a form of numbers, as '{example}'")
    for key, name in raw["layouts"].items():
        if not in_place(name):
            fail(
                sources,
                ("layouts", key),
                f"{named(('layouts', key))} is {name!r}; right would be '{{d}}.{{mo}}.{{y}}'",
            )
    for key, name in raw["dates"].items():
        _check_form(sources, ("dates", key), name, "date", FORMS)
    for key, name in raw["forms"].items():
        kind, known = ("floor", FLOORS) if key == "floor" else ("count", COUNTS)
        _check_form(sources, ("forms", key), name, kind, known)


def _check_form(sources: Sequence[Source], path: Path_, name: str, kind: str, known: Mapping[str, Any]) -> None:
    if in_place(name):
        try:
            {"date": date_form, "count": count_form, "floor": floor_form}[kind](name)
        except ValueError as e:
            fail(sources, path, f"{named(path)}: {e}")
        return
    if name not in known:
        near = nearest(name, known)
        fail(sources, path, f"{named(path)}: unknown {kind} form {name!r}.{near} Known: {', '.join(known)}.")


def _check_format(sources: Sequence[Source], path: Path_, text: str, fields: tuple[str, ...]) -> None:
    """An address or anchor: only known fields, and numbers formatted as numbers."""
    if m := re.search(r"\d{4,}", "".join(re.findall(r"\{[^}]*", text))):
        fail(sources, path, f"{named(path)} has the width {m[0][:40]}; right would be 999 or less")
    try:
        parsed = [(field, width or "") for _, field, width, _ in Formatter().parse(text) if field is not None]
        found = [field for field, _ in parsed]
        if any("{" in width for _, width in parsed):
            fail(sources, path, f"{named(path)} is {text[:100]!r}; right would be widths that are numbers")
        text.format(**{name: "a" if name in ("slug", "name") else 1 for name in _OWNERS})
    except (ValueError, IndexError, AttributeError, KeyError) as e:
        found = re.findall(r"\{(\w*)", text)
        if all(field in fields for field in found):
            fail(sources, path, f"{named(path)} is {text!r}, which is no format string: {e}")
    for field in found:
        if field not in fields:
            known = f"Known there: {', '.join(fields)}." if fields else "There are none here."
            fail(sources, path, f"{named(path)}: unknown field {{{field}}}.{nearest(field, fields)} {known}")


def are_ours(sources: Sequence[Source]) -> bool:
    """Whether all files are the package's own: the tests check those, and a page is made without the parser."""
    return all(source.ours for source in sources)


def _is_selector(css: str) -> bool:
    from forgegen.skins.dom import is_selector

    return is_selector(css)


def check_selector(sources: Sequence[Source], path: Path_, selector: dict[str, Any]) -> None:
    """Check the selectors, the pattern and the form of a field.

    Raises: SkinError for the first that cannot be used.
    """
    for key in ("css", "but", "along", "inner", "counted"):
        _check_css(sources, (*path, key), selector.get(key))
    if path == ("posts",) and not selector["css"]:
        fail(sources, ("posts", "css"), "'css' in [posts] is empty; right would be the selector of every post")
    if (pattern := selector.get("pattern")) is not None:
        try:
            with warnings.catch_warnings(action="ignore"):  # of what later Pythons may read otherwise
                re.compile(pattern)
        except (re.error, RecursionError, OverflowError, MemoryError) as e:
            fail(sources, (*path, "pattern"), f"{named((*path, 'pattern'))} is {pattern!r}: {e}")
    _check_use(sources, path, selector)


_WORDS: dict[Path_, tuple[str, ...]] = {
    ("post", "n"): ("pid", "pid36", "place"),
    ("opening", "n"): ("pid", "pid36"),
    ("post", "parent"): ("nesting", "level"),
    ("post", "role"): ("first",),
}


def _check_use(sources: Sequence[Source], path: Path_, selector: dict[str, Any]) -> None:
    """The form of a field, and keys that only some fields have."""
    form, dated = selector.get("form"), path[-1] in DATE_FIELDS
    quoted = (path[0] == "body" or path[-1] == "edited") and form is None  # in the form of posts' dates
    if dated and form is None and not quoted:
        fail(sources, path, f'{named(path)} needs a form, the name of a date form, as form = "dash"')
    if dated and not quoted:
        _check_form(sources, (*path, "form"), str(form), "date", FORMS)
    elif form is not None and form not in _WORDS.get(path[:2], ()):
        words = _WORDS.get(path[:2])
        right = f"right would be {_either(words)}" if words else "only dates have one, and n, as 'pid'"
        fail(sources, (*path, "form"), f"{named((*path, 'form'))} is {form!r}; {right}")
    if "shown" in selector and not dated:
        fail(sources, (*path, "shown"), f"{named((*path, 'shown'))} is for dates; right would be attr")
    for key in ("many", "value", "values", "none", "but") if dated else ():
        if selector.get(key) not in (None, False) and not (key == "but" and "shown" not in selector):
            fail(sources, (*path, key), f"{named((*path, key))}: a date has no such key")
    if "most" in selector and path != ("post", "parent"):
        fail(sources, (*path, "most"), f"{named((*path, 'most'))} is for parent in [post], the number of its levels")
