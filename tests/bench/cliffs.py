"""``python -m tests.bench.cliffs``: time for n, 2n and 4n of what once grew with the square, and the ratios.

A ratio near 2 is linear, near 4 quadratic. ``--size`` divides or multiplies all n.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import forgegen
from forgegen.assess.score import score
from forgegen.errors import ReadError
from forgegen.model.thread import Author, Post, Thread
from forgegen.model.truth import PostTruth, Truth
from forgegen.pages.page import Page, render

Job = Callable[[], Any]


def thread_of(posts: int) -> Thread:
    """A thread of that many posts."""
    return Thread(
        posts=tuple(Post(text=f"words {i} are here", author=Author(f"a{i % 50}"), depth=1) for i in range(posts))
    )


def wrong_posts(n: int) -> Job:
    """``score`` on posts of which none is right, but all look alike."""
    truth = Truth(posts=tuple(PostTruth(n=i + 1, id=f"c{i}", text=f"words {i} are here") for i in range(n)))
    answer = {"posts": [{"text": f"other words {7 * i} are here too, said by me"} for i in range(n)]}
    return lambda: score(truth, answer)


def other_posts(n: int) -> Job:
    """``score`` on posts that have nothing in common with the page's."""
    truth = Truth(posts=tuple(PostTruth(n=i + 1, id=f"c{i}", text=f"words {i} are here") for i in range(n)))
    answer = {"posts": [{"text": f"{i:x}"} for i in range(n)]}
    return lambda: score(truth, answer)


def deep_prediction(n: int) -> Job:
    """``score`` on a tree of replies of that depth."""
    truth = render(thread_of(200), "reference")[0].truth
    answer: dict[str, Any] = {"text": "x"}
    for i in range(n):
        answer = {"text": f"w{i}", "children": [answer]}
    return lambda: score(truth, [answer])


def open_elements(n: int) -> Job:
    """``extract`` on elements that are never closed."""
    html = "<ol class=comment-list><li class=floor id=c1>" + "<div>" * n + "x"

    def read() -> None:
        with suppress(ReadError):
            forgegen.extract(html)

    return read


def all_pages(n: int) -> Job:
    """``render`` of a thread of so many posts."""
    thread = thread_of(n)
    return lambda: render(thread, "phpbb3")


def last_page(n: int) -> Job:
    """The last page of a thread of so many posts, when its first was made."""
    thread = thread_of(n)
    pages = render(thread, "phpbb3")
    return lambda: pages[-1].body


def lone_page(n: int) -> Job:
    """A page of a thread of so many posts, alone."""
    thread = thread_of(n)
    return lambda: Page(thread, "phpbb3", number=3).body


CLIFFS: dict[str, tuple[Callable[[int], Job], int]] = {
    "score, wrong posts": (wrong_posts, 2000),
    "score, other posts": (other_posts, 4000),
    "score, replies this deep": (deep_prediction, 25_000),
    "extract, open elements": (open_elements, 10_000),
    "render, posts of a thread": (all_pages, 50_000),
    "a lone page, posts of a thread": (lone_page, 50_000),
    "the last page of many, posts of a thread": (last_page, 50_000),
}
"""What is measured: a job by n, and the smallest n."""


def seconds(job: Job) -> float:
    """How long a job takes."""
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=float, default=1.0)
    size = parser.parse_args().size
    print(f"{'':<42} {'n':>7} {'n, s':>8} {'2n, s':>8} {'4n, s':>8}  ratios")
    for name, (make, n) in CLIFFS.items():
        n = max(1, int(n * size))
        seconds(make(max(1, n // 10)))  # what is loaded once
        one, two, four = (seconds(make(times * n)) for times in (1, 2, 4))
        ratios = f"{two / one:.1f} {four / two:.1f}"
        print(f"{name:<42} {n:>7,} {one:>8.3f} {two:>8.3f} {four:>8.3f}  {ratios}", flush=True)


if __name__ == "__main__":
    main()
