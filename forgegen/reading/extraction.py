"""Reading a page back by its skin's selectors: the truth again, from the page alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable, Iterable
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from forgegen.errors import NothingFound, ReadError, SkinError, UnknownName, UsageError, check_type, folder_names
from forgegen.forms.layouts import count_form, floor_form, in_place
from forgegen.model.bodies import is_plain
from forgegen.model.body_views import body_fields, texts_of_blocks
from forgegen.model.calendar import iso_utc, parse_iso
from forgegen.model.post_numbers import n_of_pid
from forgegen.model.tree import parents_by_level
from forgegen.model.truth import DateTruth, PostTruth, Truth
from forgegen.reading.body_reader import BodyReader
from forgegen.reading.date_reader import displayed, read_date
from forgegen.reading.decoding import ENCODINGS, charset_in, codec_of, decode
from forgegen.reading.number_reader import first_read, read_count, read_floor, shown_number
from forgegen.reading.patterns import find
from forgegen.reading.regions import RegionTree
from forgegen.skins import dom
from forgegen.skins.loading import board_settings, load_skin, skin_names
from forgegen.skins.settings import Given, Settings
from forgegen.skins.skin import Part, Selector, Skin
from forgegen.skins.trust import trusted

_NUMBERS = {"parent_floor", "n"}
_DISPLAYED = {"views": read_count, "comment_count": read_count, "replies": read_count, "likes": read_count}
_DISPLAYED["floor"] = read_floor
_DISPLAYED |= {"threads": read_count, "posts": read_count}
_FORMS = {"comment_count": "comments", "threads": "listed", "posts": "listed"}
_FLAGS = {"guest", "banned", "pinned"}
_IN_36 = re.compile("-?[0-9a-z]{1,60}")
_DATES = {"published", "last_reply", "date", "edited", "last"}


class Sent(Protocol):
    """A page as it is sent, with what a reader may know beside its bytes: a ``Page`` is one."""

    @property
    def body(self) -> bytes:
        """The bytes."""

    @property
    def headers(self) -> dict[str, str]:
        """HTTP headers."""

    @property
    def observed(self) -> int | None:
        """The moment of observation in seconds since 1970, where it is known."""

    @property
    def templates(self) -> tuple[str, ...]:
        """The folders in which skins are looked for first."""

    @property
    def trust(self) -> bool:
        """Whether the skins of these folders are read as the package's own."""

    @property
    def settings(self) -> Settings:
        """The board's settings that are not the defaults."""


def extract(
    page: Sent | bytes | str,
    skin: str = "reference",
    *,
    encoding: str | None = None,
    observed: str | None = None,
    templates: Iterable[str | Path] = (),
    trust: bool = False,
    settings: Given = (),
) -> Truth:
    """The truth of a page, read from its HTML by the skin's selectors.

    ``page`` is a Page, the bytes of one or its text. ``encoding`` is that of bytes, as a response's header tells it;
    a byte order mark comes before it, the page's own declaration and the skin's encoding after it. ``observed`` is
    the ISO instant of observation where the skin does not show it. ``settings`` are the board's, where they are not
    the defaults; a Page knows its own. An element that the skin's selector of posts finds
    but that has no number is no post.

    Raises: UnknownName for a skin or an encoding; UsageError for an instant that is none; NothingFound, a ReadError
    that names the skin that fits best, where the page shows no field of the skin; SkinError where the page does not
    fit the skin's selectors.
    """
    folders = folder_names(templates)
    check_type("trust", trust, bool, "True or False")
    check_type("skin", skin, str, "the name of a skin, as 'reference'")
    checked_encoding(encoding)
    checked_instant(observed)
    if not isinstance(page, bytes | str):
        if not hasattr(page, "templates"):
            check_type("page", page, (bytes, str), "a Page, its bytes or its text")
        folders += page.templates
        trust = trust or page.trust
        settings = settings or page.settings
        if observed is None and page.observed is not None:
            observed = iso_utc(page.observed)
        encoding = encoding or charset_in(page.headers.get("Content-Type", ""))
        page = page.body
    form = load_skin(skin, folders, None, board_settings(skin, folders, None, settings))
    html = decode(page, form.encoding, encoding) if isinstance(page, bytes) else page
    root = dom.parse(html)
    truth = Extraction(form, root, observed, trust=trust).truth()
    if not fields_found(truth):
        raise NothingFound(skin, best_skin(root, folders, trust=trust))
    return truth


def checked_encoding(encoding: str | None) -> None:
    """Raises: UnknownName where this is the name of no encoding."""
    if encoding is not None:
        check_type("encoding", encoding, str, "the name of an encoding, as 'gbk'")
        if codec_of(encoding) is None:
            raise UnknownName("encoding", encoding, ENCODINGS)


