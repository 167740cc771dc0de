"""How often an ordinary, right parser is clean on drawn pages: ``python -m tests.bench.ordinary [--seeds 2]``.

It is written as people write one: Beautiful Soup on lxml, ``get_text``, the first digits of what shows a number, dates as
they are shown. Each failure is told with the labels that explain it; one without a fair cause is a false alarm.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import Tag
from hypothesis import HealthCheck, Phase, given, seed, settings

from forgegen.assess.causes import causes
from forgegen.assess.check import Failed
from forgegen.pages.page import Page
from forgegen.strategies import check, pages


def read(body: bytes) -> dict[str, Any]:
    """The reference skin's page, read by Beautiful Soup."""
    tree = BeautifulSoup(body, "lxml", from_encoding="utf-8")
    return {
        "title": _text(tree, "h1.headline"),
        "views": _number(_text(tree, ".views b")),
        "posts": [_post(li) for li in tree.select("ol.comment-list > li.floor[id]")],
    }


def _post(li: Tag) -> dict[str, Any]:
    parent = li.select_one("a.parent")
    return {
        "id": li["id"],
        "author": _text(li, ".who"),
        "text": _text(li, ".text"),
        "floor": _number(_text(li, ".no")),
        "likes": _number(_text(li, ".like b")),
        "date": _text(li, "time.when"),
        "replies": _number(_text(li, ".replies")) or 0,
        "parent": None if parent is None else str(parent["href"]).lstrip("#"),
    }


def _text(node: Tag, css: str) -> str | None:
    found = node.select_one(css)
    if found is None:
        return None
    for br in found.select("br"):
        br.replace_with("\n")
    return found.get_text()


def _number(shown: str | None) -> int | None:
    found = re.search(r"-?\d+", (shown or "").replace(",", ""))
    return int(found[0]) if found else None


def clean(number: int, examples: int) -> tuple[int, Counter[tuple[str, ...]]]:
    """On how many pages the parser is right, and what explains the others."""
    right, why = 0, Counter[tuple[str, ...]]()

    @seed(number)
    @settings(max_examples=examples, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(pages(skins=["reference"]))
    def look(page: Page) -> None:
        nonlocal right
        try:
            check(read, page)
        except Failed as e:
            why[(e.differences[0].field, *causes(page, e.differences[:1]).likely[:2])] += 1
        else:
            right += 1

    look()
    return right, why


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.ordinary", description=__doc__)
    options.add_argument("--examples", type=int, default=100)
    options.add_argument("--seeds", type=int, default=2)
    asked = options.parse_args()
    for number in range(asked.seeds):
        right, why = clean(number, asked.examples)
        print(f"seed {number}: clean on {right} of {asked.examples}")
        for cause, count in why.most_common():
            print(f"  {count} {', '.join(cause)}")


if __name__ == "__main__":
    main()
