"""Quirks of microdata: properties that readers of structured data trip over, at the end of a post."""

from __future__ import annotations

from collections.abc import Iterator

from forgegen.quirks.define import grew
from forgegen.quirks.html_tags import Edit
from forgegen.quirks.source import HtmlSource, markup_quirk


def _at_end(
    name: str, html: str, pattern: str, about: str, catches: str, source: str = "", readers: str = "portable"
) -> None:
    """A quirk that puts something at the end of a post, not in tables."""

    def editor(where: HtmlSource) -> Iterator[Edit]:
        for row in where.rows()[:1]:
            post = where.posts[row]
            if post.name not in ("tr", "tbody", "table"):
                yield Edit(post.close, post.close, html)

    markup_quirk(
        name, about=about, catches=catches, source=source, readers=readers, data="google", detect=grew(pattern)
    )(editor)


_at_end(
    "microdata.time-no-datetime", '<time itemprop="dateModified"></time>', r"<time itemprop=\"dateModified\"",
    "a time property without a datetime attribute", "an empty value; the display lost",
)  # fmt: skip
_at_end(
    "microdata.name-on-link", '<a itemprop="name" href="//a.example/u/1"></a>', r"<a itemprop=\"name\"",
    "a name property on a link", "the name is the address, by the standard",
    "NodeBB/NodeBB#12192; edsu/microdata#14",
)  # fmt: skip
_at_end(
    "microdata.itemref-missing", '<span itemscope itemref="nowhere \'"></span>', r"itemref=\"nowhere",
    "an itemref to an id that is not there", "an exception",
)  # fmt: skip
_at_end(
    "microdata.itemref-cycle",
    '<i itemscope id="ra" itemref="rb" itemprop="x"></i><i itemscope id="rb" itemref="ra" itemprop="x"></i>',
    r"itemref=\"rb\"", "two items that refer to each other", "endless recursion",
)  # fmt: skip
_at_end(
    "microdata.empty-names", '<span itemscope itemtype="" itemprop=""></span>', r"itemtype=\"\"",
    "empty itemtype and itemprop", "an exception; properties without a name",
)  # fmt: skip
_at_end(
    "microdata.no-value", '<img itemprop="image" alt=""><meta itemprop="x">', r"<meta itemprop=\"x\">",
    "properties without the attribute that holds their value", "the page's own address, or nothing",
)  # fmt: skip
_at_end(
    "microdata.bad-address", '<link itemprop="url" href="http://[bad">', r"href=\"http://\[bad",
    "an address that is none", "ValueError: the page lost",
)  # fmt: skip
_at_end(
    "microdata.control", '<meta itemprop="x" content="&#1;">', r"content=\"&#1;\"",
    "a reference to a control character in a property", "ValueError: XML-compatible text required",
    readers="html5",
)  # fmt: skip
_at_end(
    "microdata.itemref-twice", '<span itemscope itemref="rt"></span><i id="rt"></i><i id="rt"></i>', r"itemref=\"rt\"",
    "an itemref to an id that stands twice", "the last taken, or both",
)  # fmt: skip
_at_end(
    "microdata.type-relative", '<span itemscope itemtype="Comment"></span>', r"itemtype=\"Comment\"",
    "an itemtype that is no address", "the type dropped, or taken for one of schema.org",
)  # fmt: skip
_at_end(
    "microdata.type-two", '<span itemscope itemtype="https://schema.org/Comment https://schema.org/Answer"></span>',
    r"itemtype=\"[^\" ]+ [^\"]+\"", "two types of one item", "one type expected: the item not found",
)  # fmt: skip
_at_end(
    "microdata.names-two", '<meta itemprop="x y" content="x">', r"itemprop=\"x y\"",
    "two names of one property", "one name with a space in it",
)  # fmt: skip
_at_end(
    "microdata.data", '<data itemprop="x" value="1"></data>', r"<data ",
    "a property in a data element", "its text taken, not its value",
)  # fmt: skip
_at_end(
    "microdata.table", '<table itemscope><tr itemprop="x" itemscope><td itemprop="x"></table>', r"<table itemscope",
    "items within a table", "the row read apart from its table",
)  # fmt: skip
