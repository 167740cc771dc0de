"""How often ordinary, right parsers are clean on drawn pages: ``python -m tests.bench.ordinary [--seeds 3] [--skin S]``.

Each failure is explained by a label of ``EXPLAINED``: the page is one that its engine sends, and the parser is fairly
wrong about it. One without is a false alarm.
"""

from __future__ import annotations

import argparse
from collections import Counter
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, given, seed, settings

from forgegen.assess.causes import causes
from forgegen.assess.check import Failed
from forgegen.pages.page import Page
from forgegen.strategies import check, pages
from tests.bench.ordinary_parsers import PARSERS

EXPLAINED = {
    "body.smiley": "a picture whose alt is the smiley: get_text gives no attributes",
    "body.emoji": "a picture whose alt is the emoji",
    "text.emoji-img": "the same, planted",
    "body.hashtag": "Discourse draws the sign of a hashtag as a picture",
    "body.spoiler": "the button of a folded box is no text of the post",
    "text.spoiler": "the same, planted",
    "body.unfurl": "the card of a link is no text of the post",
    "body.attachment": "a file's name and size within a post are no text of it",
    "body.code": "a code block's head, such as its language, is no text of the post",
    "body.image-noscript": "the twin of a picture for readers without scripts",
    "inject.hidden": "signs that a style hides",
}
"""Why an ordinary parser is fairly wrong, by label."""


class Cleanness(NamedTuple):
    """On how many of the pages a parser is right, what explains the others, and the failures without explanation."""

    right: int
    pages: int
    why: Counter[tuple[str, str]]
    unexplained: list[str]


def clean(skin: str, number: int, examples: int) -> Cleanness:
    """On how many pages a skin's parser is right."""
    right, looked, why, unexplained = [0], [0], Counter[tuple[str, str]](), []

    @seed(number)
    @settings(max_examples=examples, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(pages(skins=[skin]))
    def look(page: Page) -> None:
        looked[0] += 1
        try:
            check(PARSERS[skin], page)
        except Failed as e:
            for difference in e.differences:
                labels = set(causes(page, [difference]).likely) or set(page.quirks)
                found = next((label for label in EXPLAINED if label in labels), "")
                why[difference.field, found] += 1
                unexplained.extend([] if found else [f"{difference} ({', '.join(sorted(labels))})"])
        else:
            right[0] += 1

    look()
    return Cleanness(right[0], looked[0], why, unexplained)


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.ordinary", description=__doc__)
    options.add_argument("--examples", type=int, default=100)
    options.add_argument("--seeds", type=int, default=3)
    options.add_argument("--skin", choices=sorted(PARSERS), action="append")
    asked = options.parse_args()
    for skin in asked.skin or PARSERS:
        for number in range(asked.seeds):
            found = clean(skin, number, asked.examples)
            print(f"{skin}, seed {number}: clean on {found.right} of {found.pages}", flush=True)
            for (field, label), count in found.why.most_common():
                print(f"  {count} {field}: {label or 'UNEXPLAINED'}")
            for difference in found.unexplained[:3]:
                print(f"    {difference}")


if __name__ == "__main__":
    main()
