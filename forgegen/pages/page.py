"""Pages: a thread in a skin, as HTML, bytes and truth."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import msgspec

from forgegen.entry_points import types_are_defined
from forgegen.errors import UnknownName, UsageError, check_type, folder_names
from forgegen.model.calendar import DAY, HOUR, civil_from_days
from forgegen.model.thread import Thread
from forgegen.model.truth import Truth
from forgegen.pages.response import response
from forgegen.quirks.catalogue import QUIRKS, quirks_named
from forgegen.quirks.define import PLAIN_THREAD
from forgegen.quirks.facts import Facts
from forgegen.quirks.quirk import Layer, Quirk, Readers, Response, worst
from forgegen.rendering.context import PageContext, build_contexts, contexts_of, page_count
from forgegen.rendering.encode import encode_text, is_universal
from forgegen.rendering.look import DATAS, NOISES, Data, Look, Noise, address_of
from forgegen.rendering.structured import json_ld
from forgegen.rendering.templating import environment, render_pieces
from forgegen.rendering.truth_builder import truth_of
from forgegen.skins.furniture import furniture_for
from forgegen.skins.loading import board_settings, load_skin, template_of
from forgegen.skins.settings import Given, Settings
from forgegen.skins.skin import Skin

_DAYS = ("Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Page:
    """One page of a thread in a skin. HTML, bytes and truth are derived when asked for; the repr can be evaluated.

    ``quirks`` are names of quirks to plant; those of the thread are planted before anything else, and ``thread`` is
    what they left. ``encoding`` is one of the skin's, None for its first. ``noise`` is how much boilerplate there is,
    ``ui`` the language of the furniture (None: that which the thread's locale asks for, else the skin's), ``data`` the
    manner of structured data, ``host`` the site, with or without scheme (None: the skin's). ``templates`` are folders
    in which skins are looked for first; ``generator=False`` leaves out the meta tag that says the page is synthetic.
    ``trust=True`` renders skins of those folders as the package's own; without it their templates run in a sandbox.
    ``settings`` are what the board's administrators chose, values by name; the rest are the engine's defaults.
    """

    def __init__(
        self,
        thread: Thread,
        skin: str = "reference",
        number: int = 1,
        *,
        quirks: Iterable[str] = (),
        encoding: str | None = None,
        noise: Noise = "usual",
        ui: str | None = None,
        data: Data = "google",
        host: str | None = None,
        templates: Iterable[str | Path] = (),
        generator: bool = True,
        trust: bool = False,
        settings: Given = (),
    ) -> None:
        check_type("thread", thread, Thread, "a Thread, as make_thread(7, 0) gives")
        check_type("skin", skin, str, "the name of a skin, as 'reference'")
        check_type("number", number, int, "the number of a page, from 1")
        check_type("quirks", quirks, Iterable, "names of quirks, as ['floor.gap']")
        for option, word, known in (("noise", noise, NOISES), ("data", data, DATAS)):
            if word not in known:
                raise UnknownName(option, word, known)
        check_type("ui", ui, (str, type(None)), "a language of the furniture, as 'en'")
        check_type("trust", trust, bool, "True or False")
        self.source, self.skin, self.number = thread, skin, number
        folders = folder_names(templates)
        ui = furniture_for(thread.locale, skin, folders, ui)
        chosen = board_settings(skin, folders, ui, settings) if settings else ()
        self.look = Look(encoding, noise, ui, data, None, folders, generator, trust, chosen)
        if host is not None:
            self.look = self.look._replace(host=address_of(host, self._skin.urls.host))
        if encoding is not None and encoding not in self._skin.encodings:
            raise UnknownName("encoding", encoding, self._skin.encodings)
        self._quirks = quirks_named(quirks) if quirks else ()
        self.thread = planted_thread(thread, self._quirks) if self._quirks else thread
        if not 1 <= number <= self.pages:
            raise UsageError(f"page {number} of a thread with {self.pages}; right would be 1 to {self.pages}")

    def turned_to(self, number: int) -> Page:
        """Another page of the same thread, with the same options."""
        page = object.__new__(Page)
        page.__dict__.update(
            source=self.source, thread=self.thread, skin=self.skin, number=number, look=self.look, _quirks=self._quirks
        )
        return page

    @property
    def planted(self) -> tuple[str, ...]:
        """Names of the quirks that were planted."""
        return tuple(quirk.name for quirk in self._quirks)

    @property
    def templates(self) -> tuple[str, ...]:
        """The folders in which skins are looked for first."""
        return self.look.templates

    @property
    def trust(self) -> bool:
        """Whether skins of these folders are rendered and read as the package's own."""
        return self.look.trust

    @property
    def settings(self) -> Settings:
        """The board's settings that are not the engine's defaults, as names with values."""
        return self.look.settings

    @property
    def observed(self) -> int | None:
        """The moment of observation in seconds since 1970, where it is known."""
        return self.thread.observed

    @cached_property
    def _skin(self) -> Skin:
        return load_skin(self.skin, self.look.templates, self.look.ui, self.look.settings)

    @property
    def pages(self) -> int:
        """How many pages there are to fetch."""
        return len(self.contexts()) if self._of("site") else page_count(self.thread, self._skin)

    def contexts(self) -> list[PageContext]:
        """The contexts of all pages, after the quirks of sites."""
        contexts = build_contexts(self.thread, self._skin, self.look)
        for quirk in self._of("site"):
            contexts = quirk.plant(contexts)
        return contexts

    @cached_property
    def context(self) -> PageContext:
        """The template's variables, all but the structured data."""
        if self._of("site"):
            return self.contexts()[self.number - 1]
        return contexts_of(self.thread, self._skin, self.look).on_page(self.number)

    @property
    def html(self) -> str:
        """The page as text."""
        return "".join(self._pieces)

    @cached_property
    def body(self) -> bytes:
        """The page as it is sent; characters outside of the encoding become references."""
        return self._response.body

    @cached_property
    def _response(self) -> Response:
        encoding = self.encoding
        if is_universal(encoding):
            body = b"".join([piece.encode(encoding) for piece in self._pieces])
        else:
            body = b"".join([encode_text(piece, encoding) for piece in self._pieces])
        headers = {"Content-Type": f"text/html; charset={encoding}"}
        if self.thread.observed is not None:
            headers["Date"] = http_date(self.thread.observed)
        sent = Response(headers, body)
        for quirk in (*self._of("bytes"), *self._of("transport")):
            sent = quirk.plant(sent, self)
        return sent

    @property
    def marked(self) -> bool:
        """Whether quirks of markup changed the HTML."""
        return bool(self._of("markup")) and self.html != self.plain_html

    @property
    def touched(self) -> bool:
        """Whether quirks of bytes or transport were planted."""
        return bool(self._of("bytes") or self._of("transport"))

    @property
    def plain_html(self) -> str:
        """The page as text, before any quirk of markup."""
        return "".join(self._plain_pieces)

    @property
    def pieces(self) -> list[str]:
        """``html`` in pieces, for writers: most are ASCII, and so much cheaper to encode than the whole."""
        return self._pieces

    @cached_property
    def _pieces(self) -> list[str]:
        """The page's text in pieces: encoding small ones is cheaper than one that holds a single astral character."""
        quirks = self._of("markup")
        if not quirks:
            return self._plain_pieces
        html = self.plain_html
        for quirk in quirks:
            html = quirk.plant(html, self)
        return [html]

    @cached_property
    def _plain_pieces(self) -> list[str]:
        variables = msgspec.structs.asdict(self.context)
        variables["json_ld"] = json_ld(self.context)
        path = template_of(self.skin, "thread.html", self.look.templates)
        return render_pieces(environment(self.look.templates, trust=self.look.trust), path, variables)

    def _of(self, layer: Layer) -> list[Any]:
        return [quirk for quirk in self._quirks if quirk.layer == layer] if self._quirks else []

    @cached_property
    def truth(self) -> Truth:
        """What the page shows."""
        return truth_of(self.context)

    @cached_property
    def seen(self) -> Truth:
        """The truth with ``seen``: what a browser shows of each post, before any quirk of markup."""
        from forgegen.reading.seen import with_seen  # with it comes the parser, which pages are made without

        return with_seen(self.truth, self.plain_html, self._skin, trust=self.look.trust)

    @property
    def url(self) -> str:
        """The page's address."""
        return self.context.url

    @property
    def encoding(self) -> str:
        """The encoding of the bytes."""
        return self.look.encoding or self._skin.encoding

    @property
    def headers(self) -> dict[str, str]:
        """HTTP headers; ``Date`` is the moment of observation, where that is known."""
        return dict(self._response.headers)

    def response(self, kind: str) -> Any:
        """The page as a ``scrapy``, ``httpx`` or ``requests`` response. Raises: UnknownName, MissingExtra."""
        return response(self, kind)

    @cached_property
    def facts(self) -> Facts:
        """The shown values, as quirks look at them."""
        return Facts(self)

    @cached_property
    def quirks(self) -> tuple[str, ...]:
        """Names of the quirks detected on the page, less those that the skin's plain page has anyway."""
        usual = _usual_labels(self.skin, self.look)
        return tuple(q.name for q in QUIRKS.values() if q.name not in usual and q.detect(self))

    @property
    def readers(self) -> Readers:
        """Which readers may be expected to read the truth back: the worst of what was planted."""
        return worst(quirk.readers for quirk in self._quirks)

    def __repr__(self) -> str:
        given = (("skin", self.skin, "reference"), ("number", self.number, 1), ("quirks", self.planted, ()))
        chosen = self.look._replace(settings=dict(self.settings) or ())  # type: ignore[arg-type]  # only to be printed
        look = zip(Look._fields, chosen, Look(), strict=True)
        options = "".join(f", {name}={value!r}" for name, value, default in (*given, *look) if value != default)
        return f"Page({self.source!r}{options})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Page) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[object, ...]:
        return self.source, self.skin, self.number, self.planted, self.look


@lru_cache(maxsize=256)
def _usual_labels(skin: str, look: Look) -> frozenset[str]:
    """The labels that a skin's page of a plain thread has."""
    plain = Page(PLAIN_THREAD, skin, **look._asdict())
    return frozenset(q.name for q in QUIRKS.values() if q.detect(plain))


def planted_thread(thread: Thread, quirks: Iterable[Quirk]) -> Thread:
    """The thread after the quirks of threads among these."""
    for quirk in quirks:
        if quirk.layer == "thread" and quirk.plant is not None:
            thread = quirk.plant(thread)
    return thread


def http_date(instant: int) -> str:
    """An instant as HTTP writes dates (RFC 9110, section 5.6.7).

    >>> http_date(1708146060)
    'Sat, 17 Feb 2024 05:01:00 GMT'
    """
    y, mo, d = civil_from_days(instant // DAY)
    s = instant % DAY
    return (
        f"{_DAYS[instant // DAY % 7]}, {d:02d} {_MONTHS[mo - 1]} {y:04d} "
        f"{s // HOUR:02d}:{s // 60 % 60:02d}:{s % 60:02d} GMT"
    )


def render(
    thread: Thread,
    skin: str = "reference",
    *,
    quirks: Iterable[str] = (),
    encoding: str | None = None,
    noise: Noise = "usual",
    ui: str | None = None,
    data: Data = "google",
    host: str | None = None,
    templates: Iterable[str | Path] = (),
    generator: bool = True,
    trust: bool = False,
    settings: Given = (),
) -> list[Page]:
    """The pages of a thread in a skin, in order; at least one. Options are those of ``Page``.

    Raises: UnknownName for a skin or quirk; UsageError for a skin without furniture for the thread's locale; SkinError
    where the skin has a mistake.
    """
    first = Page(
        thread, skin, quirks=quirks, encoding=encoding, noise=noise, ui=ui, data=data, host=host, templates=templates,
        generator=generator, trust=trust, settings=settings,
    )  # fmt: skip
    if not first._of("site"):  # each page is made when it is asked for, of rows that all share
        first.context  # noqa: B018 - it raises what the docstring says
        return [first, *(first.turned_to(number) for number in range(2, first.pages + 1))]
    pages = [first]
    for number, context in enumerate(first.contexts(), 1):
        page = first if number == 1 else first.turned_to(number)
        page.__dict__["context"] = context
        if page is not first:
            pages.append(page)
    return pages


types_are_defined()