def checked_instant(observed: str | None) -> None:
    """Raises: UsageError where this is no instant."""
    if observed is not None:
        check_type("observed", observed, str, _INSTANT)
        if parse_iso(observed) is None:
            raise UsageError(f"observed cannot be {observed[:60]!r}; right would be {_INSTANT}")


_INSTANT = "an ISO instant with its offset, as '2024-06-01T12:00:00Z'"


def best_skin(root: Any, folders: tuple[str, ...] = (), *, trust: bool = False) -> str | None:
    """The skin that reads most posts of a parsed page, then most fields; None where no skin reads a post of it."""
    fits = []
    for name in skin_names(folders):
        try:
            truth = Extraction(load_skin(name, folders), root, None, trust=trust).truth()
        except (SkinError, ReadError):
            continue
        if truth.posts:
            fits.append((len(truth.posts), fields_found(truth), name))
    return max(fits, key=lambda fit: fit[:2])[2] if fits else None


def fields_found(truth: Truth) -> int:
    """How many fields of the page and of its posts have a value; ``observed`` is left out."""
    rows = [truth, *truth.posts]
    values = [getattr(row, name) for row in rows for name in row.__struct_fields__ if name not in ("posts", "observed")]
    return sum(value is not UNSET and value is not None and value != () for value in values)


def _taken(text: str | None, s: Selector, *, foreign: bool) -> str | None:
    """What of a text is the value: in JSON what stands at the path, then what the pattern takes."""
    if s.json is not None and text is not None:
        text = value_at(text, s.json)
    if s.pattern is None or text is None:
        return text
    return find(s.pattern, text, foreign=foreign)


def value_at(text: str, path: str) -> str | None:
    """The text or number at a path of names and positions in JSON; None where there is none.

    >>> value_at('{"a": [{"b": 3}]}', "a.0.b"), value_at("{}", "a"), value_at("no JSON", "a")
    ('3', None, None)
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    for key in path.split("."):
        if isinstance(value, list) and key.isascii() and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        elif isinstance(value, dict) and key in value:
            value = value[key]
        else:
            return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value)


class ParsedPage(Protocol):
    """What reading asks of a parsed page; ``forgegen.skins.dom`` is one, over lexbor."""

    def select(self, node: Any, css: str) -> list[Any]:
        """Elements below the node that match; an empty selector is the node itself."""

    def select_first(self, node: Any, css: str) -> Any:
        """The first of them, or None."""

    def attribute(self, node: Any, name: str) -> str | None:
        """An attribute's value."""

    def text_of(self, node: Any) -> str:
        """The element's text, character for character; every ``br`` is a line feed."""

    def text_without(self, node: Any, css: str) -> str:
        """The same without that of the elements below it that match."""

    def name_of(self, node: Any) -> str:
        """The element's name, in lower case."""

    def key_of(self, node: Any) -> Hashable:
        """What tells an element from all others of the page."""

    def content_of(self, node: Any) -> list[Any]:
        """What stands directly in an element: texts and elements, without comments."""


