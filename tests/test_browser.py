"""Pages in a real browser: it sees the threads that the truth tells, nothing overflows, nothing is fetched."""

from __future__ import annotations

import json
import re
import subprocess
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from forgegen.generate.making import make_thread
from forgegen.model import Article, Author, Board, Post, Thread, Truth
from forgegen.model.calendar import iso_utc
from forgegen.model.tree import parents_of
from forgegen.pages.page import Page, render
from forgegen.reading.extraction import extract
from forgegen.rendering.encode import encode_text
from forgegen.skins.loading import load_skin, skin_names

SKINS = skin_names()
WIDTHS = (1280, 390)
CHROMIUM = (
    "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--virtual-time-budget=2000", "--dump-dom",
    "--allow-file-access-from-files",
)  # fmt: skip
# Windows narrower than 500 are not to be had, so pages are measured in frames of the wanted width, which send what they
# measured. Starting Chromium costs more than all else: one document holds all frames of a skin.
FRAMES = """<!DOCTYPE html><meta charset="utf-8"><title>frames</title><script>
const told = document.documentElement;
addEventListener("message", e => told.setAttribute("data-" + e.data.page + "-" + e.data.width, JSON.stringify(e.data)));
addEventListener("load", () => [...document.querySelectorAll("iframe[name]")].forEach(frame => {
  const page = frame.contentDocument, type = page.doctype;
  const start = type ? new XMLSerializer().serializeToString(type) : "";
  told.setAttribute("data-" + frame.name, start + page.documentElement.outerHTML);
}));
</script>FRAMES"""
MEASURE = """<script>
const root = document.documentElement;
const scrolls = e => e && (getComputedStyle(e).overflowX != "visible" || scrolls(e.parentElement));
const place = e => { const box = e.getBoundingClientRect(); return [box.left, box.top]; };
addEventListener("load", () => parent.postMessage({
  page: location.pathname.split("/").pop().split("-")[0], width: innerWidth, inner: root.clientWidth, scroll: root.scrollWidth,
  beyond: [...document.body.querySelectorAll("*")]
    .filter(e => e.getBoundingClientRect().right > root.clientWidth + 1 && !scrolls(e.parentElement))
    .map(e => e.tagName + "." + (e.getAttribute("class") || "")),
  posts: [...document.querySelectorAll(POSTS)].map(e => place(e.querySelector(TEXT) || e)),
  fetched: performance.getEntriesByType("resource").map(e => e.name).filter(name => !name.startsWith("data:")),
}, "*"));
</script></body>"""
LONG = "https://www.yanzhou.example/" + "a" * 300
HARD = Thread(
    Article(LONG, LONG, LONG, (LONG, "W" * 400, "段")),
    tuple(Post(LONG, depth, Author("M" * 60, "M"), 1_700_000_000, 10**9) for depth in range(1, 31)),
    Board("版" * 60, "L" * 120),
    10**9, None, 1_700_000_000, 1_800_000_000,
)  # fmt: skip


def usual_page(skin: str) -> Page:
    """The first page of a generated thread of 26 to 99 comments, nested three deep or more."""
    threads = (make_thread(2027, index) for index in range(1000))
    fits = (t for t in threads if 26 <= len(t.posts) < 100 and max(p.depth for p in t.posts) >= 3)
    return render(next(fits), skin)[0]


def hard_page(skin: str) -> Page:
    """A page of texts without a place to break, nested deeper than levels are indented."""
    return render(HARD, skin)[0]


PAGES = {"usual": usual_page, "hard": hard_page}


