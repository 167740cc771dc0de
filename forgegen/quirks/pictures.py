"""Quirks of pictures in posts that are loaded late, as plug-ins of many sites rewrite them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from forgegen.model.bodies import Image, Paragraph
from forgegen.quirks.define import PLAIN_THREAD, grew, put, with_posts
from forgegen.quirks.html_tags import Edit
from forgegen.quirks.source import HtmlSource, markup_quirk

_PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
_IMAGE = re.compile(r"""<img((?:[^>"']|"[^"]*"|'[^']*')*)>""")
_SOURCE = re.compile(r'(?<=\s)src="([^"]*)"')
_FACE = re.compile(r"smil|emoji|emoticon|\bface\b", re.IGNORECASE)  # what plug-ins leave alone: their texts are read
_PICTURE = Image("/uploads/a.png", "ok", 4, 3)
_PICTURED = with_posts(
    PLAIN_THREAD, [put(PLAIN_THREAD.posts[0], text="ok", body=(Paragraph(("ok",)), Paragraph((_PICTURE,))))]
)
_WITH_IT = ("body.image", "body.link", "text.br")


def _late(source: HtmlSource, form: str) -> Iterator[Edit]:
    """Rewrites every picture of the first post whose body has one with an address; smileys stay."""
    for row in source.rows():
        body = source.field(row, "body")
        if body is None:
            continue
        edits = []
        for found in _IMAGE.finditer(source.html, body.inner, body.close):
            address = _SOURCE.search(found[1])
            if address is not None and not _FACE.search(found[1]):
                late = found[0].replace(address[0], f'src="{_PIXEL}" data-original="{address[1]}"', 1)
                edits.append(Edit(found.start(), found.end(), form.format(late=late, whole=found[0])))
        if edits:
            yield from edits
            return


@markup_quirk(
    "body.image-lazy",
    about="a picture that is loaded late: its address in an attribute of its own, a pixel in its place",
    catches="the pixel taken for the picture",
    detect=grew(r"<img[^>]*\sdata-original="),
    on=_PICTURED,
    implies=_WITH_IT,
)
def image_lazy(source: HtmlSource) -> Iterator[Edit]:
    """The pixel first."""
    return _late(source, "{late}")


@markup_quirk(
    "body.image-noscript",
    about="a picture that is loaded late, with a twin for browsers without scripts",
    catches="the picture counted twice, or only the pixel found",
    detect=grew(r"<noscript><img"),
    on=_PICTURED,
    implies=(*_WITH_IT, "body.image-lazy"),
)
def image_noscript(source: HtmlSource) -> Iterator[Edit]:
    """The twin behind it, as it was."""
    return _late(source, "{late}<noscript>{whole}</noscript>")
