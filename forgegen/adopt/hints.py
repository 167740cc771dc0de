"""What a user says of a page where the finder does not see it: selectors, or one reply as it stands there."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

import msgspec

from forgegen.adopt.field_search import find_fields
from forgegen.adopt.finding import SURE, Discovery
from forgegen.adopt.post_parts import Fields, FoundField, posts_of
from forgegen.adopt.post_regions import PostRegion
from forgegen.adopt.repeats import Candidate
from forgegen.adopt.saved_tree import PageElement, SavedTree, folded
from forgegen.adopt.stamps import find_stamps
from forgegen.errors import UsageError
from forgegen.skins import dom


class Hints(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Selectors of the posts and of fields below them (``@name``: an attribute of the post); a reply: author, date and
    first words.
    """

    post: str | None = None
    author: str | None = None
    date: str | None = None
    text: str | None = None
    reply: tuple[str, str, str] | None = None
    date_order: str | None = None
    encoding: str | None = None


def apply_hints(tree: SavedTree, findings: Sequence[Discovery], hints: Hints) -> list[Discovery]:
    """The findings as the hints say: those that fit first, with the fields that they name.

    Raises: UsageError where a selector finds nothing, or no element holds the reply.
    """
    found = list(findings)
    if hints.post is not None:
        found = [_of_posts(tree, hints.post)]
    if hints.reply is not None:
        found = _by_reply(found, hints.reply)
    told = {name: css for name in ("author", "date", "text") if (css := getattr(hints, name)) is not None}
    if told and found:
        found[0] = found[0]._replace(fields=_told_fields(tree, found[0], told))
    return found


def _of_posts(tree: SavedTree, css: str) -> Discovery:
    """The finding of posts that are told."""
    _check(css, "--post")
    nodes = tree.select(css)
    if not nodes:
        raise UsageError(f"--post {css!r} finds no element on the page")
    nested = any(b.start < a.end for a, b in itertools.pairwise(nodes))
    regions = tuple(PostRegion(node) for node in nodes)
    candidate = Candidate(css, regions, SURE, len(nodes), None, nested)
    return Discovery(candidate, find_fields(posts_of(regions, nested=nested)), SURE)


def _check(css: str, option: str) -> None:
    if not dom.is_selector(css):
        raise UsageError(f"{option} {css!r} is no CSS selector")


def _told_fields(tree: SavedTree, finding: Discovery, told: dict[str, str]) -> Fields:
    """The fields of a finding with these in place of what was found."""
    fields = finding.fields
    for name, css in told.items():
        column = _column(tree, finding, name, css)
        if not column.number:
            raise UsageError(f"--{name} {css!r} finds nothing in the {finding.number} posts ({finding.candidate.css})")
        fields = fields._replace(**{name: (column, *getattr(fields, name))})
    return fields


def _column(tree: SavedTree, finding: Discovery, name: str, css: str) -> FoundField:
    """A field by its selector, or by an attribute of the post."""
    regions = finding.candidate.regions
    if css.startswith("@"):
        if name != "author":
            raise UsageError(
                f"--{name} {css!r}: only authors are read from an attribute; right would be a CSS selector"
            )
        values = tuple(region.node.attrs.get(css[1:]) for region in regions)
        return FoundField("", css[1:], values, tuple(region.node for region in regions), SURE, "told")
    _check(css, f"--{name}")
    every = tree.select(css)
    nodes: list[PageElement | None] = []
    for region in regions:
        nodes.append(next((n for n in every if region.start < n.start < region.end), None))
    return FoundField(css, None, tuple(_value(node, name) for node in nodes), tuple(nodes), SURE, "told")


def _value(node: PageElement | None, name: str) -> str | None:
    if node is None:
        return None
    text = node.text()
    if name == "date" and (stamps := find_stamps(text[:400])):
        return text[stamps[0].start : stamps[0].end]
    return text or None


def _by_reply(findings: list[Discovery], reply: tuple[str, str, str]) -> list[Discovery]:
    """The findings ranked by whether one of their posts is this reply, with the fields that hold its parts."""
    author, date, words = (folded(part) for part in reply)
    ranked = []
    for finding in findings:
        ats = [at for at, region in enumerate(finding.candidate.regions) if words in folded(region.text())]
        ats = [at for at in ats if author in finding.candidate.regions[at].text()]
        if len(ats) != 1:
            continue
        ranked.append(_with_reply(finding, ats[0], {"author": author, "date": date, "text": words}))
    if not ranked:
        raise UsageError(
            f"--reply: no post holds the author {author!r} and the words {words[:40]!r}; they must stand so on the page"
        )
    return sorted(ranked, key=lambda f: -f.score)


def _with_reply(finding: Discovery, at: int, parts: dict[str, str]) -> Discovery:
    """A finding whose fields are those that show these parts in a post."""
    posts = posts_of(finding.candidate.regions, nested=finding.candidate.nested)
    fields, score = finding.fields, finding.score
    for name, part in parts.items():
        known = [
            f for f in getattr(fields, name) if f.values[at] is not None and _shows(f.values[at] or "", name, part)
        ]
        if not known:
            columns = [css for css, node in posts[at].first.items() if _shows(node.text(), name, part)]
            made = [_from_posts(posts, css, name) for css in columns]
            known = sorted(
                (f for f in made if f.number * 2 >= len(posts)), key=lambda f: (-f.number, len(f.css), f.css)
            )
        score *= 3.0 if known else 0.3
        if known:
            fields = fields._replace(**{name: (known[0], *(f for f in getattr(fields, name) if f is not known[0]))})
    return finding._replace(fields=fields, score=score)


def _shows(text: str, name: str, part: str) -> bool:
    if name == "author":
        return text == part
    if name == "date":
        return part in text and len(text) <= len(part) + 40
    return re.sub(r"\W", "", text).startswith(re.sub(r"\W", "", part))


def _from_posts(posts: Sequence[object], css: str, name: str) -> FoundField:
    nodes = tuple(post.first.get(css) for post in posts)  # type: ignore[attr-defined]
    return FoundField(css, None, tuple(_value(node, name) for node in nodes), nodes, 1.0, "as the reply shows")
