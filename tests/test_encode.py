"""Bytes of pages: every character comes back from every charset, whoever decodes it."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forgegen.model.thread import Article, Author, Board, Odd, Post, Thread
from forgegen.rendering.encode import carried, carried_thread, encode_text, is_universal
from forgegen.skins import dom
from tests.test_browser import opened

ENCODINGS = ("utf-8", "gbk", "big5", "gb2312")
ASTRAL = "𠀀𠮷𡃁𤭢\U0001f600\U0001f9ce\U000e0041\U0010fffd"
# What HTML can carry in every charset and keep through every parser: no controls, no surrogates, no noncharacters.
BMP = [
    chr(code)
    for code in range(0x20, 0x10000)
    if not (0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000 or 0xFDD0 <= code < 0xFDF0 or code >= 0xFFFE)
]
ROWS = ["".join(BMP[start : start + 256]) for start in range(0, len(BMP), 256)] + [ASTRAL]


def document(encoding: str) -> bytes:
    """A page that holds every character, 256 a paragraph."""
    rows = "".join(f"<pre>|{html.escape(row)}|</pre>" for row in ROWS)
    return encode_text(f'<!DOCTYPE html><html><head><meta charset="{encoding}"></head><body>{rows}</body>', encoding)


def read(text: str) -> list[str]:
    """The rows as lexbor finds them in a decoded page."""
    return [dom.text_of(node)[1:-1] for node in dom.select(dom.parse(text), "pre")]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_python_decodes_every_character(encoding: str) -> None:
    """Python's codec and a standard HTML parser give back every character of the BMP, and astral ones."""
    assert read(document(encoding).decode(encoding)) == ROWS


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_html5lib_decodes_every_character(encoding: str) -> None:
    """html5lib does so from bytes, by the page's own declaration."""
    tree: Any = html5lib.parse(document(encoding), namespaceHTMLElements=False)

    assert ["".join(pre.itertext())[1:-1] for pre in tree.iter("pre")] == ROWS


@pytest.mark.outside
@pytest.mark.needs("chromium")
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_chromium_decodes_every_character(encoding: str, tmp_path: Path) -> None:
    """Chromium, whose decoders are those of the Encoding Standard, does so too."""
    (tmp_path / "page.html").write_bytes(document(encoding))

    assert read(opened(tmp_path / "page.html")) == ROWS


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r")), st.sampled_from(ENCODINGS))
def test_what_can_be_carried_comes_back(text: str, encoding: str) -> None:
    """Any text without C1 controls survives as text of an element."""
    kept = carried(text, encoding)
    body = encode_text(f"<p>{html.escape(kept)}</p>", encoding)

    assert dom.text_of(dom.select(dom.parse(body.decode(encoding)), "p")[0]) == kept
    assert kept == text or not is_universal(encoding)


def test_c1_controls_are_left_out_everywhere() -> None:
    """In GBK no text of a thread keeps a C1 control, in UTF-8 the thread stays as it is."""
    bad = "a\x85b"
    post = Post(bad, author=Author(bad, bad), odd=Odd(quote=bad, badge=bad))
    thread = Thread(Article(bad, bad, bad, (bad,)), (post, Post("x", author=None)), Board(bad, bad))

    assert "\x85" not in str(carried_thread(thread, "gbk"))
    assert repr(carried_thread(thread, "gbk")) == repr(thread).replace("\\x85", "")
    assert carried_thread(thread, "utf-8") is thread
    assert carried_thread(Thread(), "gbk") == Thread()
