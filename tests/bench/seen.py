"""Whether ``seen`` is what Chromium shows, in all skins: ``python -m tests.bench.seen --pages 500``.

Three of four pages are drawn, with rich bodies, the others generated as the skin's boards have them; boilerplate and the
boards' settings take turns. The texts of all posts and of articles are compared, character for character. ``--seed`` names
the pages. The exit code is 1 where one differs.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from forgegen import render
from forgegen.generate.making import make_thread
from forgegen.model.thread import Thread
from forgegen.pages.page import Page
from forgegen.rendering.look import NOISES
from forgegen.skins.loading import load_skin, skin_names
from forgegen.skins.own_words import words_for
from tests.chromium_texts import chromium_texts, seen_texts
from tests.test_bodies import bodied_threads

BATCH = 25


def boards(skin: str) -> list[dict[str, Any]]:
    """Options of pages: each value of each setting, and each amount of boilerplate."""
    chosen = [
        {name: value, **{other: fits[0] for other, fits in found.needs.items()}}
        for name, setting in load_skin(skin).settings.items()
        for value, found in setting.values.items()
    ]
    return [{"settings": one, "noise": noise} for one, noise in zip([{}, *chosen, {}, {}], cycle(NOISES), strict=False)]


def threads(skin: str, number: int, first: int) -> list[Thread]:
    """Threads with rich bodies, and as many generated ones as make up a quarter."""
    found: list[Thread] = []
    quiet = settings(
        database=None,
        deadline=None,
        max_examples=number,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    seed(first)(quiet(given(bodied_threads())(lambda thread: found.append(thread))))()
    words = words_for(skin, None, None, ())
    for at in range(3, len(found), 4):
        found[at] = make_thread(first, at, **words)
    return found


def drawn_pages(skin: str, number: int, first: int) -> list[Page]:
    """So many pages of a skin."""
    choices = islice(zip(cycle(threads(skin, number, first)), cycle(boards(skin)), strict=False), number)
    return [render(thread, skin, **options)[0] for thread, options in choices]


def compare(pages: list[Page]) -> dict[str, Any]:
    """How many pages and texts there are, how many of these differ, and the first that does."""
    told: dict[str, Any] = {"pages": 0, "texts": 0, "differing": 0, "first": []}
    for at in range(0, len(pages), BATCH):
        part = pages[at : at + BATCH]
        with tempfile.TemporaryDirectory() as folder:
            shown = chromium_texts(part, Path(folder))
        for page, theirs in zip(part, shown, strict=True):
            ours = seen_texts(page)
            wrong = [pair for pair in zip(ours, theirs, strict=True) if pair[0] != pair[1]]
            told["pages"] += 1
            told["texts"] += len(ours)
            told["differing"] += bool(wrong)
            told["first"] += [f"{page.skin}: {mine!r:.300} is {right!r:.300} in Chromium" for mine, right in wrong[:1]]
    return told


def main() -> int:
    """Print how many pages differ, and the first difference of some."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.seen", description=__doc__)
    options.add_argument("--pages", type=int, default=500)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--skin", choices=skin_names(), action="append")
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    skins, started = asked.skin or skin_names(), time.perf_counter()
    pages = []
    for place, skin in enumerate(skins):
        number = asked.pages // len(skins) + (place < asked.pages % len(skins))
        pages += drawn_pages(skin, number, asked.seed + place) if number else []
    told = compare(pages) | {"skins": len(skins), "seconds": round(time.perf_counter() - started, 1)}
    if asked.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(f"{told['pages']:,} pages, {told['texts']:,} texts, {told['skins']} skins, {told['seconds']} s")
        print(f"differing: {told['differing']}")
        print("\n".join(told["first"][:20]))
    return 1 if told["differing"] else 0


if __name__ == "__main__":
    sys.exit(main())
