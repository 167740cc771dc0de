"""Quirks of encodings: what the bytes are, and what header, declaration and mark say they are."""

from __future__ import annotations

import codecs
import json
import re
from typing import Any

from forgegen.quirks.define import Detector, quirk
from forgegen.quirks.facts import Facts, Subject
from forgegen.quirks.inline import saying
from forgegen.quirks.quirk import Response
from forgegen.reading.decoding import charset_in, codec_of, decode

_UNREFERABLE = re.compile("[\x80-\x9f]")  # a numeric reference to one of these means another character
_REFERENCES = re.compile(rb"&#\d{3,};").findall
_LATE = f"<!--{' -' * 800} -->"  # before a declaration, which then stands behind what is looked at for one
_META = re.compile(
    rf"(?:{_LATE})?<meta\s(?![^>]*\b(?:name|property)=)[^>]*charset\s*=[^>]*>", re.IGNORECASE
)  # in any form, with all that a quirk planted before may have made of it

_RAW = re.compile(r"<(script|style)\b.*?</\1", re.DOTALL | re.IGNORECASE)
_NOT_ASCII = re.compile(r"[^\0-\x7f]")


def _encoded(text: str, codec: str) -> bytes:
    """The text in an encoding: what it has not are references, and where those are not read escapes of the language."""

    def escaped(m: re.Match[str]) -> str:
        escape = _json_escape if m[1].lower() == "script" else _css_escape
        return _NOT_ASCII.sub(lambda c: c[0] if c[0].encode(codec, "ignore") else escape(c[0]), m[0])

    return (text if codec.startswith("utf") else _RAW.sub(escaped, text)).encode(codec, "xmlcharrefreplace")


def _json_escape(char: str) -> str:
    return json.dumps(char)[1:-1]


def _css_escape(char: str) -> str:
    return f"\\{ord(char):x} "


def _text(response: Response, page: Subject) -> str:
    return decode(response.body, page.encoding, charset_in(response.headers.get("Content-Type", "")))


def _declared(label: str) -> str:
    return f'<meta charset="{label}">'


def _says(facts: Facts) -> tuple[str | None, str | None]:
    """What header and declaration say, in lower case."""
    header = charset_in(facts.page.headers.get("Content-Type", ""))
    m = re.search(rb'<meta[^>]{0,80}charset="?([\w.;-]+)', facts.body[:8192], re.IGNORECASE)
    return header and header.lower(), m[1].decode().lower() if m else None


def _enc_quirk(name: str, codec: str, header: str | None, meta: str | None, *, detect: Detector, **told: Any) -> None:
    """A quirk that sends the page's text in an encoding with these labels: the header's is left out where it is None,
    the declaration stays as it is where that is; a page that declares nothing stays as it is where one is wanted."""

    def plant(response: Response, page: Subject) -> Response:
        text = _text(response, page)
        if _UNREFERABLE.search(text) and not codec.startswith("utf"):
            return response
        if meta is not None:
            text, declared = _META.subn(lambda _: meta, text, count=1)
            if not declared:
                return response
        content_type = "text/html" + (f"; charset={header}" if header else "")
        return Response({**response.headers, "Content-Type": content_type}, _encoded(text, codec))

    told = {"readers": "html5", **told}
    quirk(name, layer="bytes", detect=lambda f: bool(f.body) and detect(f), **told)(plant)


def _is(codec: str, body: bytes) -> bool:
    try:
        body.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _is_none_of(codec: str, body: bytes) -> bool:
    """Whether bytes are in another encoding, and not in this one with a single character cut in half."""
    return body.decode(codec, "replace").count("\ufffd") - body.count("\ufffd".encode(codec)) > 1


