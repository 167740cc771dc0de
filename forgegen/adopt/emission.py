"""A finding as a skin: template, settings and what was seen on the way, without a word of the page."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from forgegen.adopt.date_setting import date_setting
from forgegen.adopt.finding import Discovery
from forgegen.adopt.markup import DateSetting, FurnitureWriter, Ids, PostWriter
from forgegen.adopt.numbering import find_numbering, find_pager, user_address
from forgegen.adopt.page_frame import furniture, pager_template, whole_page
from forgegen.adopt.saved_tree import SavedTree
from forgegen.adopt.scrub import Scrubber, words_in
from forgegen.adopt.selecting import choose_selectors, shown_selector
from forgegen.adopt.skin_settings import settings
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
    date = date_setting(finding, tree.lang, order)
    scrubber, ids = Scrubber(forbidden_words(tree, finding)), Ids()
    numbering, pager = find_numbering(finding), find_pager(tree, finding)
    anchor = numbering.anchor if numbering else None
    loop, finding, selectors = _loop(finding, scrubber, ids, anchor, date)
    writer = FurnitureWriter(scrubber, ids, {}, set(), anchor.partition("{")[0] if anchor else "")
    body, titled = furniture(tree, finding, loop, pager, writer)
    lang = page_language(tree)
    files = {"thread.html": whole_page(body, name), "_pager.html": pager_template(pager, scrubber)}
    files["skin.toml"] = settings(
        finding, name, date=date, numbering=numbering, selectors=selectors, pager=pager, titled=titled, lang=lang,
        user=user_address(finding, scrubber), digest=digest,
    )  # fmt: skip
    files[f"ui/{lang}.toml"] = f'# Words of the board and index pages.\nsite = "{name}"\nboards = "Boards"\n'
    notes = [date.note] if date.note else []
    if numbering is None:
        notes.append("posts have no number of their own: they are counted by their place")
    if pager is None:
        notes.append("no pager was recognised: a plain one stands behind the posts")
    return Emitted(files, tuple(notes), date, selectors)


def _loop(
    finding: Discovery, scrubber: Scrubber, ids: Ids, anchor: str | None, date: DateSetting
) -> tuple[str, Discovery, dict[str, str]]:
    """The loop over the posts, the finding as far as the template shows it, and the selectors of the fields."""
    union = unite(finding)
    keep = set(re.findall(r"\[([\w-]+)\]", finding.candidate.css))
    keep |= set(re.findall(r"\[(data-[\w-]+)", finding.candidate.css))
    named = finding.fields.author[0].attr
    flat = PostWriter(scrubber, union, anchor, Ids(), date, keep, named)
    flat.flat = True
    markup = "".join(flat.write(top, union.posts) for top in union.tops)
    finding = finding._replace(candidate=finding.candidate._replace(css=shown_selector(finding.candidate.css, markup)))
    selectors = choose_selectors(finding, union.tops, markup)
    writer = PostWriter(scrubber, union, anchor, ids, date, keep, named)
    loop = "{% for post in posts %}\n{% set k = post.forum.pane.rank if post.forum.pane else 0 %}\n"
    loop += "\n".join(writer.write(top, union.posts) for top in union.tops) + "\n{% endfor %}"
    return loop, finding, selectors


def page_language(tree: SavedTree) -> str:
    """The language that the page says it is in, as the furniture of a skin may be called; else ``en``."""
    lang = re.sub(r"[^a-zA-Z-]", "", tree.lang.replace("_", "-")) or "en"
    return lang if re.fullmatch(r"[a-z]{2}(-[A-Za-z]{2,4})?", lang) else "en"


def forbidden_words(tree: SavedTree, finding: Discovery) -> set[str]:
    """Words that nothing may be made of: those of authors and of the title, and the names of hosts."""
    found: set[str] = set()
    for value in finding.fields.author[0].values:
        found.update(word for word in words_in(value or "") if len(word) > 2)
    found.update(word for word in words_in(tree.title) if len(word) > 3)
    for host in hosts(tree):
        found.update(part for part in host.split(".")[:-1] if len(part) > 3)
    return found


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
