"""The links to the other pages of a thread, in the markup of the saved page as far as it tells."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from forgegen.adopt.markup import FurnitureWriter, Ids
from forgegen.adopt.numbering import Pager, page_marks
from forgegen.adopt.saved_tree import PageElement
from forgegen.adopt.scrub import Scrubber

HERE = "page-here"
_CURRENT = re.compile(r"current|active|selected|\bhere\b|cur\b|\bon\b", re.IGNORECASE)
_GAP = re.compile(r"[.…·\s]+")
_NEXT = re.compile(r"next|weiter|nächste|suivant|siguiente|forward|right|[>»›→]|下一|^次", re.IGNORECASE)
_PREVIOUS = re.compile(r"prev|zurück|vorherige|précédent|anterior|left|[<«‹←]|上一|^前", re.IGNORECASE)
_OF = re.compile(r"(\d{1,4})(\D{1,12}?)(\d{1,4})")


class Cells(NamedTuple):
    """The parts of a pager: items, that of the page itself, gaps, ways back and on, and what is there without them."""

    numbers: tuple[PageElement, ...]
    link: PageElement
    here: PageElement | None
    gap: PageElement | None
    back: PageElement | None
    on: PageElement | None
    ends: tuple[PageElement | None, PageElement | None]
    others: tuple[PageElement, ...]


def pager_template(pager: Pager | None, scrubber: Scrubber) -> str:
    """The template of the pager; a plain one where the page has none or its parts cannot be told apart."""
    head = "{# Links to the other pages; next_url and prev_url are None at the ends. #}\n{% if links %}\n"
    cells = find_cells(pager.nodes[0]) if pager is not None else None
    if pager is None or cells is None:
        return f"{head}{_PLAIN}{{% endif %}}\n"
    return f"{head}{_written(pager.nodes[0], cells, scrubber)}\n{{% endif %}}\n"


_PLAIN = (
    '<div class="pager">\n'
    '{% if prev_url %}<a rel="prev" href="{{ prev_url }}">&lt;</a>{% endif %}\n'
    '{% for link in links %}{% if link.url %}<a href="{{ link.url }}">{{ link.number }}</a>{% else %}'
    f'<strong class="{HERE}">{{{{ link.number }}}}</strong>{{% endif %}} {{% endfor %}}\n'
    '{% if next_url %}<a rel="next" href="{{ next_url }}">&gt;</a>{% endif %}\n</div>\n'
)


def find_cells(root: PageElement) -> Cells | None:
    """The parts of a pager, or None where no number is a link of its own item."""
    marks = page_marks(root)
    around = Counter(dict.fromkeys(root.walk(), 0))
    for node in around:
        around[node] = sum(len(_marks_in(kid, marks)) == 1 for kid in node.elements)
    best = max(around, key=lambda node: (around[node], node.start))
    numbers = [kid for kid in best.elements if len(_marks_in(kid, marks)) == 1]
    here = next((kid for kid in numbers if _is_here(kid, marks)), None)
    links = [kid for kid in numbers if kid is not here and _marks_in(kid, marks)[0].tag == "a"]
    if not links:
        return None
    usual = Counter(map(_like, links)).most_common(1)[0][0]
    link = next(kid for kid in links if _like(kid) == usual)
    gap = next((kid for kid in best.elements if kid not in numbers and _GAP.fullmatch(_label(kid))), None)
    back, on = _way(root, _PREVIOUS, marks), _way(root, _NEXT, marks)
    back = None if back is on else back
    rest = [node for node in marks if not any(kid.start <= node.start < kid.end for kid in numbers)]
    free = [kid for kid in best.elements if kid not in numbers and kid is not gap and not _leads(kid)]
    ends = [next((kid for kid in free if _says(kid, told)), None) for told in (_PREVIOUS, _NEXT)]
    return Cells(tuple(numbers), link, here, gap, back, on, (ends[0], ends[1]), tuple(rest))


def _leads(node: PageElement) -> bool:
    return any(one.tag == "a" and one.attrs.get("href") for one in node.walk())


def _marks_in(node: PageElement, marks: list[PageElement]) -> list[PageElement]:
    return [mark for mark in marks if node.start <= mark.start < node.end]


def _is_here(cell: PageElement, marks: list[PageElement]) -> bool:
    """Whether an item is that of the page itself: no link, or a class says so."""
    mark = _marks_in(cell, marks)[0]
    names = (name for node in (cell, mark) for name in node.classes)
    return mark.tag != "a" or any(_CURRENT.search(name) for name in names)


def _like(cell: PageElement) -> tuple[str, ...]:
    return tuple(".".join((node.tag, *node.classes)) for node in cell.walk())


def _label(cell: PageElement) -> str:
    return next((node.own for node in cell.walk() if node.own), "")


def _way(root: PageElement, told: re.Pattern[str], marks: list[PageElement]) -> PageElement | None:
    """The item that leads a page back or on: the largest element with its link and no other link."""
    for link in root.walk():
        if link.tag != "a" or not link.attrs.get("href") or link in marks or not _says(link, told):
            continue
        node = link
        while node is not root and (up := node.parent) is not None and up is not root:
            if sum(one.tag == "a" and one is not link for one in up.walk()):
                break
            node = up
        return node
    return None


def _says(link: PageElement, told: re.Pattern[str]) -> bool:
    near = [link, *link.walk(), *([link.parent] if link.parent is not None and len(link.parent.elements) == 1 else [])]
    names = (name for node in near for name in (*node.classes, node.attrs.get("rel", ""), node.attrs.get("alt", "")))
    return bool(told.search(link.text())) or any(told.search(name) for name in names)


class _NoIds(Ids):
    """A pager may stand twice on a page: nothing in it has an identifier."""

    def free(self, name: str | None) -> str | None:
        return None


def _written(root: PageElement, cells: Cells, scrubber: Scrubber) -> str:
    """The pager with loops and conditions in the places of its parts."""
    dropped = {node.start for node in (*cells.numbers[1:], *cells.others, *_other_gaps(cells))}
    writer = FurnitureWriter(scrubber, _NoIds(), {}, dropped, "")
    back, on = _ways(cells, scrubber)
    for way, end, text, there in (
        (cells.back, cells.ends[0], back, "prev_url"),
        (cells.on, cells.ends[1], on, "next_url"),
    ):
        place = way or end
        if place is not None:
            shown = FurnitureWriter(scrubber, _NoIds(), {}, set(), "").write(end) if end is not None else ""
            writer.instead[place.start] = text + (f"{{% if not {there} %}}{shown}{{% endif %}}" if shown else "")
            if end is not None and end is not place:
                dropped.add(end.start)
    _count_pages(root, writer)
    writer.instead[cells.numbers[0].start] = _loop(cells, scrubber, root)
    made = writer.write(root)
    return _beside(made, cells, back, on, writer)


def _beside(made: str, cells: Cells, back: str, on: str, writer: FurnitureWriter) -> str:
    """The pager with a way that the page does not show on the other side of the one that it does."""
    loop = writer.instead[cells.numbers[0].start]
    if cells.back is None and cells.ends[0] is None and back:
        return _around(made, cells, cells.on, loop, back, before=True)
    if cells.on is None and cells.ends[1] is None and on:
        return _around(made, cells, cells.back, loop, on, before=False)
    return made


def _around(made: str, cells: Cells, other: PageElement | None, loop: str, way: str, *, before: bool) -> str:
    """The way beside the loop, or beside the list that holds it where the other way stands there."""
    top: PageElement = cells.numbers[0].parent or cells.numbers[0]
    if other is not None and other.parent is top:
        return made.replace(loop, way + loop if before else loop + way, 1)
    while other is not None and top.parent is not None and top.parent is not other.parent:
        top = top.parent
    if other is None or top.parent is None:
        return made.replace(loop, way + loop if before else loop + way, 1)
    inside = made.index(loop)
    start = made.rfind(f"<{top.tag}", 0, inside)
    end = made.find(f"</{top.tag}>", inside + len(loop)) + len(top.tag) + 3
    return made[:start] + way + made[start:] if before else made[:end] + way + made[end:]


def _count_pages(root: PageElement, writer: FurnitureWriter) -> None:
    """Words that count pages count those of the page that is shown; other numbers go."""
    marks = page_marks(root)
    last = max((int(mark.text()) for mark in marks), default=1)
    for node in root.walk():
        if told := _counted(node, last):
            writer.instead[node.start] = f"{writer.opened(node)}{told}</{node.tag}>"
        elif not node.elements and re.search(r"\d", node.own) and node not in marks:
            writer.dropped.add(node.start)


def _other_gaps(cells: Cells) -> list[PageElement]:
    parent = cells.numbers[0].parent
    gap = cells.gap
    if parent is None or gap is None:
        return []
    return [kid for kid in parent.elements if kid not in cells.numbers and _GAP.fullmatch(_label(kid))]


def _counted(node: PageElement, last: int) -> str | None:
    """The words "page 1 of 12" with the numbers of the page that is shown."""
    m = _OF.search(node.own) if not node.elements else None
    if m is None or int(m[3]) < last or int(m[1]) > int(m[3]) or len(re.findall(r"\d+", node.own)) != 2:
        return None
    before, between, after = node.own[: m.start()], m[2], node.own[m.end() :]
    words = [Scrubber(()).text(text) for text in (before, between, after)]
    return f"{words[0]}{{{{ page }}}}{words[1]}{{{{ pages }}}}{words[2]}"


def _loop(cells: Cells, scrubber: Scrubber, root: PageElement) -> str:
    link = _number(cells.link, root, scrubber, "link.url")
    here = _number(cells.here, root, scrubber, "url", HERE) if cells.here is not None else None
    gap = ""
    if cells.gap is not None:
        shown = FurnitureWriter(scrubber, _NoIds(), {}, set(), "").write(cells.gap)
        gap = f"{{% if not loop.first and link.number > links[loop.index0 - 1].number + 1 %}}{shown}{{% endif %}}"
    here = here or f'<strong class="{HERE}">{{{{ link.number }}}}</strong>'
    return f"{{% for link in links %}}{gap}{{% if link.url %}}{link}{{% else %}}{here}{{% endif %}}\n{{% endfor %}}"


def _number(cell: PageElement, root: PageElement, scrubber: Scrubber, address: str, named: str = "") -> str:
    """An item of the pager with its number and address as variables."""
    mark = page_marks(cell)[0]
    writer = FurnitureWriter(scrubber, _NoIds(), {}, set(), "")
    _count_pages(root, writer)
    opened = writer.opened(mark).replace(' href="#"', f' href="{{{{ {address} }}}}"')
    if named:
        opened = (
            re.sub(r' class="', f' class="{named} ', opened, count=1)
            if " class=" in opened
            else opened.replace(f"<{mark.tag}", f'<{mark.tag} class="{named}"', 1)
        )
    writer.instead[mark.start] = f"{opened}{{{{ link.number }}}}</{mark.tag}>"
    return writer.write(cell)


def _ways(cells: Cells, scrubber: Scrubber) -> tuple[str, str]:
    """The links back and on; one that the page does not have is the other, turned round."""
    back = _way_written(cells.back, scrubber, "prev_url") or _turned(_way_written(cells.on, scrubber, "prev_url"))
    on = _way_written(cells.on, scrubber, "next_url") or _turned(_way_written(cells.back, scrubber, "next_url"))
    return (
        f"{{% if prev_url %}}{back}{{% endif %}}" if back else "",
        f"{{% if next_url %}}{on}{{% endif %}}" if on else "",
    )


def _way_written(cell: PageElement | None, scrubber: Scrubber, address: str) -> str:
    if cell is None:
        return ""
    made = FurnitureWriter(scrubber, _NoIds(), {}, set(), "").write(cell)
    return made.replace(' href="#"', f' href="{{{{ {address} }}}}"', 1)


_TURNS = (
    ("next", "prev"), ("Next", "Prev"), ("right", "left"), ("&gt;", "&lt;"), ("»", "«"), ("›", "‹"), ("→", "←"),
    ("Weiter", "Zurück"), ("Nächste", "Vorherige"), ("Suivant", "Précédent"), ("Siguiente", "Anterior"),
    ("下一", "上一"),
)  # fmt: skip


def _turned(markup: str) -> str:
    """Markup that leads on as one that leads back, and the other way round."""
    pairs = {a: b for pair in _TURNS for a, b in (pair, pair[::-1])}
    pieces = re.split(r"(\{\{.*?\}\})", markup)
    pairs |= {both: both for both in ("prev_next", "prev-next")}
    some = "|".join(map(re.escape, sorted(pairs, key=len, reverse=True)))
    return "".join(piece if piece.startswith("{{") else re.sub(some, lambda m: pairs[m[0]], piece) for piece in pieces)
