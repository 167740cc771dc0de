"""Bytes of a page to text as the standards say: mark, header, declaration, default, in this order."""

from __future__ import annotations

import codecs
import re

_DECLARED = re.compile(rb"""<meta[^>]{0,80}charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_PRESCANNED = 1024

# Labels whose standard meaning is not that of Python's codec of the same name.
_MEANT = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030",
    "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "x-x-big5": "big5hkscs",
    "ascii": "cp1252", "us-ascii": "cp1252", "iso-8859-1": "cp1252", "latin1": "cp1252",
    "shift_jis": "cp932", "sjis": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949",
    "utf-16": "utf-16-le", "unicode": "utf-16-le",
}  # fmt: skip


_NOT_PAGES = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"})
"""Codecs that Python counts as those of texts, in which no page is sent."""


ENCODINGS = ("utf-8", "gbk", "gb18030", "big5", "shift_jis", "euc-jp", "euc-kr", "windows-1252", "iso-8859-1")
"""The encodings of pages that an error names; others that Python knows are read too."""


def codec_of(label: str) -> str | None:
    """Python's codec for an encoding label, None for a label that means nothing.

    >>> codec_of("GB2312"), codec_of("utf8"), codec_of("utf-eight")
    ('gb18030', 'utf-8', None)
    """
    label = label.strip().lower()
    if label in _MEANT:
        return _MEANT[label]
    try:
        "".encode(label)  # refuses codecs that are not of texts
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    return None if name in _NOT_PAGES else name


def charset_in(content_type: str) -> str | None:
    """The charset that a ``Content-Type`` header names.

    >>> charset_in('text/html; Charset="GBK"'), charset_in("text/html")
    ('GBK', None)
    """
    m = re.search(r"""charset\s*=\s*["']?([^\s;"']+)""", content_type, re.IGNORECASE)
    return m and m[1]


def decode(body: bytes, default: str, header: str | None = None) -> str:
    """The text of a page's bytes; ``header`` is the charset of the response, ``default`` serves where nothing tells."""
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace")
    return body.decode(_told(body, header) or codec_of(default) or "utf-8", "replace")


def _told(body: bytes, header: str | None) -> str | None:
    codec = codec_of(header) if header else None
    if codec is not None:
        return codec
    m = _DECLARED.search(body, 0, _PRESCANNED)
    codec = codec_of(m[1].decode()) if m else None
    return "utf-8" if codec in ("utf-16-le", "utf-16-be") else codec