class Extraction:
    """Reads a parsed page by a skin's selectors."""

    def __init__(
        self, skin: Skin, root: Any, observed: str | None, tree: ParsedPage = dom, *, trust: bool = False
    ) -> None:
        self.skin, self.root, self.tree = skin, root, tree
        self.foreign = skin.foreign and not trust and not trusted([Path(skin.folder).parent])
        self.observed: int | None = None
        self.observed = self.moment(observed)

    def moment(self, given: str | None) -> int | None:
        """The instant of observation: what the page says, else what was given."""
        shown = self.skin.page.get("observed")
        found = None if shown is None else self.field(self.root, "observed", shown)
        told = found.instant if isinstance(found, DateTruth) and found.instant is not None else given
        return None if told is None else parse_iso(told)

    def truth(self) -> Truth:
        """The truth of the page."""
        fields = self.fields(self.root, {name: s for name, s in self.skin.page.items() if name != "body"})
        if "body" in self.skin.page:
            blocks = self.bodies.body(self.root, self.skin.page["body"].css)
            fields["body"] = None if is_plain(blocks) else blocks
            if "paragraphs" in fields and not is_plain(blocks):
                fields["paragraphs"] = texts_of_blocks(blocks)
        if isinstance(fields.get("observed"), DateTruth):
            fields["observed"] = fields["observed"].instant
        if "observed" in fields and fields["observed"] is None and self.observed is not None:
            fields["observed"] = iso_utc(self.observed)
        return Truth(posts=self.posts(), **fields)

    def posts(self) -> tuple[PostTruth, ...]:
        """The truth of the posts; an element without a number is none."""
        skin, tree = self.skin, self.tree
        nodes, regions = self._post_nodes()
        posts = [self.post(node) for node in nodes]
        if skin.leveled:
            posts = self._answering(nodes, posts, regions)
        if posts and "role" in skin.post and skin.post["role"].form == "first" and self._page() == 1:
            posts[0] = replace(posts[0], role="opening")
        if skin.opening is not None:
            posts = [*self._opening(skin.opening), *posts]
        if skin.post["n"].form == "place":
            first = self._first()
            posts = [replace(post, n=n) for n, post in enumerate(posts, first)]
        self.tree = tree
        return _placed(posts, skin.kind == "forum") if skin.post["n"].form in ("pid", "pid36") else tuple(posts)

    def _post_nodes(self) -> tuple[list[Any], RegionTree | None]:
        """The elements or regions that are posts; the tree of regions reads from now on where they are such."""
        skin = self.skin
        nodes = self.tree.select(self.root, skin.posts.css)
        regions = None
        if skin.posts.along or skin.posts.nested:
            regions = RegionTree(nodes, skin.posts.along, nested=skin.posts.nested)
            nodes, self.tree = [regions.region(node) for node in nodes], regions
        placed = skin.post["n"].form == "place"
        return [n for n in nodes if placed or self.field(n, "n", skin.post["n"]) is not None], regions

    def body_elements(self) -> list[Any]:
        """The elements that hold the bodies of the posts, or their texts, in order; None for a post without."""
        tree = self.tree
        nodes, _ = self._post_nodes()
        found = [self._body_element(node, self.skin.post) for node in nodes]
        if self.skin.opening is not None:
            opening = self.tree.select_first(self.root, self.skin.opening.css)
            if opening is not None and self._opening(self.skin.opening):
                found.insert(0, self._body_element(opening, self.skin.opening_post))
        self.tree = tree
        return found

    def _body_element(self, node: Any, selectors: dict[str, Selector]) -> Any:
        """The element that holds the body of a post, or else its text."""
        css = selectors["body" if "body" in selectors else "text"].css
        return self.tree.select_first(node, css) if css else node

    def post(self, node: Any) -> PostTruth:
        """The truth of a post."""
        fields = self._with_body(node, self.skin.post)
        if self.skin.opening is not None:
            fields = {**dict.fromkeys(self.skin.opening_post), **fields}
        return PostTruth(**fields)

    def _with_body(self, node: Any, selectors: dict[str, Selector]) -> dict[str, Any]:
        """All fields by name; with those that the body of the post tells, as far as the skin shows these."""
        if "body" not in selectors:
            return self.fields(node, selectors)
        fields = self.fields(node, {name: s for name, s in selectors.items() if name != "body"})
        self.bodies.tree = self.tree
        blocks = self.bodies.body(node, selectors["body"].css)
        told = body_fields(blocks, fields.get("text"), fields.get("quote"))
        return fields | {name: value for name, value in told.items() if name in self.skin.shown_of_bodies}

    @cached_property
    def bodies(self) -> BodyReader:
        """The reader of the page's bodies."""
        return BodyReader(self.skin.body, self.root, self.tree, self.value, self._noted_date)

    def _noted_date(self, node: Any, s: Selector, kind: str = "quoted") -> DateTruth | None:
        """The date of a quotation or an edit note, in the form of posts' dates unless the selector names one."""
        usual = self.skin.dates["post"] if kind == "quoted" else self.skin.dates.get(kind, self.skin.dates["post"])
        return self.date(node, s if s.form else replace(s, form=usual), instant=s.attr)

    def _opening(self, opening: Part) -> list[PostTruth]:
        """The opening post that stands apart, where the page shows it."""
        found = self.tree.select_first(self.root, opening.css)
        if found is None:
            return []
        fields = self._with_body(found, self.skin.opening_post)
        return [] if fields.get("n") is None else [PostTruth(**fields)]

    def _page(self) -> int:
        """The page's number, where it tells it; else 1."""
        shown = self.skin.posts.page
        told = None if shown is None else self.field(self.root, "page", shown)
        return 1 if told is None else self.number("page", told)

    def _first(self) -> int:
        """The position in the thread of the page's first post, where positions are counted."""
        return (self._page() - 1) * self.skin.posts_per_page + (self.skin.kind == "article")

    def _answering(self, nodes: list[Any], posts: list[PostTruth], regions: RegionTree | None) -> list[PostTruth]:
        """The posts with the parents that their places tell: the post around each, or the last of a smaller level."""
        ids = [post.id if isinstance(post.id, str) else None for post in posts]
        if self.skin.post["parent"].form == "nesting":
            assert regions is not None
            known = {node.nodes[0].mem_id: name for node, name in zip(nodes, ids, strict=True)}
            parents = [known.get(regions.above(node)) for node in nodes]
        else:
            levels = [self.number("parent", str(post.parent or 0)) for post in posts]
            parents = [ids[at - 1] if at else None for at in parents_by_level(levels)]
        return [replace(post, parent=parent) for post, parent in zip(posts, parents, strict=True)]

    def fields(self, node: Any, selectors: dict[str, Selector]) -> dict[str, Any]:
        """All fields by name; a displayed number gives also its display where that is not plain."""
        fields: dict[str, Any] = {}
        for name, s in selectors.items():
            if name in _DISPLAYED:
                fields[name], shown = self.displayed(node, name, s)
                if shown is not UNSET:
                    fields[f"{name}_shown"] = shown
            else:
                value = self.field(node, name, s)
                fields[name] = value is not None if name in _FLAGS else value
        return fields

    def displayed(self, node: Any, name: str, s: Selector) -> tuple[int | None, str | UnsetType]:
        """A displayed number and its display."""
        found = self.tree.select_first(node, s.css)
        text = None
        if found is not None:
            text = self.tree.text_of(found) if s.attr is None else self.tree.attribute(found, s.attr)
        if text is not None and s.json is not None:
            text = value_at(text, s.json)
        counted = 0 if found is None or s.counted is None else len(self.tree.select(found, s.counted))
        if counted:
            others = find(s.pattern, text, foreign=self.foreign) if s.pattern and text else None
            return counted + (0 if others is None else self._reader(name)(others) or 0), UNSET
        return (
            (s.none, UNSET) if text is None else shown_number(text, s.pattern, self._reader(name), foreign=self.foreign)
        )

    def _reader(self, name: str) -> Callable[[str], int | None]:
        """What reads a displayed number: the skin's own form, then every other one."""
        form, read = self.skin.forms.get(_FORMS.get(name, name), ""), _DISPLAYED[name]
        if not in_place(form):
            return read
        declared = (floor_form if name == "floor" else count_form)(form)
        return lambda shown: first_read(shown, declared, read)

    def field(self, node: Any, name: str, s: Selector) -> Any:
        """A field of the page or of a post."""
        if s.form == "place":
            return 0  # counted when all posts are known
        if s.form == "first":
            return None  # told by the place, too
        if s.many:
            return tuple(self.value(found, s) for found in self.tree.select(node, s.css))
        found = self.tree.select_first(node, s.css)
        if found is None:
            return s.none if s.otherwise is None else self.field(node, name, s.otherwise)
        if name == "edited" and s.form is None:
            return self._noted_date(found, s, name)
        if name in _DATES or name == "observed":
            return self.date(found, s)
        value = self.value(found, s)
        if value is None and s.otherwise is not None:
            return self.field(node, name, s.otherwise)
        if name in _NUMBERS and value is not None:
            return self.number(name, str(int(value, 36)) if s.form == "pid36" and _IN_36.fullmatch(value) else value)
        return s.none if value is None else value

    def date(self, node: Any, s: Selector, instant: str | None = "datetime") -> DateTruth | None:
        """The date of an element: its display in the text or in an attribute, and the instant in another one."""
        assert s.form is not None
        text = self.text(node, s) if s.shown is None else self.tree.attribute(node, s.shown)
        text = _taken(text, s, foreign=self.foreign)
        if text is None:
            return None
        holder = node if s.inner is None else self.tree.select_first(node, s.inner)
        told = s.attr or instant
        stated = None if told is None or holder is None else self.tree.attribute(holder, told)
        return read_date(displayed(text, s.form), stated, s.form, self.observed)

    def value(self, node: Any, s: Selector) -> str | None:
        """What the selector takes of an element that it found."""
        text = self.text(node, s) if s.attr is None else self.tree.attribute(node, s.attr)
        text = _taken(text, s, foreign=self.foreign)
        if text is not None and s.values is not None:
            return s.values.get(text)
        return text if text is None or s.value is None else s.value

    def text(self, node: Any, s: Selector) -> str:
        """The element's text, without that of the elements which the selector leaves out."""
        return self.tree.text_of(node) if s.but is None else self.tree.text_without(node, s.but)

    def number(self, name: str, text: str) -> int:
        """A number in plain digits."""
        if not re.fullmatch(r"-?\d{1,4000}", text, re.ASCII):
            raise SkinError(f"{name} is {text[:40]!r} on the page; skin {self.skin.name!r} shows plain digits there")
        return int(text)


def _placed(posts: list[PostTruth], opening: bool) -> tuple[PostTruth, ...]:
    """Posts whose ``n`` are numbers of posts, with positions instead: those in the numbers of a page that stands alone,
    else their places on the page; the first is 0 where it is an ``opening`` post."""
    told = [n_of_pid(post.n) for post in posts]
    alone = None not in told and len(set(told)) == len(told)
    first = 0 if opening and posts and posts[0].role == "opening" else 1
    return tuple(replace(post, n=told[at] if alone else at + first) for at, post in enumerate(posts))
