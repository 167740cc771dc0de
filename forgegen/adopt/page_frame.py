"""What stands round the posts: the furniture of the page with the loop, the title and the pager in their places."""

from __future__ import annotations

import re
from collections.abc import Sequence

from forgegen.adopt.finding import Discovery, Places
from forgegen.adopt.markup import FurnitureWriter
from forgegen.adopt.numbering import Pager
from forgegen.adopt.post_parts import relative
from forgegen.adopt.saved_tree import PageElement, SavedTree, folded
from forgegen.adopt.union import innermost
from forgegen.skins import dom

_TITLE = "{{ title|lines }}"


def find_title(tree: SavedTree, finding: Discovery) -> PageElement | None:
    """The heading that says what the page's title says."""
    told = folded(tree.meta.get("og:title", "")) or tree.title
    inside = Places(finding)
    best: tuple[float, int, PageElement] | None = None
    for node in tree.body.walk():
        text = node.text() if node.end - node.start < 12 else ""
        if not 3 < len(text) < 300 or inside.hold(node.start) or node.tag in ("option", "button"):
            continue
        if not (tree.title.startswith(text) or text in tree.title or text == told):
            continue
        heads = {"h1": 3.0, "h2": 2.0, "h3": 1.6}
        around = [node.tag, *(above.tag for above in list(node.above())[:3])]
        score = max((heads.get(tag, 0.0) for tag in around), default=0.0) + 1.0
        score *= min(1.0, len(text) / max(10, len(tree.title) * 0.5)) * (
            1.5 if node.start < finding.candidate.regions[0].start else 1.0
        )
        if best is None or score > best[0]:
            best = (score, node.start, node)
    return innermost(best[2]) if best is not None and best[0] >= 1.0 else None


def furniture(
    tree: SavedTree, finding: Discovery, loop: str, pager: Pager | None, writer: FurnitureWriter
) -> tuple[str, str | None]:
    """The body with the loop in place of the posts, and the selector of the title, if one finds it."""
    writer.instead[finding.candidate.regions[0].start] = "\n" + loop + "\n"
    writer.dropped |= _replaced(tree, finding)
    include = "{% include 'NAME/_pager.html' %}"
    if pager is not None:
        writer.instead.update({node.start: include for node in pager.nodes if node.start not in writer.dropped})
    title = find_title(tree, finding)
    if title is not None and title.start not in writer.dropped:
        writer.instead[title.start] = f"{writer.opened(title)}{_TITLE}</{title.tag}>"
    body = writer.write(tree.body)
    titled = _title_selector(tree, title, body) if title is not None else None
    if include not in body:
        body = body.replace("</body>", f"\n{include}\n</body>") if "</body>" in body else body + include
    return body, titled


def _replaced(tree: SavedTree, finding: Discovery) -> set[int]:
    """The places of what the loop stands for: all posts but the first, what is between them, and others like them."""
    regions, places = finding.candidate.regions, Places(finding)
    first = regions[0].node
    gone = {region.node.start for region in regions[1:]} | {kid.start for region in regions for kid in region.tail}
    if all(region.node.parent is first.parent for region in regions) and first.parent is not None:
        gone |= {kid.start for kid in first.parent.elements if first.start < kid.start < regions[-1].end}
    else:
        gone |= _between(first, [region.node for region in regions])
    named = re.sub(r":has\(.*\)", "", finding.candidate.css)
    return gone | ({n.start for n in _like(tree, named) if not places.below(n)} - {first.start})


def _between(first: PageElement, nodes: Sequence[PageElement]) -> set[int]:
    """The elements around the other posts that hold nothing but them."""
    above = {node.start for node in (first, *first.above())}
    return {up.start for node in nodes[1:] for up in node.above() if up.start not in above}


def _like(tree: SavedTree, css: str) -> list[PageElement]:
    """The elements that a simple selector finds."""
    m = re.fullmatch(
        r"(?:(\w+)?(?:#([\w-]+)|\.([\w-]+))? > )?(\w+)((?:\.[\w-]+)*)(?:\[([\w-]+)(?:[\^$]?=\"([^\"]*)\")?\])?", css
    )
    if m is None:
        return []
    classes = [name for name in m[5].split(".") if name]
    found = []
    for node in tree.body.walk():
        if node.tag != m[4] or not set(classes) <= set(node.classes):
            continue
        if m[6] and not (m[6] in node.attrs and (m[7] is None or node.attrs[m[6]].startswith(m[7]))):
            continue
        up = node.parent
        if m[3] and (up is None or m[3] not in up.classes):
            continue
        if m[2] and (up is None or up.attrs.get("id") != m[2]):
            continue
        if not m[3] and not m[2] and m[1] and (up is None or up.tag != m[1]):
            continue
        found.append(node)
    return found


def _title_selector(tree: SavedTree, title: PageElement, body: str) -> str | None:
    """A selector that finds the title first, on the saved page and in the template."""
    made = dom.parse(body)
    for css in (*relative(title, tree.body), f"#{title.attrs.get('id', '')}"):
        if len(css) < 2 or not dom.is_selector(css):
            continue
        there, shown = tree.select(css), dom.select_first(made, css)
        if there and there[0] is title and shown is not None and _TITLE in dom.text_of(shown):
            return css
    return None


def whole_page(body: str, name: str) -> str:
    """The whole page round the body."""
    return (
        "{# A page of a thread, adopted from a saved page. Everything printed is escaped. #}\n"
        '<!DOCTYPE html>\n<html lang="{{ ui.lang }}">\n<head>\n'
        '<meta charset="{{ encoding }}">\n<title>{{ title }} - {{ ui.site }}</title>\n'
        '{% if generator %}<meta name="generator" content="{{ generator }}">{% endif %}\n'
        '<link rel="canonical" href="{{ url }}">\n</head>\n' + body.replace("'NAME/", f"'{name}/") + "\n</html>\n"
    )
