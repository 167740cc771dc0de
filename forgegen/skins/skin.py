"""What a skin's ``skin.toml`` says: what it shows, in which forms, and where a reader finds it."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal

import msgspec

from forgegen.forms.file_sizes import size_shown
from forgegen.skins.limits import Limits

_LISTED = {
    "links": {"link", "unfurl"},
    "images": {"image", "figure"},
    "attachments": {"attachment"},
    "mentions": {"mention"},
    "quotes": {"quote"},
    "code": {"code", "code_span"},
}
"""The nodes that a list of truth comes from."""


class Selector(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a field stands. ``css`` finds elements within the page or the post; the value is the text of the first
    (lines split at ``br``), or its attribute ``attr``; ``pattern``'s first group is the value. ``many`` takes all
    of them. ``form`` names a date form (``attr`` is then the attribute that holds the instant, without it
    ``datetime``, and ``shown`` the one that holds the display, without it the text); for ``n`` it says ``pid`` (on
    a page that stands alone, else as ``place``) or ``place``, for ``role`` ``first`` (the first post of the first
    page opens the thread), for ``parent`` ``nesting`` or ``level``, of which ``most`` are told apart. ``none`` is
    the value where nothing is found: absent means null. ``but`` is the selector of elements whose text is left out.
    ``json`` is the path to the value in what was found, as ``author.name``. Of a date ``inner`` finds the element
    within whose attribute is read, where there is one. Where nothing is found, the selector ``otherwise`` is tried.
    ``counted`` finds elements that count one each, beside the number that ``pattern`` takes of the text around
    them. ``values`` says what each word that is taken means; words that it does not name mean nothing.
    """

    css: str
    attr: str | None = None
    pattern: str | None = None
    form: str | None = None
    many: bool = False
    none: int | None = None
    but: str | None = None
    value: str | None = None
    shown: str | None = None
    json: str | None = None
    most: int | None = None
    inner: str | None = None
    values: dict[str, str] | None = None
    counted: str | None = None
    otherwise: Selector | None = None


class Posts(Selector, frozen=True, forbid_unknown_fields=True):
    """Which elements are posts. ``along``: the siblings behind one that belong to it, up to the next post; ``nested``:
    replies stand within the post that they answer, and are no part of it; ``page``: where a page tells its number.
    """

    along: str | None = None
    nested: bool = False
    page: Selector | None = None


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Elements of another kind, and where their fields stand: the opening post, the rows of a board or of the index."""

    css: str
    fields: dict[str, Selector]


NOWHERE = ":not(*)"
"""A selector that finds nothing: a field of other posts that the opening one does not show."""


class NodeForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a node of a body is read back (``[body.NODE]``).

    ``css`` finds its elements within the page; ``inside`` finds, within one, the element whose content is the node's
    (empty: itself). ``fields`` are selectors of the node's fields within the element; a field without one is not shown.
    ``apart``: the node stands within the post but outside of its body. ``levels`` are those of the headings that there
    are, ``sizes`` the sizes of type as the skin writes them, from 1. ``only`` says ``article`` where posts cannot hold
    the node. ``bare``: only web addresses in the text become links, so that a link says its address.
    ``names`` are what the engine calls smileys and emoji, by what their authors write; all others stay text. ``units``
    are those in which sizes of files are shown, from bytes on, rounded to ``decimals``.
    """

    css: str
    inside: str = ""
    fields: dict[str, Selector] = {}
    apart: bool = False
    levels: tuple[int, ...] = ()
    sizes: tuple[str, ...] = ()
    only: Literal["", "article"] = ""
    bare: bool = False
    names: dict[str, str] = {}
    units: tuple[str, ...] = ()
    decimals: int = 2

    def size(self, number: int) -> str:
        """A size of a file as the engine shows it."""
        return size_shown(number, self.units, self.decimals)


class BodyForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The nodes that a skin's bodies can hold (``[body]``). ``drop`` finds elements that are no part of a body."""

    nodes: dict[str, NodeForm] = {}
    drop: str = ""

    @property
    def of_posts(self) -> BodyForm:
        """Without the nodes that only articles hold."""
        return BodyForm({name: form for name, form in self.nodes.items() if not form.only}, self.drop)


