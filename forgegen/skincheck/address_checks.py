"""Addresses of a skin: whether each leads to one page only, and tells which."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from string import Formatter

from forgegen.model.post_numbers import base36
from forgegen.skins.skin import Skin

_IDS, _PAGES, _SLUGS = (1, 2, 11, 12, 101, 10**9 + 7), (1, 2, 3, 11, 12), ("thread", "a", "a-1", "2")

_FIELDS = {
    "slug": "[a-z0-9-]*", "words": "[a-z0-9_]*", "mark": "[0-9A-F]{3}", "id36": "[0-9a-z]+", "label": "[A-Za-z0-9]+",
}  # fmt: skip
_TOLD = ("id36", "label", "page", "start", "stamp", "old")
_LAST = 1000  # of the pages that are counted from the oldest


def address_pattern(layout: str) -> re.Pattern[str]:
    """What reads the fields of an address back.

    >>> address_pattern("/t/{slug}.{id}/page-{page}").fullmatch("/t/a-1.12/page-3").groupdict()
    {'slug': 'a-1', 'id': '12', 'page': '3'}
    """
    parts, seen = [], set()
    for literal, field, _, _ in Formatter().parse(layout):
        parts.append(re.escape(literal))
        if field in seen:
            parts.append(f"(?P={field})")
        elif field:
            seen.add(field)
            parts.append(f"(?P<{field}>{_FIELDS.get(field, '[0-9]+')})")
    return re.compile("".join(parts))


def check_addresses(skin: Skin) -> Iterator[tuple[str, str]]:
    """What is wrong with the addresses of threads and boards."""
    urls = skin.urls
    yield from _checked("thread", urls.thread, urls.thread_page, "id", skin.posts_per_page)
    if urls.board:
        yield from _checked("board", urls.board, urls.board_page, "board", skin.threads_per_page)


def _checked(kind: str, first: str, later: str, key: str, per: int) -> Iterator[tuple[str, str]]:
    """One problem at most: two pages with one address, or an address that does not tell its page."""
    what = f"addresses of {kind}s"
    seen: dict[str, tuple[int, int]] = {}
    for number, page, slug in product(_IDS, _PAGES, _SLUGS):
        layout = first if page == 1 else later
        fields = {"id": number, "board": number, "slug": slug, "page": page, "start": (page - 1) * per}
        fields |= {"stamp": number, "mark": "0A1", "old": _LAST - page, "label": f"Board{number}"}
        fields |= {"id36": base36(number), "words": slug.replace("-", "_")}
        url = layout.format(**fields)
        if seen.setdefault(url, (number, page)) != (number, page):
            a, b = seen[url]
            yield (
                what,
                f"{url!r} is page {b} of {kind} {a} and page {page} of {kind} {number}; give it {{{key}}} and {{page}}",
            )
            return
        m = address_pattern(layout).fullmatch(url)
        told = m.groupdict() if m else {}
        if any(told[name] != str(fields[name]) for name in told if name in (key, *_TOLD)):
            yield what, f"{url!r} cannot be read back: it tells {told}; put something other than digits between fields"
            return