def opened(file: Path) -> str:
    """The document as Chromium has it in the end, as HTML."""
    profile = file.parent / "chromium"
    done = subprocess.run(
        [*CHROMIUM, "--window-size=1400,1000", f"--user-data-dir={profile}", file.as_uri()],
        capture_output=True, timeout=120, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout.decode()


def measured_page(page: Page) -> bytes:
    """The page with a script that measures it."""
    skin = load_skin(page.skin)
    measure = MEASURE.replace("POSTS", json.dumps(skin.posts.css)).replace("TEXT", json.dumps(skin.post["text"].css))
    head, end, tail = page.html.rpartition("</body>")
    assert end
    return encode_text(head + measure + tail, page.encoding)


def seen_in(pages: dict[str, Page], folder: Path, *, measure: bool) -> dict[str, str]:
    """What Chromium tells of pages: by name the document that it made of each, by name and width what that measures."""
    frames = []
    for name, page in pages.items():
        (folder / f"{name}.html").write_bytes(page.body)
        frames.append(f'<iframe name="{name}" src="{name}.html"></iframe>')
        if measure:
            (folder / f"{name}-measured.html").write_bytes(measured_page(page))
            style = "height:800px;border:0"
            frames += [f'<iframe src="{name}-measured.html" style="width:{w}px;{style}"></iframe>' for w in WIDTHS]
    (folder / "frames.html").write_text(FRAMES.replace("FRAMES", "".join(frames)), "utf-8")
    found = Elements(opened(folder / "frames.html")).first("html")
    return {name.removeprefix("data-"): told for name, told in found.items()}


class Elements(HTMLParser):
    """The start tags of a page with their attributes, and what stands in its style elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.css = ""
        self._style = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect."""
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        """End of a style element."""
        self._style = False

    def handle_data(self, data: str) -> None:
        """Collect CSS."""
        if self._style:
            self.css += data

    def first(self, wanted: str) -> dict[str, str]:
        """The attributes of the first element of a name."""
        return next(attributes for tag, attributes in self.tags if tag == wanted)


# Kinds of link that browsers do not follow by themselves.
_ONLY_SAID = {"canonical", "prev", "next", "first", "alternate", "author", "license", "help", "contents"}
_FETCHED = {
    "src": None, "srcset": None, "poster": None, "background": None, "data": {"object"},
    "href": {"use", "image", "feimage", "script"}, "xlink:href": {"use", "image", "feimage", "script"},
}  # fmt: skip


def outside(html: str) -> list[str]:
    """What a browser would fetch to show the page, apart from what the page itself holds."""
    page = Elements(html)
    css = [page.css, *(attributes.get("style", "") for _, attributes in page.tags)]
    found = [m[1] for text in css for m in re.finditer(r"""(?:url\(|@import)\s*["']?([^"')\s;]*)""", text)]
    for tag, attributes in page.tags:
        found += [v for name, v in attributes.items() if name in _FETCHED and tag in (_FETCHED[name] or {tag})]
        if tag == "link" and set(attributes.get("rel", "").lower().split()) - _ONLY_SAID:
            found.append(attributes.get("href", ""))
        if tag == "meta" and attributes.get("http-equiv", "").lower() == "refresh":
            found.append(attributes.get("content", ""))
    return [address for address in found if not address.startswith(("data:", "#"))]


@pytest.mark.parametrize(
    ("html", "address"),
    [
        ('<link rel="stylesheet" href="https://a.example/x.css">', "https://a.example/x.css"),
        ('<link rel="preconnect" href="//a.example">', "//a.example"),
        ('<script src="https://a.example/x.js"></script>', "https://a.example/x.js"),
        ('<img src="/x.png" alt="">', "/x.png"),
        ('<img srcset="http://a.example/x 2x">', "http://a.example/x 2x"),
        ('<svg><use href="http://a.example/x#a"/></svg>', "http://a.example/x#a"),
        ("<style>b{background:url('http://a.example/x')}</style>", "http://a.example/x"),
        ('<style>@import "http://a.example/x";</style>', "http://a.example/x"),
        ('<p style="background:url(http://a.example/x)">', "http://a.example/x"),
        ('<meta http-equiv="Refresh" content="0;url=http://a.example">', "0;url=http://a.example"),
    ],
)
def test_what_would_be_fetched_is_found(html: str, address: str) -> None:
    """The search below finds every usual way to ask for something outside."""
    assert outside(html) == [address]


@pytest.mark.few("skin")
@pytest.mark.parametrize("skin", SKINS)
def test_no_page_asks_for_anything_outside(skin: str) -> None:
    """Styles, pictures and icons stand in the page, but for what people have put up on the site itself; links to follow
    are all that leads elsewhere.
    """
    long = Thread(posts=tuple(Post() for _ in range(250)))
    pages = [page for thread in (make_thread(2027, 0), HARD, long) for page in render(thread, skin)]

    assert len(pages) >= 3
    for page in pages:
        assert [address for address in outside(page.html) if not address.startswith("/uploads/")] == []


@pytest.mark.outside
@pytest.mark.needs("chromium")
@pytest.mark.parametrize("skin", SKINS)
def test_the_browser_reads_the_truth_and_the_page_fits_its_windows(skin: str, tmp_path: Path) -> None:
    """The document that Chromium has made of a page still tells the truth: title, paragraphs, posts, nesting.

    At 1280 and at 390 pixels nothing stands beyond the right edge, the page cannot be scrolled sideways, and posts are
    laid out below each other in the truth's order, answers further right than what they answer. One skin shows no posts
    by itself.
    """
    pages, measure = {kind: make(skin) for kind, make in PAGES.items()}, skin != "discourse-app"
    seen = seen_in(pages, tmp_path, measure=measure)
    for kind, page in pages.items():
        check_read(page, seen[kind])
        for width in WIDTHS if measure else ():
            check_fits(page, json.loads(seen[f"{kind}-{width}"]), width)


def check_read(page: Page, html: str) -> None:
    """The browser's document reads as the page does."""
    assert page.thread.observed is not None
    seen = extract(html, page.skin, observed=iso_utc(page.thread.observed))

    assert (seen.title, seen.paragraphs) == (page.truth.title, page.truth.paragraphs)
    assert [(p.id, p.parent) for p in seen.posts] == [(p.id, p.parent) for p in page.truth.posts]
    assert seen == page.truth


def check_fits(page: Page, seen: dict[str, Any], width: int) -> None:
    """The page keeps to its window, and asks for nothing."""
    assert seen["width"] == width
    assert seen["beyond"] == [], width
    assert seen["scroll"] <= seen["inner"], width
    assert seen["fetched"] == []
    check_layout(page, seen["posts"], width)


def check_layout(page: Page, places: list[tuple[float, float]], width: int) -> None:
    """Posts stand in order; in a skin in tree order nesting shows as far as levels are indented."""
    assert len(places) == len(page.truth.posts)
    assert all(a[1] < b[1] for a, b in pairwise(places)), width
    if load_skin(page.skin).order != "tree":
        return
    for depth, place, parent in zip(*nesting(page.truth), strict=True):
        if parent:
            left = places[parent - 1][0]
            assert places[place][0] > left or (depth > 9 and places[place][0] == left), (width, place + 1)


def nesting(truth: Truth) -> tuple[list[int], range, list[int]]:
    """Depth of each post, its 0-based place and its parent's ``n`` or 0, as the truth tells them."""
    number = {post.id: post.n for post in truth.posts}
    parents = [number[post.parent] if post.parent else 0 for post in truth.posts]
    depths: list[int] = []
    for parent in parents:
        depths.append(depths[parent - 1] + 1 if parent else 1)
    assert parents_of(depths) == parents
    return depths, range(len(depths)), parents
