"""The variables of templates: what a skin can print, each documented where it is defined."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from forgegen.model.bodies import Block
from forgegen.model.thread import Thread
from forgegen.rendering.displays import ShownDate
from forgegen.rendering.look import Look
from forgegen.skins.skin import Skin


class OddView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What few posts have, as templates see it.

    - ``status``: ``deleted`` (a stub without author and text), ``collapsed``, or None
    - ``quote``: what the author quotes, or None; ``badge``: a word beside the name, or None
    - ``edited``: ``ShownDate`` of the edit note, or None; ``plain``: what a person reads where the text hides it
    - ``guest``, ``banned``, ``pinned``: whether the author is no member or was banned, and the post was put on top;
      never in a skin without a selector for it
    """

    status: str | None
    quote: str | None
    badge: str | None
    edited: ShownDate | None
    plain: str | None = None
    guest: bool = False
    banned: bool = False
    pinned: bool = False


class Pane(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a forum shows of an author beside the posts; all of it follows from the name.

    - ``uid``: number of the profile; ``url``: its address; ``letter``: of a letter avatar; ``hue``: 0 to 359
    - ``posts``, ``points``: numbers; ``joined``: ``ShownDate``
    - ``rank``, ``place``, ``signature``: large numbers to choose an item of a list by, with ``%``
    - ``level``: 0 to 5 by the number of posts, for titles that are earned
    """

    uid: int
    url: str
    letter: str
    hue: int
    posts: int
    points: int
    joined: ShownDate
    rank: int
    place: int
    signature: int
    level: int


class QuoteView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A quotation of the post that is answered.

    - ``author``: name or None; ``uid``: number of the profile; ``text``; ``date``: ``ShownDate`` or None
    - ``id``, ``pid``, ``href``, ``floor_text``: of the post quoted
    """

    author: str | None
    uid: int
    text: str
    date: ShownDate | None
    id: str
    pid: int
    href: str
    floor_text: str


class SourceView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The post that a quotation in a body comes from.

    - ``id``, ``pid``, ``href``, ``floor_text``: of the post; ``uid``: number of its author's profile
    """

    id: str
    pid: int
    uid: int
    href: str
    floor_text: str


class ForumView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What rich skins know of a post beside the rest.

    - ``role``: ``opening`` for the opening post, else None; ``pid``: number of the post; ``href``: its permalink
    - ``pane``: ``Pane`` of the author, or None; ``quote``: ``QuoteView`` or None; ``starter``: by the opening author
    - ``place``: position on this page, from 0
    """

    role: str | None
    pid: int
    href: str
    pane: Pane | None
    quote: QuoteView | None
    starter: bool
    place: int


class PostView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A post as templates see it.

    - ``n``: position in the thread, from 1; ``id``: its anchor; ``floor``: the number shown
    - ``author``: name, or None; ``user``: number of the profile; ``letter``: avatar letter, or None for a picture;
      ``picture``: number of the drawn picture, 0 to 11
    - ``text``; ``date``: ``ShownDate`` or None; ``shown``, ``attribute``: of the date, or empty
    - ``replies``: direct replies; ``likes``: number or None; ``depth``: from 1; ``indent``: 0 to 8
    - ``parent_id``, ``parent_floor``, ``parent_href``: of the comment answered, or None; ``away``: that comment
      stands on another page
    - ``stated``: structured data can state the post (author, date and text are known); ``itemref``: ids of the direct
      replies on this page, for microdata
    - ``floor_text``, ``replies_text``, ``likes_text``: the numbers as displayed, empty where they are not
    - ``ends``: how many posts end behind this one, in skins that put replies into the post that they answer
    - ``odd``: ``OddView``, or None for a plain post
    - ``forum``: ``ForumView`` in rich skins, else None
    - ``body``: the blocks of a post that has more than text, as this skin can show them; else empty
    """

    n: int
    id: str
    floor: int
    author: str | None
    user: int
    letter: str | None
    picture: int
    text: str
    date: ShownDate | None
    shown: str
    attribute: str
    replies: int
    likes: int | None
    depth: int
    indent: int
    parent_id: str | None
    parent_floor: int | None
    parent_href: str | None
    away: bool
    stated: bool
    itemref: str
    floor_text: str
    replies_text: str
    likes_text: str
    ends: int = 1
    odd: OddView | None = None
    forum: ForumView | None = None
    body: tuple[Block, ...] = ()


class PageLink(NamedTuple):
    """A link of the pager: number and URL; ``url`` is None for the page itself."""

    number: int
    url: str | None


class Crumb(NamedTuple):
    """A step of the breadcrumb: ``kind`` is index, category, board or thread."""

    kind: str
    title: str
    url: str


class PageContext(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The variables of a thread template.

    - ``skin``: the ``Skin``; ``thread``: the ``Thread``; ``look``: the ``Look``; ``encoding``: of the page;
    ``setting``: the values of the board's settings by name
    - ``title``, ``byline``, ``caption``, ``board``, ``board_latin``: texts; ``paragraphs``: of the article
    - ``views``, ``comments``: numbers; ``published``, ``last_reply``, ``observed``: ``ShownDate`` or None
    - ``posts``: ``PostView`` of this page; ``page``, ``pages``: number of this page and of all; ``links``:
      ``PageLink`` of the pager; ``url``: of this page; ``first_url``: of page 1; ``prev_url``, ``next_url``: or None
    - ``art``: number that decides the drawn lead image; ``generator``: text of the meta tag, or empty
    - ``stated``: structured data can state the article (outlet and time of publication are known); ``itemref``: ids
      of the comments directly below it, for microdata; ``json_ld``: the structured data as JSON, or empty
    - ``views_text``, ``comments_text``: the numbers as displayed
    - ``ui``: texts of the furniture by name; ``slug``: the title as addresses show it; ``board_id``: number of the
    board; ``host``: begin of absolute addresses; ``crumbs``: ``Crumb`` of index, category, board and thread
    - ``body``: the blocks of an article that has more than text; ``bodies``: some post of the page has a body;
      ``sources``: ``SourceView`` of each post that is quoted in one, by its id
    """

    skin: Skin
    thread: Thread
    title: str
    byline: str
    caption: str
    board: str
    board_latin: str
    paragraphs: tuple[str, ...]
    views: int
    comments: int
    published: ShownDate | None
    last_reply: ShownDate | None
    observed: ShownDate | None
    posts: list[PostView]
    page: int
    pages: int
    links: list[PageLink]
    url: str
    first_url: str
    prev_url: str | None
    next_url: str | None
    art: int
    generator: str
    stated: bool
    itemref: str
    look: Look
    encoding: str
    views_text: str
    comments_text: str
    ui: dict[str, Any]
    setting: dict[str, str]
    slug: str
    board_id: int
    host: str
    crumbs: tuple[Crumb, ...]
    json_ld: str = ""
    body: tuple[Block, ...] = ()
    bodies: bool = False
    sources: dict[str, SourceView] = {}
