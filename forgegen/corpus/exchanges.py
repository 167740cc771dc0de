"""Answers of a server that are no rows of a corpus: what stands beside the threads of a site, and what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple


class Exchange(NamedTuple):
    """What was asked and answered: the address and what the request's headers said, status, headers and body.

    ``date`` is the moment as ISO instant; ``opens`` says that it is the page with which a reader should begin.
    """

    url: str
    date: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    asked: Mapping[str, str] = {}
    opens: bool = False

    @property
    def kind(self) -> str:
        """The media type with its parameters."""
        return next((value for name, value in self.headers if name.lower() == "content-type"), "")

    @property
    def media(self) -> str:
        """The media type alone."""
        return self.kind.partition(";")[0].strip()

    @property
    def charset(self) -> str:
        """The charset that the media type names; UTF-8 where it names none."""
        return self.kind.partition("charset=")[2].strip() or "utf-8"


def reason(status: int) -> str:
    """What stands behind a status on the first line of an answer.

    >>> reason(200), reason(302)
    ('OK', 'Found')
    """
    return HTTPStatus(status).phrase
