"""What a skin's ``skin.toml`` says: what it shows, in which forms, and where a reader finds it."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class Selector(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a field stands. ``css`` finds elements within the page or the post; the value is the text of the
    first (lines split at ``br``), or its attribute ``attr``; ``pattern``'s first group is the value. ``many`` takes
    all of them. ``form`` names a date form (``attr`` is then the attribute that holds the instant, without it
    ``datetime``), or for ``n`` says ``pid``. ``none`` is the value where nothing is found: absent means null. ``but``
    is the selector of elements whose text is left out. Of a date ``pattern`` takes the display out of the text, and
    ``inner`` finds the element within whose attribute is read, where there is one.
    """

    css: str
    attr: str | None = None
    pattern: str | None = None
    form: str | None = None
    many: bool = False
    none: int | None = None
    but: str | None = None
    value: str | None = None
    inner: str | None = None


class Urls(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Addresses as format strings below ``host``.

    Fields: ``id`` of the thread, ``page``, ``start`` (rows before the page), ``board`` (number), ``slug``, ``uid``,
    ``pid``. An empty one means that the engine has no such page.
    """

    host: str
    thread: str
    thread_page: str
    board: str = ""
    board_page: str = ""
    category: str = ""
    index: str = "/"
    user: str = ""
    post: str = ""


class SettingValue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a value of a setting puts into the skin: tables over those of the same names, and single keys.

    ``note`` says what it is; ``needs`` names the values of other settings with which alone it can be chosen.
    """

    note: str = ""
    needs: dict[str, tuple[str, ...]] = {}
    dates: dict[str, str] = {}
    forms: dict[str, str] = {}
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


class Skin(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What ``skin.toml`` says.

    ``engine``: the forum software that makes such pages, with ``engine_version``; empty where none does.
    ``kind``: in a ``forum`` the opening post is the first of the posts. ``order``: of the posts. ``anchor``: ids of
    posts, by ``n`` or ``pid``. ``count_opening``: the displayed count of posts includes the opening one. ``quotes``:
    whether a reply quotes the post that it answers. ``rich``: templates get panes and quotes (``PostView.forum``).
    ``attribute``: how the ``datetime`` attribute is written. ``encodings``, ``uis``: the first is the default.
    ``json_ld``: what pages state as JSON-LD: ``posting``, an engine's way (see ``rendering.structured``), or nothing.
    ``forms``, ``dates``: names of forms. ``site``: how the server behaves (``forgegen.site.rules``).
    ``settings``: what administrators choose; ``chosen``: the value of each, by name.
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
    posts: Selector
    post: dict[str, Selector]
    threads_per_page: int = 30
    uis: tuple[str, ...] = ()
    anchor: str = "c{n}"
    attribute: Literal["minute", "second", "basic", "utc", "absolute", "none"] = "minute"
    count_opening: bool = False
    quotes: Literal["parent", "none"] = "none"
    rich: bool = False
    json_ld: str = ""
    site: dict[str, Any] = {}
    settings: dict[str, Setting] = {}
    chosen: dict[str, str] = {}
    base: str = ""
    folder: str = ""
    chain: tuple[str, ...] = ()

    @property
    def encoding(self) -> str:
        """The default encoding."""
        return self.encodings[0]