_enc_quirk(
    "enc.gb-label", "gbk", "gb2312", _declared("gb2312"),
    about="GBK under the label gb2312, which means GBK on the web", catches="the label taken by its word: mojibake",
    source="psf/requests-html#125; mitmproxy/mitmproxy#3150; jhy/jsoup#1133; code4craft/webmagic#643",
    detect=lambda f: _says(f) == ("gb2312", "gb2312") and not _is("gb2312", f.body),
    on=saying("镕堃喆"),
)  # fmt: skip
_enc_quirk(
    "enc.gb18030", "gb18030", "gbk", _declared("gbk"),
    about="four-byte characters of GB18030 under the label gbk", catches="wrong characters, also in html5lib",
    source="jhy/jsoup#1133", readers="hostile",
    detect=lambda f: _says(f) == ("gbk", "gbk") and not _is("gbk", f.body),
    on=saying("\U0001f600㙍"), implies=("text.astral",),
)  # fmt: skip
_enc_quirk(
    "enc.references", "gbk", "gbk", _declared("gbk"),
    about="a page in GBK whose other characters are numeric references", catches="references left as they are; ?",
    source="Ehco1996/Python-crawler#4; dataabc/weibo-search#440",
    detect=lambda f: _says(f)[0] == "gbk" and len(_REFERENCES(f.body)) > len(_REFERENCES(f.plain_body)),
    on=saying("好\U0001f600"), implies=("text.astral",),
)  # fmt: skip
_enc_quirk(
    "enc.big5", "big5hkscs", "big5", _declared("big5"),
    about="a page in Big5", catches="another encoding guessed",
    detect=lambda f: _says(f) == ("big5", "big5"), on=saying("嘅嘢喺"),
)  # fmt: skip
_enc_quirk(
    "enc.conflict", "utf-8", "utf-8", _declared("gb2312"),
    about="a header that says utf-8, rightly, over a declaration that says gb2312",
    catches="the declaration believed", source="scrapy/w3lib#189; openzim/warc2zim#417",
    detect=lambda f: _says(f) == ("utf-8", "gb2312"), on=saying("好的"),
)  # fmt: skip
_enc_quirk(
    "enc.conflict-bom", "utf-8-sig", None, _declared("gb2312"),
    about="a byte order mark over a declaration that says gb2312", catches="the declaration believed",
    detect=lambda f: f.body.startswith(codecs.BOM_UTF8) and _says(f) == (None, "gb2312"),
    on=saying("好的"), implies=("enc.bom", "enc.none-latin1"),
)  # fmt: skip
_enc_quirk(
    "enc.lie", "gbk", None, _declared("utf-8"),
    about="GBK that declares itself utf-8", catches="mojibake in all that believe it",
    source="firecrawl/firecrawl#547, #1277; DIYgod/RSSHub#10143", readers="hostile",
    detect=lambda f: _says(f) == (None, "utf-8") and _is_none_of("utf-8", f.body), on=saying("好的"),
    implies=("enc.none-latin1", "enc.bad-byte", "enc.references"),
)  # fmt: skip
_enc_quirk(
    "enc.header-lie", "gbk", "utf-8", _declared("gbk"),
    about="a header that says utf-8 over GBK", catches="mojibake in all that believe it",
    source="clients obey the header: psf/requests-html#125", readers="hostile",
    detect=lambda f: _says(f) == ("utf-8", "gbk") and not _is("utf-8", f.body), on=saying("好的"),
    implies=("enc.bad-byte", "enc.references"),
)  # fmt: skip
_enc_quirk(
    "enc.bom", "utf-8-sig", "utf-8", None,
    about="a byte order mark", catches="a character before the first tag",
    detect=lambda f: f.body.startswith(codecs.BOM_UTF8),
)  # fmt: skip
_enc_quirk(
    "enc.utf16", "utf-16", "utf-16", None,
    about="UTF-16 with a byte order mark, and a declaration that says utf-8", catches="the declaration believed; NULs",
    detect=lambda f: f.body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)),
)  # fmt: skip
_enc_quirk(
    "enc.none-latin1", "utf-8", None, _declared("utf-8"),
    about="a header without a charset; the page declares it", catches="clients that take Latin-1 for the default",
    source="zulip/zulip#16843; firecrawl/firecrawl#547",
    detect=lambda f: charset_in(f.page.headers.get("Content-Type", "")) is None, on=saying("好的"),
)  # fmt: skip
_enc_quirk(
    "enc.bad-label", "utf-8", "utf-8", _declared("utf-8;"),
    about="a declaration that names no encoding: utf-8;", catches="LookupError",
    source="scrapy/w3lib#155", detect=lambda f: b'charset="utf-8;' in f.body,
)  # fmt: skip
_enc_quirk(
    "enc.bad-header", "utf-8", "utf8mb4", _declared("utf-8"),
    about="a header that names no encoding: utf8mb4; the page declares its own", catches="LookupError",
    source="scrapy/w3lib#189",
    detect=lambda f: (label := _says(f)[0]) is not None and codec_of(label) is None,
)  # fmt: skip
_enc_quirk(
    "enc.misspelt", "gbk", "gbk", '<meta httpequiv="Content-Type" content="text/html; charset=gbk">',
    about="a declaration with a misspelt attribute: httpequiv", catches="the declaration missed",
    source="scrapy/w3lib#155", detect=lambda f: b"httpequiv=" in f.body, on=saying("好的"),
)  # fmt: skip
_enc_quirk(
    "enc.http-equiv", "gbk", None, "<META HTTP-EQUIV=Content-Type CONTENT=text/html;charset=gbk>",
    about="a declaration of the old kind, in capitals and without quotation marks", catches="the declaration missed",
    detect=lambda f: b"<META HTTP-EQUIV=" in f.body, on=saying("好的"), implies=("enc.none-latin1",),
)  # fmt: skip
_enc_quirk(
    "enc.no-meta", "gbk", "gbk", "",
    about="a page whose encoding only the header tells", catches="another encoding guessed once the page is a file",
    detect=lambda f: _says(f)[0] == "gbk" and _says(f)[1] is None, on=saying("好的"),
)  # fmt: skip
_enc_quirk(
    "enc.late-meta", "gbk", "gbk", _LATE + _declared("gbk"),
    about="a declaration behind the first 1,024 bytes", catches="the declaration missed",
    detect=lambda f: f.body.find(b"<meta charset=") > 1024, on=saying("好的"),
)  # fmt: skip


