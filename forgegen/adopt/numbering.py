"""How posts are numbered and addressed on a saved page: anchors, links, pagers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from forgegen.adopt.finding import Discovery, Places
from forgegen.adopt.saved_tree import PageElement, SavedTree
from forgegen.adopt.scrub import Scrubber

_ID = re.compile(r"([A-Za-z][A-Za-z_-]*)(\d+)([A-Za-z_-]*)")


class Numbering(NamedTuple):
    """What tells the number of a post: the anchor's format, and the selector of ``n``; no anchor: by place."""

    anchor: str | None
    css: str
    attr: str
    pattern: str


def find_numbering(finding: Discovery) -> Numbering | None:
    """The anchor of the posts, on their element or on one within it."""
    own = _anchored([region.node.attrs.get("id", "") for region in finding.candidate.regions])
    if own is not None:
        return Numbering(f"{own[0]}{{pid}}{own[1]}", "", "id", f"^{re.escape(own[0])}(\\d+){re.escape(own[1])}$")
    for attr in ("id", "name"):
        columns: dict[tuple[str, str, str], list[str]] = {}
        for region in finding.candidate.regions:
            seen = set()
            for node in region.walk():
                m = _ID.fullmatch(node.attrs.get(attr, ""))
                if m and (attr == "id" or node.tag == "a") and (key := (node.tag, m[1], m[3])) not in seen:
                    seen.add(key)
                    columns.setdefault(key, []).append(m[0])
        for (tag, prefix, suffix), names in columns.items():
            if len(names) == len(finding.candidate.regions) and _anchored(names) == (prefix, suffix):
                css = f'{tag}[{attr}^="{prefix}"]'
                return Numbering(
                    f"{prefix}{{pid}}{suffix}", css, attr, f"^{re.escape(prefix)}(\\d+){re.escape(suffix)}$"
                )
    return None


def _anchored(names: Sequence[str]) -> tuple[str, str] | None:
    """What stands before and behind the numbers of these, where all have different ones."""
    found = [_ID.fullmatch(name) for name in names]
    if not all(found) or len(set(names)) != len(names):
        return None
    parts = {(m[1], m[3]) for m in found if m}
    return parts.pop() if len(parts) == 1 else None


def user_address(finding: Discovery, scrubber: Scrubber) -> str:
    """The format of the addresses of users, as the links at the authors have it."""
    author = finding.fields.author[0]
    hrefs = []
    for node, name in zip(author.nodes, author.values, strict=True):
        if node is None or name is None:
            continue
        links = [e for e in (node, *list(node.above())[:2], *node.walk()) if e.tag == "a" and e.attrs.get("href")]
        if links:
            hrefs.append((links[0].attrs["href"], name))
    for href, name in hrefs:
        made = _user_format(href, name, scrubber)
        if made:
            return made
    return "/members/{uid}/"


def _user_format(href: str, name: str, scrubber: Scrubber) -> str | None:
    parts = urlsplit(href)
    if parts.scheme not in ("", "http", "https") or not (parts.path + parts.query).strip("/"):
        return None
    query = "&".join(p for p in re.split(r"[&;]", parts.query) if not re.match(r"(s|sid|phpsessid)=", p, re.IGNORECASE))
    path = "/" + parts.path.lstrip("/") + (f"?{query}" if query else "")
    path = re.sub(r"[{}%]", "", path)
    numbers = re.findall(r"\d+", path)
    if numbers:
        at = path.rindex(numbers[-1])
        path, end = path[:at] + "\0" + path[at + len(numbers[-1]) :], "\0"
    else:
        end = ""
    slug = re.sub(r"[^a-z0-9]+", "[^/&=.]{0,3}", name.lower().strip())
    path = re.sub(slug, "\1", path, flags=re.IGNORECASE, count=1) if slug.strip("[^/&=.]{0,3}") else path
    tokens = re.split(r"([\0\1]|[^\w\0\1]+)", path)
    made = "".join(
        t if not re.match(r"\w", t) else scrubber.word(t) if t.isalpha() else scrubber.text(t) for t in tokens
    )
    if not end and "\1" not in made:
        return None
    return made.replace("\0", "{uid}").replace("\1", "{slug}")


class Pager(NamedTuple):
    """The pager of a page: its elements."""

    nodes: tuple[PageElement, ...]


def find_pager(tree: SavedTree, finding: Discovery) -> Pager | None:
    """The smallest elements outside the posts that hold two numbers as links, or one beside a number."""
    inside = Places(finding)
    found: list[PageElement] = []
    for node in tree.body.walk():
        if node.end - node.start > 80 or inside.hold(node.start) or not _is_pager(node):
            continue
        if found and found[-1].start <= node.start and node.end <= found[-1].end:
            if {e.text() for e in _numbered(node)} == {e.text() for e in found[-1].walk() if _is_number(e)}:
                found[-1] = node
        else:
            found.append(node)
    if not found:
        return None
    return Pager(tuple(map(_with_ways, found)))


def _with_ways(node: PageElement) -> PageElement:
    """The pager with the links back and on that stand beside it."""
    up = node.parent
    if up is None or not 1 < len(up.elements) < 6 or up.tag in ("body", "main", "form") or len(up.own) > 40:
        return node
    beside = [kid for kid in up.elements if kid is not node]
    ways = [kid for kid in beside if kid.tag == "a" and kid.attrs.get("href") and not kid.text().isdigit()]
    return up if ways and all(kid in ways or not kid.text() for kid in beside) else node


def page_marks(top: PageElement) -> list[PageElement]:
    """The elements of a pager that show the number of a page: links, and others that stand in no link."""
    links = [e for e in top.walk() if _is_number(e)]
    here = [e for e in top.walk() if not e.elements and e.own.isdigit() and e.tag not in ("a", "option")]
    return sorted(
        [*links, *(e for e in here if not any(a.start < e.start < a.end for a in links))], key=lambda e: e.start
    )


def _is_number(node: PageElement) -> bool:
    return node.tag == "a" and node.text().isdigit()


def _numbered(node: PageElement) -> list[PageElement]:
    """The links below an element that show a number."""
    return [e for e in node.walk() if e.tag == "a" and re.fullmatch(r"\d{1,4}", e.text()) and e.attrs.get("href")]


def _is_pager(node: PageElement) -> bool:
    """Whether an element holds the numbers 1 and 2, some as links to pages."""
    links = _numbered(node)
    if not links:
        return False
    marks = [e for e in node.walk() if not e.elements and re.fullmatch(r"\d{1,4}", e.own) and e not in links]
    marks = [e for e in marks if not any(e.start > a.start and e.end <= a.end for a in links)]
    numbers = {int(e.text()) for e in (*links, *marks)}
    return {1, 2} <= numbers and all(_paged(e) for e in links if e.text() != "1")


def _paged(link: PageElement) -> bool:
    return bool(re.search(r"\d|page|seite|start", link.attrs.get("href", ""), re.IGNORECASE))
