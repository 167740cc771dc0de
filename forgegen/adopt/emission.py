"""A finding as a skin: template, settings and what was seen on the way, without a word of the page."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from forgegen.adopt.date_setting import date_setting, innermost_dates
from forgegen.adopt.finding import Discovery
from forgegen.adopt.markup import DateSetting, FurnitureWriter, Ids, PostWriter
from forgegen.adopt.numbering import find_numbering, find_pager, user_address
from forgegen.adopt.page_frame import furniture, whole_page
from forgegen.adopt.pager_markup import pager_template
from forgegen.adopt.saved_tree import SavedTree
from forgegen.adopt.scrub import Scrubber, words_in
from forgegen.adopt.selecting import choose_selectors, shown_selector
from forgegen.adopt.skin_settings import OpeningSetting, settings
from forgegen.adopt.union import unite


class Emitted(NamedTuple):
    """A skin: its files by name, and notes of what is unsure or was left out."""

    files: dict[str, str]
    notes: tuple[str, ...]
    date: DateSetting
    selectors: dict[str, str]


def emit(tree: SavedTree, finding: Discovery, name: str, *, digest: str, order: str | None = None) -> Emitted:
    """The files of a skin that shows pages as this one.

    Raises: UsageError where the layout of dates cannot be told.
    """
    finding = innermost_dates(finding)
    date = date_setting(finding, tree.lang, order)
    scrubber, ids = Scrubber(forbidden_words(tree, finding)), Ids()
    numbering, pager = find_numbering(finding), find_pager(tree, finding)
    anchor = numbering.anchor if numbering else None
    loops = LoopWriter(scrubber, ids, date)
    loop, finding, selectors = loops.write(finding, anchor)
    writer = FurnitureWriter(scrubber, ids, {}, set(), anchor.partition("{")[0] if anchor else "")
    apart = _opening(tree, finding, loops, writer)
    body, titled = furniture(tree, finding, loop, pager, writer)
    lang = page_language(tree)
    files = {"thread.html": whole_page(body, name), "_pager.html": pager_template(pager, scrubber)}
    files["skin.toml"] = settings(
        finding, name, date=date, numbering=numbering, selectors=selectors, pager=pager, titled=titled, lang=lang,
        user=user_address(finding, scrubber), digest=digest, opening=apart,
    )  # fmt: skip
    files[f"ui/{lang}.toml"] = f'# Words of the board and index pages.\nsite = "{name}"\nboards = "Boards"\n'
    notes = [date.note] if date.note else []
    if apart is not None:
        where = ", ".join(f"{field} {css}" for field, css in apart.selectors.items())
        notes.append(f"the opening post stands apart: {apart.css}: {where}")
    if numbering is None:
        notes.append("posts have no number of their own: they are counted by their place")
    if pager is None:
        notes.append("no pager was recognised: a plain one stands behind the posts")
    return Emitted(files, tuple(notes), date, selectors)


class LoopWriter:
    """Writes loops over posts: those of the list, and the one that opens the thread."""

    def __init__(self, scrubber: Scrubber, ids: Ids, date: DateSetting) -> None:
        self.scrubber, self.ids, self.date = scrubber, ids, date

    def write(self, finding: Discovery, anchor: str | None) -> tuple[str, Discovery, dict[str, str]]:
        """The loop over posts, the finding as far as the template shows it, and the selectors of the fields."""
        union = unite(finding)
        keep = set(re.findall(r"\[([\w-]+)\]", finding.candidate.css))
        keep |= set(re.findall(r"\[(data-[\w-]+)", finding.candidate.css))
        named = finding.fields.author[0].attr
        flat = PostWriter(self.scrubber, union, anchor, Ids(), self.date, keep, named)
        flat.flat = True
        markup = "".join(flat.write(top, union.posts) for top in union.tops)
        css = shown_selector(finding.candidate.css, markup)
        finding = finding._replace(candidate=finding.candidate._replace(css=css))
        selectors = choose_selectors(finding, union.tops, markup)
        writer = PostWriter(self.scrubber, union, anchor, self.ids, self.date, keep, named)
        which = " if post.forum.role != 'opening'" if finding.opening else ""
        return self._loop(which, "\n".join(writer.write(top, union.posts) for top in union.tops)), finding, selectors

    def opening(self, opening: Discovery) -> tuple[str, dict[str, str]]:
        """The opening post where it stands, and the selectors of its fields."""
        loop, _, selectors = self.write(opening, None)
        return loop.replace(
            "{% for post in posts %}", "{% for post in posts if post.forum.role == 'opening' %}"
        ), selectors

    def _loop(self, which: str, body: str) -> str:
        head = f"{{% for post in posts{which} %}}\n{{% set k = post.forum.pane.rank if post.forum.pane else 0 %}}\n"
        return f"{head}{body}\n{{% endfor %}}"


def _opening(tree: SavedTree, finding: Discovery, loops: LoopWriter, writer: FurnitureWriter) -> OpeningSetting | None:
    """The opening post, written in its place, as its settings; None where it does not stand apart."""
    if finding.opening is None:
        return None
    markup, selectors = loops.opening(finding.opening)
    node = finding.opening.candidate.regions[0].node
    writer.instead[node.start] = f"\n{markup}\n"
    numbered = re.search(r'^<[^>]*? id="([\w-]+)\{\{ post\.forum\.pid \}\}"', markup, re.MULTILINE)
    prefix = (
        numbered[1] if numbered and re.fullmatch(re.escape(numbered[1]) + r"\d+", node.attrs.get("id", "")) else None
    )
    return OpeningSetting(finding.opening.candidate.css, prefix, selectors)


def page_language(tree: SavedTree) -> str:
    """The language that the page says it is in, as the furniture of a skin may be called; else ``en``."""
    lang = re.sub(r"[^a-zA-Z-]", "", tree.lang.replace("_", "-")) or "en"
    return lang if re.fullmatch(r"[a-z]{2}(-[A-Za-z]{2,4})?", lang) else "en"


def forbidden_words(tree: SavedTree, finding: Discovery) -> set[str]:
    """Words that nothing may be made of: those of authors and of the title, and the names of hosts."""
    found: set[str] = set()
    for value in author_names(finding):
        found.update(word for word in words_in(value) if len(word) > 2)
    found.update(word for word in words_in(tree.title) if len(word) > 3)
    for host in hosts(tree):
        found.update(part for part in host.split(".")[:-1] if len(part) > 3)
    return found


def author_names(finding: Discovery) -> list[str]:
    """The names of all authors of posts."""
    every = (finding, finding.opening) if finding.opening else (finding,)
    return [value for one in every for value in one.fields.author[0].values if value]


def hosts(tree: SavedTree) -> list[str]:
    """The hosts of the page's links."""
    found = set()
    for node in tree.elements:
        for name in ("href", "src", "action"):
            address = node.attrs.get(name, "")
            if "//" in address:
                try:
                    found.add((urlsplit(address).hostname or "").removeprefix("www."))
                except ValueError:
                    continue
    return sorted(host for host in found if "." in host and host != "schema.org")
