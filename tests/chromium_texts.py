"""What Chromium's ``innerText`` gives of the bodies of posts, in a window 1,280 pixels wide with scripts off."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from forgegen.pages.page import Page
from forgegen.reading.seen import article_element, seen_elements
from forgegen.reading.style_sheets import WIDTH
from forgegen.skins import dom
from forgegen.skins.loading import load_skin
from tests.test_browser import Elements, opened

# Frames without scripts: the document around them asks. An element is known by its place among all of the page.
FRAMES = """<!DOCTYPE html><meta charset="utf-8"><title>texts</title><script>
const wanted = WANTED;
addEventListener("load", () => document.documentElement.setAttribute("data-texts", JSON.stringify(
  [...document.querySelectorAll("iframe")].map((frame, at) => {
    const page = frame.contentDocument, all = page.querySelectorAll("*");
    const found = place => typeof place === "string" ? page.querySelector(place) : all[place];
    return wanted[at].map(place => place === null ? null : found(place).innerText);
  }))));
</script>FRAMES"""


def places(page: Page) -> list[int | None]:
    """Where the elements that hold what is seen stand among all elements of the page: posts, then the article."""
    root, skin = dom.parse(page.plain_html), load_skin(page.skin, page.templates, page.look.ui, page.settings)
    order = {dom.key_of(node): at for at, node in enumerate(dom.select(root, "*"))}
    first = 0 if dom.key_of(root) in order else 1  # whether the root counts as below itself
    order.setdefault(dom.key_of(root), -1)
    found = [*seen_elements(root, skin), article_element(root, skin)]
    return [None if node is None else order[dom.key_of(node)] + first for node in found]


def chromium_texts(pages: Sequence[Page], folder: Path) -> list[list[str | None]]:
    """For each page the texts of its posts, then that of its article; None for what has no element."""
    return _asked([page.body for page in pages], [places(page) for page in pages], folder)


def shown_texts(documents: Sequence[str], css: str, folder: Path) -> list[str | None]:
    """For each document the text of the first element that matches."""
    return [texts[0] for texts in _asked([html.encode() for html in documents], [[css]] * len(documents), folder)]


def _asked(
    bodies: Sequence[bytes], wanted: Sequence[Sequence[int | str | None]], folder: Path
) -> list[list[str | None]]:
    """What is wanted of each page: elements by their place, or by a selector."""
    frames = []
    for at, body in enumerate(bodies):
        (folder / f"{at}.html").write_bytes(body)
        frames.append(f'<iframe sandbox="allow-same-origin" src="{at}.html" style="width:{WIDTH}px;border:0"></iframe>')
    document = FRAMES.replace("WANTED", json.dumps(wanted)).replace("FRAMES", "".join(frames))
    (folder / "texts.html").write_text(document, "utf-8")
    texts: list[list[str | None]] = json.loads(Elements(opened(folder / "texts.html")).first("html")["data-texts"])
    return texts


def seen_texts(page: Page) -> list[str | None]:
    """The same as the truth has it."""
    article = page.seen.seen
    return [*(_text(post.seen) for post in page.seen.posts), _text(article)]


def _text(seen: object) -> str | None:
    return seen if isinstance(seen, str) else None