class Urls(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Addresses as format strings below ``host``.

    Fields: ``id`` of the thread, ``page``, ``start`` (rows before the page), ``board`` (number), ``slug``, ``uid``,
    ``name`` (of users), ``pid``, ``label`` (the board's name in ASCII), ``words`` (the slug with underscores), ``id36``
    and ``pid36`` (in base 36); of threads also ``stamp`` (the second of publication) and ``mark`` (what tells those
    of one second apart); of boards also ``old`` (the page, counted from the oldest). An empty one means that the engine
    has no such page.
    """

    host: str
    thread: str
    thread_page: str
    board: str = ""
    board_page: str = ""
    category: str = ""
    index: str = "/"
    index_page: str = ""
    user: str = ""
    post: str = ""


class SettingValue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a value of a setting puts into the skin: tables over those of the same names, and single keys.

    ``note`` says what it is; ``needs`` names the values of other settings with which alone it can be chosen.
    """

    note: str = ""
    needs: dict[str, tuple[str, ...]] = {}
    dates: dict[str, Any] = {}
    forms: dict[str, Any] = {}
    urls: dict[str, str] = {}
    page: dict[str, Any] = {}
    post: dict[str, Any] = {}
    site: dict[str, Any] = {}
    posts_per_page: int | None = None
    threads_per_page: int | None = None
    attribute: str | None = None
    engine_version: str | None = None


class Setting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an administrator of a board chooses: ``values`` by name, and the ``default`` of the engine.

    What the default puts into the skin stands in the skin already; it counts where a skin on this base has another.
    ``about`` says what it is, ``source`` where the engine has it: a public repository with a path, or a manual.
    Templates see the name of the value chosen, as ``setting.NAME``.
    """

    about: str
    source: str
    default: str
    values: dict[str, SettingValue]


class Columns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The greatest ids of ``threads`` and ``posts`` in the engine's columns, 0 where there is no bound, and of
    ``users``. ``items``: one sequence numbers both, and a thread has the number of its opening post. ``topics``: each
    topic numbers its posts as they came, and these numbers are the ``pid`` of anchors."""

    threads: int = 0
    posts: int = 0
    users: int = 2**31 - 1
    items: bool = False
    topics: bool = False


class Skin(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, dict=True):
    """What ``skin.toml`` says.

    ``engine``: the forum software that makes such pages, with ``engine_version``; empty where none does.
    ``kind``: in a ``forum`` the opening post is the first of the posts. ``order``: of the posts. ``anchor``: ids of
    posts, by ``n`` or ``pid``. ``count_opening``: the displayed count of posts includes the opening one. ``quotes``:
    whether a reply quotes the post that it answers. ``rich``: templates get panes and quotes (``PostView.forum``).
    ``attribute``: how the ``datetime`` attribute is written. ``encodings``, ``uis``: the first is the default.
    ``json_ld``: what pages state as JSON-LD: ``posting``, an engine's way (see ``rendering.structured``), or nothing.
    ``forms``, ``dates``: forms by name or in place; ``layouts``: names for the latter. ``opening``: where the opening
    post of a forum stands apart from the others, with what is read in another way there. ``board``, ``index``: how
    the lists of threads and boards are read. ``body``: the nodes of bodies. ``columns``: how large ids may be.
    ``limits``: what the engine lets people write. ``settings``: what administrators choose; ``chosen``: the value of
    each, by name. ``site``: how the server behaves (``forgegen.site.rules``).
    """

    name: str
    title: str
    engine: str = ""
    engine_version: str = ""
    kind: Literal["article", "forum"]
    locale: str
    profile: str
    order: Literal["tree", "arrival", "newest"]
    posts_per_page: int
    encodings: tuple[str, ...]
    urls: Urls
    dates: dict[str, str]
    forms: dict[str, str]
    page: dict[str, Selector]
    posts: Posts
    post: dict[str, Selector]
    opening: Part | None = None
    board: Part | None = None
    index: Part | None = None
    layouts: dict[str, str] = {}
    body: BodyForm = BodyForm()
    threads_per_page: int = 30
    uis: tuple[str, ...] = ()
    anchor: str = "c{n}"
    attribute: Literal["minute", "second", "basic", "utc", "absolute", "none"] = "minute"
    count_opening: bool = False
    quotes: Literal["parent", "none"] = "none"
    rich: bool = False
    json_ld: str = ""
    limits: Limits = Limits()

    columns: Columns = Columns()
    site: dict[str, Any] = {}
    settings: dict[str, Setting] = {}
    chosen: dict[str, str] = {}
    base: str = ""
    folder: str = ""
    chain: tuple[str, ...] = ()
    foreign: bool = False

    @cached_property
    def shown_of_bodies(self) -> frozenset[str]:
        """The fields of posts that follow from their bodies and that this skin shows."""
        if "body" not in self.post:
            return frozenset()
        nodes = set(self.body.nodes if self.kind == "forum" else self.body.of_posts.nodes)
        lists = [name for name, sources in _LISTED.items() if sources & nodes]
        quoted = "quote" in self.post and "quote" in nodes
        return frozenset((*lists, "body", "text", *(("quote",) if quoted else ())))

    @property
    def encoding(self) -> str:
        """The default encoding."""
        return self.encodings[0]

    @property
    def opening_post(self) -> dict[str, Selector]:
        """Where the fields of the opening post stand: as in the other posts, but for what is said of it."""
        return self.post if self.opening is None else {**self.post, **self.opening.fields}

    @property
    def leveled(self) -> bool:
        """Whether the place of a post tells its parent, by nesting or by a level."""
        parent = self.post.get("parent")
        return parent is not None and parent.form is not None
