"""From saved pages to a skin in a folder: found, written, checked, or refused with what would help."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import NamedTuple

from msgspec import UNSET

from forgegen.adopt.emission import Emitted, author_names, emit, hosts
from forgegen.adopt.finding import Discovery, find_posts
from forgegen.adopt.hints import Hints, apply_hints
from forgegen.adopt.likeness import Likeness, grams, mean, ruzicka
from forgegen.adopt.opening_post import find_opening
from forgegen.adopt.saved_tree import SavedTree
from forgegen.adopt.scrub import survivors
from forgegen.adopt.union import innermost
from forgegen.errors import ReadError, SkinError, UsageError
from forgegen.reading.extraction import extract
from forgegen.skins.loading import template_folders
from forgegen.whole_files import write_folder

MOST_ELEMENTS = 30_000
"""Elements of a page."""


class Adopted(NamedTuple):
    """A skin that was found: the finding, others that were near, its files."""

    finding: Discovery
    others: tuple[Discovery, ...]
    emitted: Emitted
    likeness: Likeness


def understand(html: str, where: str) -> tuple[SavedTree, list[Discovery]]:
    """The tree of a page and what was found on it, best first.

    Raises: UsageError where no posts stand on the page, or a field is missing.
    """
    tree = SavedTree(html)
    if len(tree.elements) > MOST_ELEMENTS:
        raise UsageError(
            f"{where} has {len(tree.elements):,} elements; a page may have {MOST_ELEMENTS:,}. "
            "Save a shorter page of the site"
        )
    findings = find_posts(tree)
    if not findings:
        raise UsageError(_nothing(tree, html, where))
    return tree, findings


def _nothing(tree: SavedTree, html: str, where: str) -> str:
    """Why there are no posts."""
    if tree.length(tree.body.start, tree.body.end) < 400 and len(re.findall(r"<script", html, re.IGNORECASE)) > 0:
        return (
            f"{where}: the texts stand in scripts only. Save the page after it has loaded: the browser's 'Save as', "
            "or chromium --dump-dom"
        )
    return f'{where}: no list of posts found. Show one reply: --reply AUTHOR DATE "first words", or --post CSS'


def check_fields(finding: Discovery, where: str) -> None:
    """Refuse a finding without author, date or text.

    Raises: UsageError with what would help.
    """
    number = finding.number
    for name in ("author", "date", "text"):
        found = getattr(finding.fields, name)
        if not found or found[0].number * 2 < number:
            raise UsageError(
                f"{where}: posts: {finding.candidate.css} ({number} elements), but no {name} was found in them. "
                f"Show where it stands: --{name} CSS, or one reply: --reply AUTHOR DATE TEXT"
            )
        if name == "text" and found[0].css == "":
            raise UsageError(
                f"{where}: post.text: it stands beside author and date in one element. Show where: --text CSS"
            )


def adopt_page(html: str, where: str, name: str, hints: Hints = Hints()) -> Adopted:  # noqa: B008 - frozen
    """The skin of a saved page, not yet written.

    Raises: UsageError where something is missing or would survive.
    """
    tree, findings = understand(html, where)
    findings = apply_hints(tree, findings, hints)
    best = findings[0]
    check_fields(best, where)
    best = best._replace(opening=find_opening(tree, best))
    digest = "sha256 " + hashlib.sha256(html.encode("utf-8", "replace")).hexdigest()
    emitted = emit(tree, best, name, digest=digest, order=hints.date_order)
    names = author_names(best)
    page = " ".join(tree.body.pieces())
    written = [text for file, text in emitted.files.items() if not file.startswith("ui/")]
    left = list(survivors(written, page, dict.fromkeys(names), hosts(tree)))
    if left:
        raise UsageError(f"not written: {left[0]}. This is a fault of forgegen; please report it")
    return Adopted(best, tuple(findings[1:5]), emitted, _likeness(tree, best, emitted))


def _likeness(tree: SavedTree, finding: Discovery, emitted: Emitted) -> Likeness:
    """How like the template's posts and furniture are to those of the page, as far as the template alone tells."""
    whole = [grams((r.node, *r.tail), _texts(finding, at)) for at, r in enumerate(finding.candidate.regions)]
    own = ruzicka(mean(whole[::2]), mean(whole[1::2])) if len(whole) > 1 else 1.0
    template = re.sub(r"\{%.*?%\}|\{#.*?#\}|\{\{.*?\}\}", "", emitted.files["thread.html"], flags=re.DOTALL)
    made = SavedTree(template)
    css = re.sub(r"\[[^\]]*\]", "", finding.candidate.css)
    found = made.select(finding.candidate.css) or made.select(css)
    posts = ruzicka(mean(whole), mean([grams([found[0]])])) if found else 0.0
    opening = finding.opening.candidate if finding.opening else None
    regions = (*finding.candidate.regions, *(opening.regions if opening else ()))
    inside = frozenset(kid.start for r in regions for kid in (r.node, *r.tail))
    beside = frozenset(node.start for node in (*found, *(made.select(opening.css) if opening else ())))
    return Likeness(posts, own, ruzicka(dict(grams([tree.body], inside)), dict(grams([made.body], beside))))


def _texts(finding: Discovery, at: int) -> frozenset[int]:
    """The places of what stands in the text of a post."""
    node = finding.fields.text[0].nodes[at] if finding.fields.text else None
    return frozenset(kid.start for kid in innermost(node).elements) if node is not None else frozenset()


def read_back(html: str, name: str, folder: Path) -> int:
    """How many posts the skin reads on a saved page."""
    try:
        truth = extract(html, name, templates=[folder])
    except (SkinError, ReadError):
        return 0
    return sum(post.author is not UNSET and post.author is not None for post in truth.posts)


def starter_lists(name: str) -> dict[str, str]:
    """The board and index pages of the starter."""
    folder = next(found for top in template_folders() if (found := top / "_starter" / "forum").is_dir())
    files = ("board.html", "index.html", "_page.html")
    return {file: re.sub(r"\bNAME\b", name, (folder / file).read_text("utf-8")) for file in files}


def write_skin(adopted: Adopted, name: str, library: Path, hints: str = "") -> Path:
    """Write the files of a skin into ``library/skins/name``, whole or not at all.

    Raises: UsageError where the folder is there.
    """
    folder = library / "skins" / name
    if folder.exists():
        raise UsageError(f"{str(folder)!r} exists already; nothing was written. Right would be another --name")
    files = {**starter_lists(name), **adopted.emitted.files, "adopt.toml": hints}
    write_folder(folder, {file: text.encode() for file, text in files.items()})
    return folder
