"""Saving a page on which a parser fails, for a person to open.

``NAME.html`` is the page with the element outlined where truth and parse part, as a browser's tree has it;
``NAME.page.html`` holds its very bytes, ``NAME.truth.json`` what it shows, and ``NAME.txt`` a line that makes it again
and what went wrong.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from pathlib import Path

import msgspec

from forgegen.assess.compare import Difference
from forgegen.pages.page import Page
from forgegen.skins import dom
from forgegen.skins.loading import load_skin
from forgegen.skins.skin import Skin
from forgegen.whole_files import write_whole

OUTLINE = "outline:3px solid #d00;outline-offset:2px"


class Saved(msgspec.Struct, frozen=True):
    """Where a failing page went, and the line that makes it again."""

    html: Path
    line: str


def save_failure(
    folder: Path, name: str, page: Page, message: str, *, difference: Difference | None = None, line: str | None = None
) -> Saved:
    """Write the four files of a failing page; the folder is made where it is missing.

    ``line`` is Python that makes the page; without it, that builds it from its parts.

    Raises: OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    line = line or f"from forgegen import *; page = {page!r}"
    html = folder / f"{name}.html"
    write_whole(folder / f"{name}.page.html", page.body)
    write_whole(folder / f"{name}.truth.json", page.truth.to_json().encode() + b"\n")
    text = f"{line}\n\nquirks: {', '.join(page.quirks) or 'none'}\n{message}\n"
    write_whole(folder / f"{name}.txt", text.encode("utf-8", "backslashreplace"))
    write_whole(html, outlined(page, difference))
    return Saved(html, line)


def remove_failure(saved: Saved) -> None:
    """Take away the four files of a failing page.

    Raises: OSError.
    """
    stem = saved.html.with_suffix("")
    for ending in (".html", ".page.html", ".truth.json", ".txt"):
        stem.with_name(stem.name + ending).unlink(missing_ok=True)


def ignored_by_git(folder: Path) -> None:
    """Make the folder, and a .gitignore in it that keeps all of it out of the user's repository."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / ".gitignore"
    if not file.exists():
        write_whole(file, b"*\n")


def file_name(text: str) -> str:
    """A name for files, from any text; what is cut or replaced is told apart by a digest.

    >>> file_name("test_x.py::test_y")
    'test_x.py-test_y-d57272'
    """
    safe = re.sub(r"[^\w.+-]+", "-", text, flags=re.ASCII).strip("-.")[-80:]
    return safe if safe == text else f"{safe}-{blake2b(text.encode('utf-8', 'replace'), digest_size=3).hexdigest()}"


def outlined(page: Page, difference: Difference | None) -> bytes:
    """The page with the element of a difference outlined; the bytes as they are where it has none on the page."""
    if difference is None:
        return page.body
    try:
        root = dom.parse(page.html)
    except ValueError:
        return page.body
    node = _element(root, load_skin(page.skin, page.look.templates, page.look.ui, page.look.settings), difference)
    if node is None:
        return page.body
    dom.mark(node, {"style": OUTLINE, "title": str(difference), "data-forgegen": difference.field})
    try:
        return dom.serialise(root).encode(page.encoding, "xmlcharrefreplace")
    except LookupError:
        return dom.serialise(root).encode()


def _element(root: dom.Node, skin: Skin, difference: Difference) -> dom.Node | None:
    """The element that shows the field, else the post's; None where the page has neither."""
    if difference.field.startswith("page."):
        selector = skin.page.get(difference.field.removeprefix("page."))
        return dom.select_first(root, selector.css) if selector is not None else None
    if difference.post is None:
        return None
    posts = dom.select(root, skin.posts.css)
    if difference.post >= len(posts):
        return None
    selector = skin.post.get(difference.field)
    found = dom.select_first(posts[difference.post], selector.css) if selector is not None else None
    return found if found is not None else posts[difference.post]
