"""Rows: the pages of a corpus in the order of its keys, with all that a format may write about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from forgegen.corpus.exchanges import Exchange
from forgegen.corpus.spec import NATIVE, RowChoice, Spec, choices
from forgegen.corpus.split_parts import part_of
from forgegen.generate.making import EDITION, make_made, make_thread
from forgegen.model.calendar import iso_utc
from forgegen.model.thread import Thread
from forgegen.model.truth import Truth
from forgegen.pages.page import Page, render
from forgegen.quirks.catalogue import QUIRKS
from forgegen.skins.settings import Settings


class Row:
    """One page with its place in the corpus. ``body`` and ``truth_json`` are the bytes the content digest runs over.

    ``opens`` is true of the first page of a thread, whatever the number of its skins; ``asks`` where ``seen`` is
    wanted.
    """

    __slots__ = ("asks", "choice", "index", "made", "number", "opens", "page", "split", "thread", "truth", "truth_json")

    def __init__(
        self, index: int, choice: RowChoice, page: Page, split: str, *, opens: bool, made: str = "", asks: bool = False
    ) -> None:
        self.index, self.choice, self.page, self.split, self.opens = index, choice, page, split, opens
        self.number, self.made, self.asks = page.number, made, asks
        self.thread: Thread = page.thread
        self.truth: Truth = page.truth
        self.truth_json: bytes = self.truth.to_bytes()

    @property
    def body(self) -> bytes:
        """The page as it is sent."""
        return self.page.body

    @property
    def url(self) -> str:
        """The page's address."""
        return self.page.url

    @property
    def headers(self) -> dict[str, str]:
        """The HTTP headers of the answer."""
        return self.page.headers

    @property
    def asked(self) -> Mapping[str, str]:
        """The headers that a request for the page must have, besides Host."""
        return {}

    @property
    def before(self) -> Sequence[Exchange]:
        """The answers that came before the page at its address."""
        return ()

    @property
    def key(self) -> str:
        """The row's name: index, skin and page."""
        return f"{self.index}/{self.choice.skin}/{self.number}"

    @property
    def stem(self) -> str:
        """The row's name as that of a file; sorted by name the rows of a skin are in order."""
        return f"{self.index:010d}.{self.choice.skin}.{self.number:03d}"

    @property
    def observed(self) -> str | None:
        """The moment of observation as ISO instant."""
        return None if self.thread.observed is None else iso_utc(self.thread.observed)

    @property
    def html(self) -> str:
        """The page as text."""
        return self.page.html

    def is_plain(self) -> bool:
        """Whether ``html`` in UTF-8 is the body; only quirks can make another body of a page in UTF-8."""
        page = self.page
        return page.encoding == "utf-8" and (not page.planted or page.html.encode("utf-8", "replace") == page.body)

    def fields(self) -> dict[str, Any]:
        """The columns but those of body and truth, in the order of ``COLUMNS``."""
        choice, page = self.choice, self.page
        return {
            "key": self.key,
            "index": self.index,
            "page": self.number,
            "skin": choice.skin,
            "locale": choice.locale,
            "profile": choice.profile,
            "edition": EDITION,
            "url": self.url,
            "observed": self.observed,
            "headers": self.headers,
            "encoding": page.encoding,
            "quirks": page.planted,
            "split": self.split,
            **({"settings": _told(choice.settings)} if choice.settings else {}),
            **({"made": self.made} if self.made else {}),
            **({"seen": _seen(page)} if self.asks else {}),
        }


class SiteRow(Row):
    """A page of a thread as the site answers it; ``before`` are the answers that came first, with their faults."""

    __slots__ = ("_before", "exchange")

    def __init__(
        self, index: int, choice: RowChoice, page: Page, split: str, answers: list[Exchange], *, made: str, asks: bool
    ) -> None:
        super().__init__(index, choice, page, split, opens=page.number == 1, made=made, asks=asks)
        *before, self.exchange = answers
        self._before = tuple(before)

    @property
    def body(self) -> bytes:
        """The page as the site answers it."""
        return self.exchange.body

    @property
    def url(self) -> str:
        """The page's address on the site."""
        return self.exchange.url

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the answer."""
        return dict(self.exchange.headers)

    @property
    def asked(self) -> Mapping[str, str]:
        """See ``Row``."""
        return self.exchange.asked

    @property
    def before(self) -> Sequence[Exchange]:
        """See ``Row``."""
        return self._before

    def is_plain(self) -> bool:
        """See ``Row``."""
        return self.page.encoding == "utf-8" and self.page.html.encode() == self.body


def rows(spec: Spec, index: int) -> Iterator[Row]:
    """The rows of thread ``index``, page by page; a thread is made once for all skins that show the same."""
    if spec.site is not UNSET:
        yield from _site_rows(spec, index)
        return
    split = part_of(spec, index)
    threads: dict[tuple[str, str], Thread] = {}
    notes: dict[tuple[str, str], str] = {}
    opens = True
    for choice in choices(spec, index):
        made = choice.locale, choice.profile
        if made not in threads:
            threads[made] = make_thread(spec.seed, index, locale=choice.locale, profile=choice.profile)
            if "made" in spec.columns:
                notes[made] = _noted(spec.seed, index, choice)
        pages = render(threads[made], choice.skin, **_options(spec, choice))
        for page in pages:
            yield Row(index, choice, page, split, opens=opens, made=notes.get(made, ""), asks="seen" in spec.columns)
            opens = False


def _told(settings: Settings) -> str:
    """Settings as a column has them.

    >>> _told((("dates", "relative"), ("version", "2.3")))
    'dates=relative,version=2.3'
    """
    return ",".join(f"{name}={value}" for name, value in settings)


def _seen(page: Page) -> str:
    """What a browser shows of the posts of a page, as JSON."""
    return msgspec.json.encode([post.seen for post in page.seen.posts]).decode()


def _noted(seed: int, index: int, choice: RowChoice) -> str:
    """What the generator knows of a thread, as JSON."""
    made = make_made(seed, index, locale=choice.locale, profile=choice.profile)
    return msgspec.json.encode(made).decode()


def _options(spec: Spec, choice: RowChoice) -> dict[str, Any]:
    """What rendering is told: only what is not its default."""
    options: dict[str, Any] = {}
    if choice.quirks:
        options["quirks"] = choice.quirks
    if choice.encoding != NATIVE:
        options["encoding"] = choice.encoding
    if spec.noise != "usual":
        options["noise"] = spec.noise
    data = next((data for name in choice.quirks if (data := QUIRKS[name].data) != "none"), spec.data)
    if data != "google":
        options["data"] = data
    if spec.templates:
        options["templates"] = spec.templates
    if not spec.generator:
        options["generator"] = False
    if choice.settings:
        options["settings"] = choice.settings
    return options


def _site_rows(spec: Spec, index: int) -> Iterator[Row]:
    """The rows of thread ``index`` of a site; none where it is not there at the moment, or a fault takes it away."""
    from forgegen.corpus.recording import Recorder

    recorder = Recorder(spec)
    forum = recorder.scene.forum
    (split,), look = spec.split, forum.look
    choice = RowChoice(forum.skin.name, forum.locale, forum.profile, look.encoding or NATIVE, (), look.settings)
    made = _noted(spec.seed, index, choice) if "made" in spec.columns else ""
    for page, answers in recorder.pages(index):
        yield SiteRow(index, choice, page, split, answers, made=made, asks="seen" in spec.columns)
