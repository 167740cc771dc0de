"""Pages: a thread in a skin, as HTML, bytes and truth."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from forgegen.errors import UnknownName, UsageError
from forgegen.model.moments import DAY, HOUR, civil_from_days
from forgegen.model.thread import Thread
from forgegen.model.truth import Truth
from forgegen.rendering.context import PageContext, build_contexts, page_count, truth_of
from forgegen.rendering.engine import environment, render_pieces
from forgegen.rendering.skins import Skin, load_skin
from forgegen.rendering.structured import json_ld

GENERATOR = "forgegen (synthetic page for tests; people, outlets and events are invented)"
_DAYS = ("Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Page:
    """One page of a thread in a skin. HTML, bytes and truth are derived when asked for; the repr can be evaluated.

    ``templates`` are folders in which skins are looked for first; ``generator=False`` leaves out the meta tag
    that says the page is synthetic.
    """

    def __init__(
        self,
        thread: Thread,
        skin: str = "reference",
        number: int = 1,
        *,
        templates: Iterable[str | Path] = (),
        generator: bool = True,
    ) -> None:
        self.thread, self.skin, self.number = thread, skin, number
        self.templates = tuple(map(str, templates))
        self.generator = generator
        self.planted: tuple[str, ...] = ()
        pages = page_count(thread, self._skin)
        if not 1 <= number <= pages:
            raise UsageError(f"page {number} of a thread with {pages}; right would be 1 to {pages}")

    @property
    def _skin(self) -> Skin:
        return load_skin(self.skin, self.templates)

    @cached_property
    def context(self) -> PageContext:
        """The template's variables, all but the structured data."""
        return build_contexts(self.thread, self._skin, GENERATOR if self.generator else "")[self.number - 1]

    @property
    def html(self) -> str:
        """The page as text."""
        return "".join(self._pieces)

    @cached_property
    def body(self) -> bytes:
        """The page in the skin's encoding; characters outside of it become references."""
        encoding = self._skin.encoding
        return b"".join([piece.encode(encoding, "xmlcharrefreplace") for piece in self._pieces])

    @cached_property
    def _pieces(self) -> list[str]:
        """The page's text in pieces: encoding small ones is cheaper than one that holds a single astral character."""
        env = environment(self.templates)
        variables = self.context._asdict()
        variables["json_ld"] = json_ld(self.context)
        return render_pieces(env, f"{self.skin}/thread.html", variables)

    @cached_property
    def truth(self) -> Truth:
        """What the page shows."""
        return truth_of(self.context)

    @property
    def url(self) -> str:
        """The page's address."""
        return self.context.url

    @property
    def encoding(self) -> str:
        """The skin's encoding."""
        return self._skin.encoding

    @property
    def headers(self) -> dict[str, str]:
        """HTTP headers; ``Date`` is the moment of observation, where that is known."""
        headers = {"Content-Type": f"text/html; charset={self.encoding}"}
        if self.thread.observed is not None:
            headers["Date"] = http_date(self.thread.observed)
        return headers

    @property
    def quirks(self) -> tuple[str, ...]:
        """Names of the quirks detected on the page."""
        return ()

    @property
    def readers(self) -> str:
        """Which readers may be expected to read the truth back: ``portable``, ``html5`` or ``hostile``."""
        return "portable"

    def __repr__(self) -> str:
        options = "".join(
            f", {name}={value!r}"
            for name, value, default in (
                ("skin", self.skin, "reference"),
                ("number", self.number, 1),
                ("templates", self.templates, ()),
                ("generator", self.generator, True),
            )
            if value != default
        )
        return f"Page({self.thread!r}{options})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Page) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[object, ...]:
        return self.thread, self.skin, self.number, self.templates, self.generator


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
    templates: Iterable[str | Path] = (),
    generator: bool = True,
) -> list[Page]:
    """The pages of a thread in a skin, in order; at least one.

    Raises: UnknownName for a skin or quirk; SkinError where the skin has a mistake.
    """
    for quirk in quirks:
        raise UnknownName("quirk", quirk, ())
    folders = tuple(map(str, templates))
    contexts = build_contexts(thread, load_skin(skin, folders), GENERATOR if generator else "")
    pages = []
    for context in contexts:
        page = Page(thread, skin, context.page, templates=folders, generator=generator)
        page.__dict__["context"] = context
        pages.append(page)
    return pages
