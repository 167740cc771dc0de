"""How an engine lets people in: ``[site.login]`` of ``skin.toml``."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

Pair: TypeAlias = tuple[str, str]


class Login(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The addresses, fields, cookies and words of a login. Pairs are names with values, both of them marks
    (``forgegen.site.seals``).

    - ``page``, ``action``: the addresses of the form and of its target; ``more``: further addresses of the form
    - ``name``, ``password``, ``remember``, ``back``: the fields; ``back`` holds where the login leads
    - ``submit``: the field of the button, without which nothing was sent; ``brief``: the value of ``remember`` that
      remembers nothing, beside an empty one
    - ``plain``: fields that the form has besides, with their values
    - ``hidden``: fields that carry the token; ``lasts_token``: seconds for which it is taken
    - ``guest``: the cookie that guests get with the form, which must come back with it
    - ``cookies``: those of a member, the first of which is the session; ``lasts``, ``lasts_remembered``: its seconds
    - ``checked``: a login without a good token is refused
    - ``logout``: the address that ends a session; ``logout_field``: the parameter with its token;
      ``logout_method``: by a link (``GET``), a form (``POST``), or a script (``DELETE``) that sends the token of forms
    - ``answers``: ``page``, or ``json`` where scripts log in, who get the token from ``token_page`` and may send it in
      ``token_header``
    - ``entered_status``: of the redirect after a login; ``status``: of a failed login; ``stale_status``: of a token
      that is not taken
    - ``barred``: what guests get on a closed board: the ``login`` form, a ``refusal``, or what is ``missing``;
      ``barred_status``: its status; ``refused_status``: what members get who may not see it
    - ``swaps``: what stands on pages for guests, and instead for members: ``{...}`` is whatever comes between,
      ``{ui.KEY}`` a text of the furniture or a word, ``{host}``, ``{name}``, ``{uid}``, ``{user}`` (the address of the
      page), ``{logout}`` and ``{token}`` (of the logout) the member's
    - ``words``: by language the texts ``enter, name, password, remember, logout`` of the form and ``wrong, unknown,
      stale, closed, refused``, which say what the matter is; ``head`` stands over a refusal
    - ``no_boards``: why no board can be closed, where the engine has none
    """

    page: str
    action: str
    name: str
    password: str
    cookies: list[Pair]
    words: dict[str, dict[str, str]]
    more: list[str] = []
    submit: str = ""
    remember: str = ""
    brief: str = ""
    back: str = ""
    plain: list[Pair] = []
    hidden: list[Pair] = []
    lasts_token: int = 7200
    guest: Pair | None = None
    lasts: int = 3600
    lasts_remembered: int = 31_536_000
    logout: str = ""
    logout_field: str = ""
    logout_method: Literal["GET", "POST", "DELETE"] = "GET"
    checked: bool = True
    answers: Literal["page", "json"] = "page"
    token_header: str = ""
    token_page: str = ""
    status: int = 200
    entered_status: Literal[302, 303] = 302
    stale_status: int = 200
    barred: Literal["login", "refusal", "missing"] = "login"
    barred_status: int = 200
    refused_status: int = 403
    swaps: list[Pair] = []
    no_boards: str = ""

    def said(self, language: str | None) -> dict[str, str]:
        """The words in a language, those that it lacks in the first one."""
        first = next(iter(self.words.values()), {})
        return {**first, **self.words.get(language or "", {})}
