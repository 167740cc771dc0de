"""Small pages in encodings, with their declarations: 20 cases, each bytes and the text that they hold."""

from __future__ import annotations

from forgegen.strategies.pieces import Shown, instance

_PLAIN = "甲乙丙丁，好的。"


def _page(meta: str, text: str, encoding: str, before: bytes = b"", pad: int = 0) -> bytes:
    """A page of one paragraph; the codec's characters only."""
    head = f"<html><head>{'<!-- ' + 'x' * pad + ' -->' if pad else ''}{meta}<title>{text}</title></head>"
    return before + f"{head}<body><p>{text}</p></body></html>".encode(encoding)


def _meta(label: str) -> str:
    return f'<meta charset="{label}">'


def _case(quirk: str, body: bytes, text: str = _PLAIN) -> Shown:
    return instance(quirk, body, text)


_RARE, _OLD, _FOUR, _HK = "镕堃喆", "國語體", "😀㙍", "嘅嘢喺"
_EQUIV = "http-equiv=content-type content=text/html;charset=gbk"

ENCODING_CASES: tuple[Shown, ...] = (
    _case("head.xml-declaration", _page(_meta("utf-8"), _PLAIN, "utf-8", b'<?xml version="1.0" encoding="utf-8"?>')),
    _case("", _page(_meta("gbk"), _PLAIN, "gbk")),
    _case("enc.gb-label", _page(_meta("gb2312"), _RARE, "gbk"), _RARE),
    _case("enc.gb-label", _page(_meta("gb2312"), _OLD, "gbk"), _OLD),
    _case("enc.gb18030", _page(_meta("gbk"), _FOUR, "gb18030"), _FOUR),
    _case("enc.gb18030", _page(_meta("gb2312"), _FOUR, "gb18030"), _FOUR),
    _case("enc.no-meta", _page("", _PLAIN, "gbk")),
    _case("enc.lie", _page(_meta("utf-8"), _PLAIN, "gbk")),
    _case("enc.conflict", _page(_meta("gb2312"), _PLAIN, "utf-8")),
    _case("enc.conflict-bom", _page(_meta("gb2312"), _PLAIN, "utf-8", b"\xef\xbb\xbf")),
    _case("enc.late-meta", _page(_meta("gbk"), _PLAIN, "gbk", pad=1_500)),
    _case("enc.late-meta", _page(_meta("gbk"), _PLAIN, "gbk", pad=5_000)),
    _case("enc.http-equiv", _page(f"<meta {_EQUIV}>", _PLAIN, "gbk")),
    _case("enc.misspelt", _page(f"<meta {_EQUIV.replace('-', '', 1)}>", _PLAIN, "gbk")),
    _case("head.xml-declaration", _page("", _PLAIN, "gbk", b'<?xml version="1.0" encoding="gbk"?>')),
    _case("enc.big5", _page(_meta("big5"), _OLD, "big5"), _OLD),
    _case("enc.big5", _page(_meta("big5"), _HK, "big5hkscs"), _HK),
    _case("enc.bad-byte", _page(_meta("gbk"), _PLAIN, "gbk").replace(b"</p>", b"\xb0</p>")),
    _case("enc.bad-byte", _page(_meta("utf-8"), _PLAIN, "utf-8").replace(b"</p>", "外".encode("gbk") + b"</p>")),
    _case(
        "enc.nul",
        _page(_meta("utf-8"), "👨\u200d👩\u200d👧", "utf-8").replace(b"</p>", b"\0</p>"),
        "👨\u200d👩\u200d👧",
    ),
)
"""The text is what the paragraph holds besides broken bytes."""
