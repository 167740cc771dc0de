"""Selectors of the fields: each finds its field alone in the template, and first in the posts of the saved page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from forgegen.adopt.finding import SURE, Discovery
from forgegen.adopt.post_parts import PostParts, posts_of, relative
from forgegen.adopt.saved_tree import PageElement
from forgegen.adopt.union import FIELDS, UnionNode, all_nodes
from forgegen.errors import UsageError
from forgegen.skins import dom

_AROUND = {
    "tr": ("<table><tbody>", "</tbody></table>"), "td": ("<table><tr>", "</tr></table>"),
    "th": ("<table><tr>", "</tr></table>"), "tbody": ("<table>", "</table>"),
}  # fmt: skip


def shown_selector(css: str, markup: str) -> str:
    """The selector of the posts, without what it asks of their inside if the template does not show that."""
    root = dom.parse(f"<body><table><tbody>{markup}</tbody></table>" if markup.startswith("<tr") else f"<body>{markup}")
    return css if ":has(" not in css or dom.select(root, css) else css.partition(":has(")[0]


def choose_selectors(finding: Discovery, tops: Sequence[UnionNode], markup: str) -> dict[str, str]:
    """The selector of each field. ``markup`` is a post with all that is optional, fields marked and nodes numbered.

    What else a selector would find is taken out of the nodes if nothing better is there.

    Raises: UsageError where there is none.
    """
    before, after = _AROUND.get(tops[0].tag, ("<div>", "</div>"))
    root = dom.parse(f"<body>{before}{markup}{after}")
    posts = posts_of(finding.candidate.regions, nested=finding.candidate.nested)
    every = all_nodes(tops)
    gone: set[int] = set()
    chosen = {}
    for name in FIELDS:
        if getattr(finding.fields, name)[0].attr is not None:
            continue
        node = next((node for node in every if node.field == name), None)
        if node is None:
            raise UsageError(f"post.{name}: it stands within another field. Another place: --{name} CSS")
        chosen[name], others = _chosen(finding, name, node, posts, root, every, gone)
        gone |= others
    for node in every:
        node.kids = [kid for kid in node.kids if not (isinstance(kid, UnionNode) and every.index(kid) in gone)]
    return chosen


def _chosen(
    finding: Discovery, name: str, node: UnionNode, posts: Sequence[PostParts], root: dom.Node,
    every: Sequence[UnionNode], gone: set[int],
) -> tuple[str, set[int]]:  # fmt: skip
    """The best selector of a field, with the numbers of the nodes that have to go for it."""
    at, element = node.members[0]
    columns = getattr(finding.fields, name)
    fits: list[tuple[int, int, int, str, set[int]]] = []
    for css in _selectors(finding, name, element, posts[at].region.node):
        if not dom.is_selector(css):
            continue
        numbers = {int(found.attributes.get("data-u") or -1) for found in dom.select(root, css)} - gone
        others = {number for number in numbers if number < 0 or every[number] is not node}
        if every.index(node) not in numbers or any(number < 0 or every[number].fields for number in others):
            continue
        first = sum(_same(post.first.get(css), there) for post, there in zip(posts, columns[0].nodes, strict=True))
        told = any(column.css == css and column.score >= SURE for column in columns)
        fits.append((len(others), -first - len(posts) * told, len(fits), css, others))
    if not fits:
        raise UsageError(
            f"post.{name}: no selector finds {'.'.join((element.tag, *element.classes))} alone in a post. "
            f"Another place: --{name} CSS"
        )
    best = min(fits, key=lambda fit: fit[:3])
    return best[3], best[4]


def _same(found: PageElement | None, there: PageElement | None) -> bool:
    return found is not None and there is not None and found.text() == there.text()


def _selectors(finding: Discovery, name: str, element: PageElement, top: PageElement) -> list[str]:
    """Selectors that may find a field, the shortest first."""
    found = [f.css for f in getattr(finding.fields, name) if f.css]
    told = [f.css for f in getattr(finding.fields, name) if f.score >= SURE]
    found = [*told, *(css for css in found if css in relative(element, top))]
    own = relative(element, top)
    found += own
    for depth, above in enumerate(element.above()):
        if above is top or depth > 6:
            break
        for name_ in [n for n in above.classes if re.fullmatch(r"[A-Za-z_][\w-]*", n) and not re.search(r"\d{3,}", n)][
            :3
        ]:
            found += [f"{above.tag}.{name_} {css}" for css in own]
        found += [f"{css} > {own[-1]}" for css in relative(above, top)] if depth == 0 else []
        found += [f"{css} {own[-1]}" for css in relative(above, top)]
    return list(dict.fromkeys(found))
