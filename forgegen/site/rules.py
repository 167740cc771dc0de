"""How a skin's server behaves: the ``[site]`` table of ``skin.toml``, all of it optional."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import msgspec

from forgegen.errors import SkinError, UnknownName
from forgegen.site.login_rules import Login

Order: TypeAlias = Literal["activity", "arrival", "oldest"]
Small: TypeAlias = Literal["login", "search", "register", "note"]
Charset: TypeAlias = Literal["both", "header", "meta"]
CHARSETS: tuple[Charset, ...] = ("both", "header", "meta")


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The behaviours of a server.

    - ``slash``: addresses that lack the last slash are redirected to the form with it
    - ``loose_slash``: a last slash more than the address has is let pass
    - ``canonical``: other spellings of an address (slug, ``page-1``) are redirected to the usual one
    - ``moved``: the status of these redirects
    - ``beyond``: a page number that is too high: ``last`` shows the last page, ``redirect`` leads there (302),
      ``missing`` is a 404
    - ``index_names``: other names of the index page, as ``index.php``
    - ``indexes``: further address formats of the index page, as of categories
    - ``bare``: paths that without usable parameters answer with the index page, as ``viewforum.php``
    - ``permalinks``: addresses of single posts: ``redirect`` (302) to the page with the post, or ``show`` it
    - ``posts``: further address formats with ``{pid}`` (and ``{id}``) that lead to a post
    - ``threads``, ``boards``, ``users``: further address formats of these
    - ``latest``: address formats that lead (302) to the last post of a thread
    - ``separators``: characters between parameters of a query
    - ``headers``: sent with every page
    - ``api``: JSON endpoints, by name
    - ``age``: every so-manyth board asks for the cookie of the age page, 0 for none
    - ``etag``: whether pages carry validators and answer 304
    - ``charset``: where HTML pages name it: in header and page, or in one of them only
    - ``rss``: the path of the feed; ``atom``: whether it is Atom, as phpBB writes it
    - ``order``: of a board's threads: the latest ``activity`` first, the latest ``arrival`` first, or ``oldest``: as
      they came, on pages that are numbered from the first one
    - ``ranked``: the front page lists threads, those of a page by how many read them and how new they are
    - ``beside``: what small page answers at a path, or below one that ends in a slash, or at an address with
      parameters: what those get who have to ``login``, a ``search`` form, a ``register`` form, or a ``note`` with a way
      back
    - ``login``: how people log in, the keys of ``forgegen.site.login_rules.Login``; without it nobody can
    - ``frame``: the template in which small pages stand, with blocks ``title`` and ``body``
    - ``stuck``: some threads stay on top of their board's list, and are marked there
    """

    slash: bool = False
    loose_slash: bool = False
    canonical: bool = False
    moved: Literal[301, 302] = 301
    beyond: Literal["last", "redirect", "missing"] = "missing"
    index_names: tuple[str, ...] = ()
    indexes: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()
    permalinks: Literal["redirect", "show"] = "redirect"
    posts: tuple[str, ...] = ()
    threads: tuple[str, ...] = ()
    boards: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    latest: tuple[str, ...] = ()
    separators: str = "&"
    headers: dict[str, str] = {}
    api: Literal["", "discourse", "hackernews", "reddit"] = ""
    age: int = 0
    etag: bool = True
    charset: Charset = "both"
    rss: str = "/feed.xml"
    atom: bool = False
    order: Order = "activity"
    stuck: bool = False
    ranked: bool = False
    beside: dict[str, Small] = {}
    login: Login | None = None
    frame: str = ""


def rules_of(table: Mapping[str, Any], skin: str) -> Rules:
    """The rules in a skin's ``[site]`` table.

    Raises: SkinError.
    """
    for key in table:
        if key not in Rules.__struct_fields__:
            raise SkinError(f"skin {skin!r}, [site]: {UnknownName('setting', key, Rules.__struct_fields__)}")
    try:
        return msgspec.convert(dict(table), Rules)
    except msgspec.ValidationError as e:
        raise SkinError(f"skin {skin!r}, [site]: {e}") from e