def _inserted(name: str, what: bytes, pattern: bytes, *, detect: bytes, **told: Any) -> None:
    """A quirk that puts bytes before or behind the first match of a pattern."""

    def plant(response: Response, page: Subject) -> Response:
        body = re.sub(pattern, lambda m: m[0] + what, response.body, count=1)
        return response._replace(body=body)

    quirk(name, layer="bytes", detect=lambda f: detect in f.body, **told)(plant)


def _has_bad_byte(facts: Facts) -> bool:
    body, said = facts.body, _says(facts)
    if not body or body.startswith((codecs.BOM_UTF16_LE, b"\x1f\x8b")):
        return False
    codec = "utf-8" if body.startswith(codecs.BOM_UTF8) else codec_of(said[0] or said[1] or "utf-8")
    return codec is not None and not _is(codec, body)


def _bad_byte(response: Response, page: Subject) -> Response:
    body = re.sub(rb"(?i)</head>", b'<meta name="keywords" content="\xe5\xa5">\n</head>', response.body, count=1)
    return response._replace(body=body)


quirk(
    "enc.bad-byte",
    about="a character cut in half by a summary, outside of the posts",
    catches="strict decoding: the page lost, or guessed to be in another encoding",
    source="scrapy/w3lib#189",
    layer="bytes",
    readers="html5",
    detect=_has_bad_byte,
)(_bad_byte)
_inserted(
    "enc.nul", b"<!-- \0 -->", rb"(?i)<body[^>]*>", detect=b"\0 -->",
    about="a NUL byte in a comment", catches="the page cut there",
    source="scrapy/parsel#123; php/php-src#8137", readers="html5",
)  # fmt: skip
