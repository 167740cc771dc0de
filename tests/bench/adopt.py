"""Measures ``forgegen adopt`` on folders of saved pages with known posts: ``python -m tests.bench.adopt FOLDER...``.

A file of a folder is JSON with ``url``, ``html`` and ``gold_standard_annotation`` (a list of posts with
``post_text``, ``datetime`` and ``user``, each with a ``surface_form``), as fhgr/harvest publishes them in
``corpus/goldDocuments``. Nothing of these pages is kept here.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

from forgegen.adopt.finding import Discovery, find_posts
from forgegen.adopt.saved_tree import SavedTree

_VOID = re.compile(r"<(script|style|div|span|a|iframe|textarea|title|i|b|p|ul|li|td|em|strong)\b([^<>]*?)/>")


class Gold(NamedTuple):
    """A saved page and what is known of its posts."""

    name: str
    html: str
    posts: list[dict[str, str]]


class Row(NamedTuple):
    """How well a page was understood: posts exact, and shares of right fields."""

    name: str
    posts: int
    found: int
    exact: bool
    author: int
    date: int
    text: int
    seconds: float


def main(arguments: list[str] | None = None) -> None:
    """Print a line for each page and the sums."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--only", default="")
    options = parser.parse_args(arguments)
    rows = []
    for folder in options.folders:
        for file in sorted(folder.glob("*.json")):
            if options.only in file.name:
                rows.append(measure(read_gold(file), loud=bool(options.only)))
                print(line(rows[-1]), flush=True)
    exact = [row for row in rows if row.exact]
    whole = [row for row in exact if min(row.author, row.date, row.text) >= 0.95 * row.posts]
    posts = sum(row.posts for row in rows)
    sums = " ".join(
        f"{field} {sum(getattr(row, field) for row in rows)}/{posts}" for field in ("author", "date", "text")
    )
    seconds = sum(row.seconds for row in rows)
    print(f"{len(rows)} pages: posts exact {len(exact)}, all fields {len(whole)}; {sums}; {seconds:.1f} CPU s")


def line(row: Row) -> str:
    """A row as text."""
    mark = "==" if row.exact else "!="
    return f"{mark} {row.found:3}/{row.posts:3} a{row.author:3} d{row.date:3} t{row.text:3} {row.seconds:5.2f}s {row.name[:70]}"


def read_gold(file: Path) -> Gold:
    """A gold file; elements that are closed as in XML are repaired, since HTML does not close them."""
    told = json.loads(file.read_text("utf-8"))
    html = _VOID.sub(r"<\1\2></\1>", told["html"])
    html = re.sub(r"^\s*<\?xml[^>]*\?>", "", html)
    posts = [
        {name: (post.get(name) or {}).get("surface_form", "") for name in ("user", "datetime", "post_text")}
        for post in told["gold_standard_annotation"]
    ]
    return Gold(file.name, html, posts)


def measure(gold: Gold, *, loud: bool = False) -> Row:
    """What the finder finds on a page, beside what is known."""
    started = time.process_time()
    tree = SavedTree(gold.html)
    findings = find_posts(tree)
    seconds = time.process_time() - started
    if loud:
        explain(findings, gold)
    if not findings:
        return Row(gold.name, len(gold.posts), 0, False, 0, 0, 0, seconds)
    return _row(gold, findings[0], seconds)


def _row(gold: Gold, finding: Discovery, seconds: float) -> Row:
    found = [
        {
            "all": plain(region.text()),
            "link": plain(linked(finding.fields.author[0].nodes[at])) if finding.fields.author else "",
            **{
                name: made(held[0].values[at] or "") if (held := getattr(finding.fields, name)) else ""
                for name, made in (("author", plain), ("date", plain), ("text", words))
            },
        }
        for at, region in enumerate(finding.candidate.regions)
    ]
    apart = gold.posts[1:] if len(found) == len(gold.posts) - 1 else gold.posts
    exact = len(found) == len(apart) and all(
        words(g["post_text"])[:40] in f["all"] or plain(g["user"]) in f["all"]
        for f, g in zip(found, apart, strict=True)
    )
    right = {"author": 0, "date": 0, "text": 0}
    shift = len(gold.posts) - len(apart)
    for f, g in zip(found, apart, strict=False):
        right["author"] += bool(f["author"]) and (plain(g["user"]) == f["author"] or plain(g["user"]) in f["link"])
        right["date"] += bool(f["date"]) and (plain(g["datetime"]) in f["date"] or f["date"] in plain(g["datetime"]))
        right["text"] += similar(words(g["post_text"]), f["text"])
    return Row(
        gold.name,
        len(gold.posts),
        len(found) + shift,
        exact,
        right["author"] + shift,
        right["date"] + shift,
        right["text"] + shift,
        seconds,
    )


def linked(node: Any) -> str:
    """The address of the link at an element."""
    if node is None:
        return ""
    near = [*list(node.above())[:2], *node.walk()]
    return " ".join(e.attrs.get("href", "") for e in near if e.tag == "a")


def plain(text: str) -> str:
    """Letters and digits only."""
    return re.sub(r"[\W_]+", "", re.sub(r"\bs=[0-9a-f]{20,}|#\w+$", "", text)).lower()


def words(text: str) -> str:
    """The same of a text without addresses, which the gold has whole and pages cut short."""
    return plain(re.sub(r"\]\([^)]*\)|https?://\S+", "", text))


def similar(gold: str, found: str) -> bool:
    """Whether two texts share most of their words."""
    if not gold:
        return len(found) < 40
    a, b = ({text[i : i + 6] for i in range(max(1, len(text) - 5))} for text in (gold, found))
    return len(a & b) >= 0.7 * max(len(a), 1) and len(a & b) >= 0.6 * max(len(b), 1)


def explain(findings: list[Discovery], gold: Gold) -> None:
    """Print candidates and fields."""
    for at, finding in enumerate(findings[:5]):
        print(f"  {finding.score:.4f} {finding.number} {finding.candidate.css} along={finding.candidate.along}")
        for name in ("author", "date", "text"):
            for found in getattr(finding.fields, name)[: 3 if not at else 1]:
                shown = [str(v)[:30] for v in found.values[:3]]
                print(f"     {name} {found.score:.3f} {found.css!r} @{found.attr} {found.number} {shown}")
    for post in gold.posts[:3]:
        print("  gold", {k: v[:60] for k, v in post.items()}, file=sys.stdout)


if __name__ == "__main__":
    main()
