"""The parts of ``tests.bench.pipeline``: each measures one thing and gives rows of figures, and ratios."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import msgspec

from forgegen.corpus.formats.all_formats import formats
from forgegen.generate.making import make_thread
from forgegen.model.thread import Thread
from forgegen.pages.page import Page, render
from forgegen.site.app import SiteApp
from forgegen.site.serving import make_site
from forgegen.skins.loading import skin_names
from forgegen.skins.own_words import words_for
from tests.bench import baseline, floor, same_work
from tests.bench.cliffs import thread_of
from tests.bench.corpus import nothing, shard_case
from tests.bench.drawing import ratio as drawn_ratio
from tests.bench.measure import Case, Step, interleave, paired, ratio


class Amount(NamedTuple):
    """How much is measured; ``quick`` is enough to see that it works, not to believe the figures."""

    rounds: int = 9
    threads: int = 12  # of a round
    warm: int = 300  # threads made before
    long: int = 50_000  # posts of the long thread
    examples: int = 100
    skins: tuple[str, ...] = ()  # all where there are none named
    formats: tuple[str, ...] = ()
    shard: int = 100  # threads
    seconds: float = 0.2


QUICK = Amount(1, 2, 1, 300, 5, ("reference", "ptt"), ("html",), 2, 0.0)
Result = dict[str, Any]


def _made(threads: list[Thread], skin: str) -> list[Page]:
    """All pages of threads, with what templates see made."""
    pages = [page for thread in threads for page in render(thread, skin)]
    for page in pages:
        page.context  # noqa: B018 - made when it is asked for
    return pages


def _warm(amount: Amount) -> None:
    for number in range(amount.warm):
        for page in render(make_thread(2, number)):
            len(page.body), page.truth.to_bytes()


def _one_page_threads(count: int) -> Iterator[Thread]:
    """Threads of the reference skin that have one page."""
    number = 0
    while count:
        thread = make_thread(1, number)
        number += 1
        if Page(thread).pages == 1:
            count -= 1
            yield thread


def same(amount: Amount) -> Result:
    """Ours beside S1 and S1m on threads of one page: all, generation, render, truth."""
    _warm(amount)
    threads = list(_one_page_threads(amount.rounds * amount.threads + 1))
    index = [thread.id - 10_000_000 for thread in threads]

    def posts(page: Page) -> tuple[int, int]:
        return 1, len(page.context.posts)

    def full(number: int) -> tuple[int, int]:
        page = render(make_thread(1, index[number]))[0]
        len(page.body), page.truth.to_bytes()
        return posts(page)

    def shown(thread: Thread) -> Page:
        page = render(thread)[0]
        len(page.body)
        return page

    def render_and_truth(thread: Thread) -> tuple[int, int]:
        page = shown(thread)
        page.truth.to_bytes()
        return posts(page)

    def truth(page: Page) -> tuple[int, int]:
        page.truth.to_bytes()
        return posts(page)

    def generated(number: int) -> tuple[int, int]:
        return 1, len(make_thread(1, index[number]).posts)

    steps = {
        "forgegen": Step(lambda n: n, full),
        "forgegen, generation": Step(lambda n: n, generated),
        "forgegen, render": Step(lambda n: threads[n], lambda thread: posts(shown(thread))),
        "forgegen, truth": Step(lambda n: shown(threads[n]), truth),
        "forgegen, render and truth": Step(lambda n: threads[n], render_and_truth),
    }
    libraries = {"S1": same_work.faker_words(), "S1m": same_work.mimesis_words()}
    for name, words in libraries.items():
        if words is not None:
            steps |= _baseline(name, words, threads)
    result = paired(steps, rounds=amount.rounds, threads=amount.threads)
    result["ratios"] = {
        f"{part} of forgegen over {name}'s": ratio(result, f"{name}{at}", f"forgegen{at}", per=0)
        for name, words in libraries.items() if words is not None
        for part, at in (("all", ""), ("generation", ", generation"), ("render and truth", ", render and truth"))
    }  # fmt: skip
    if libraries["S1m"] is None:
        result["note"] = "S1m is left out: mimesis is not installed"
    del result["rows"]
    return result


def _baseline(name: str, words: same_work.Words, threads: list[Thread]) -> dict[str, Step]:
    """The steps of a baseline."""

    def plan(number: int) -> same_work.Plan:
        return same_work.plan_of(render(threads[number])[0], number)

    def full(given: same_work.Plan) -> tuple[int, int]:
        same_work.render(given, same_work.generate(words, given))
        return 1, len(given.context.posts)

    def generated(given: same_work.Plan) -> tuple[int, int]:
        return 1, len(same_work.generate(words, given).comments)

    def printed(given: tuple[same_work.Plan, same_work.NaivePage]) -> tuple[int, int]:
        same_work.render(*given)
        return 1, len(given[1].comments)

    def ready(number: int) -> tuple[same_work.Plan, same_work.NaivePage]:
        given = plan(number)
        return given, same_work.generate(words, given)

    return {
        name: Step(plan, full), f"{name}, generation": Step(plan, generated),
        f"{name}, render and truth": Step(ready, printed),
    }  # fmt: skip


def skins(amount: Amount) -> Result:
    """Render and truth of each skin: threads of forums with bodies (rich), the same without (plain), and without posts."""
    cases: dict[str, dict[str, float]] = {}
    for skin in amount.skins or [name for name in skin_names() if not name.startswith("_")]:
        locale = words_for(skin)["locale"]
        rich = [make_thread(4, n, locale=locale, profile="forum") for n in range(amount.rounds * amount.threads + 1)]
        kinds = {"rich": rich, "plain": [_plain(thread) for thread in rich], "empty": [_empty(t) for t in rich]}

        def shown(thread: Thread, skin: str = skin) -> tuple[int, int]:
            pages = render(thread, skin)
            for page in pages:
                len(page.body), page.truth.to_bytes()
            return len(pages), len(thread.posts)

        steps = {kind: Step(threads.__getitem__, shown) for kind, threads in kinds.items()}
        found = paired(steps, rounds=amount.rounds, threads=amount.threads)
        rows = found["rows"]
        furniture = median(row["empty"][0] for row in rows)
        cases[skin] = {"us_beside_posts": round(furniture, 1)} | {
            f"us_per_post_{kind}": round(
                median((row[kind][0] - row["empty"][0]) / max(row[kind][2], 1) for row in rows), 1
            )
            for kind in ("plain", "rich")
        }
    return {"cases": cases}


def _plain(thread: Thread) -> Thread:
    """The thread with texts in place of bodies."""
    posts = tuple(msgspec.structs.replace(post, body=()) for post in thread.posts)
    return msgspec.structs.replace(thread, posts=posts, article=msgspec.structs.replace(thread.article, body=()))


def _empty(thread: Thread) -> Thread:
    return msgspec.structs.replace(_plain(thread), posts=())


_FIRST = """
import json, time
spent = [time.process_time()]
from forgegen import make_thread, render
for number in range(20):
    for page in render(make_thread(5, number)):
        page.body, page.truth.to_bytes()
    spent.append(time.process_time())
print(json.dumps(spent))
"""


def first(amount: Amount) -> Result:
    """CPU ms of the first pages of a process, from its start."""
    rows = []
    for _ in range(min(amount.rounds, 5) + 1):  # the first writes bytecode
        done = subprocess.run([sys.executable, "-c", _FIRST], capture_output=True, check=True)
        rows.append(json.loads(done.stdout))
    del rows[0]
    figures: dict[str, Callable[[list[float]], float]] = {
        "Python itself": lambda row: row[0],
        "first thread, with imports": lambda row: row[1] - row[0],
        "second thread": lambda row: row[2] - row[1],
        "threads 11 to 20, each": lambda row: (row[20] - row[10]) / 10,
    }
    return {"cases": {name: {"ms": round(1000 * median(map(of, rows)), 1)} for name, of in figures.items()}}


def long(amount: Amount) -> Result:
    """A page of a long thread, alone, and beside another page that is there."""
    thread = thread_of(amount.long)
    cases = {}
    for skin in ("reference", "phpbb3"):
        pages = Page(thread, skin).pages
        for name, number in (("first", 1), ("middle", pages // 2 or 1), ("last", pages)):
            alone, beside = [], []
            for _ in range(min(amount.rounds, 5)):
                page = Page(thread_of(0), skin)
                len(page.body)  # forgets the long thread's rows
                alone.append(_spent(lambda: Page(thread, skin, number).body))  # noqa: B023 - called at once
                beside.append(_spent(lambda: Page(thread, skin, max(1, number - 1)).body))  # noqa: B023
            cases[f"{skin}, {name} of {pages}"] = {
                "ms_alone": round(1000 * median(alone), 2), "ms_beside": round(1000 * median(beside), 2),
            }  # fmt: skip
    return {"cases": cases}


def _spent(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def drawn(amount: Amount) -> Result:
    """An example of ``pages()`` over the same draws without a page."""
    found = [drawn_ratio("reference", amount.examples, number) for number in range(min(3, amount.rounds))]
    return {"cases": {}, "ratios": {"pages() over its bare draws": round(median(found), 2)}}


def corpus(amount: Amount) -> Result:
    """A shard of each format over its rows alone, made and digested."""
    size = amount.shard
    with tempfile.TemporaryDirectory() as folder:
        cases: dict[str, Case] = {"rows": lambda number: nothing(number, size)}
        cases |= {name: shard_case(name, Path(folder), size) for name in amount.formats or tuple(formats())}
        result = interleave(cases, rounds=min(amount.rounds, 5), seconds=amount.seconds)
    ratios = {f"{name} over rows": round(1 / ratio(result, "rows", name, per=0), 2) for name in cases}
    units = {name: {"us_per_thread": round(case["us_per_page"] / size, 1)} for name, case in result["cases"].items()}
    return {"cases": units, "ratios": ratios}


def site(amount: Amount) -> Result:
    """Thread pages of the site within the process: each for the first time (cold), and again (warm)."""
    content = make_site(1, skin="reference", boards=3, threads=10**9)
    app, forum = SiteApp(content), content.forum
    address = forum.skin.urls.thread

    def asked(thread: int) -> None:
        path = address.format(id=forum.numbers.thread(thread))
        scope = {
            "type": "http", "method": "GET", "path": path, "query_string": b"", "raw_path": path.encode(),
            "headers": [(b"host", b"forum.example")],
        }  # fmt: skip
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(app(scope, receive, send))
        assert sent[0]["status"] == 200, sent[0]

    def each(thread: int) -> tuple[int, int]:
        asked(thread)
        return 1, 1

    for thread in range(amount.warm // 3):
        asked(10**8 + thread)

    def known(number: int) -> int:
        asked(5 * 10**8 + number)
        return 5 * 10**8 + number

    steps = {"cold": Step(lambda n: n, each), "warm": Step(known, each)}
    result = paired(steps, rounds=amount.rounds, threads=amount.threads)
    del result["rows"]
    for row in result["cases"].values():
        row["pages_per_cpu_second"] = round(1e6 / row["us_per_page"])
        del row["us_per_post"], row["posts_per_page"]
    return result


def naive(amount: Amount) -> Result:
    """Ours beside S0 and floor 3c, whose pages have fewer words and less furniture: by page only."""
    _warm(amount)
    prebuilt = [make_thread(2, n) for n in range(64)]

    def full(number: int) -> tuple[int, int]:
        page = render(make_thread(1, number))[0]
        return len(page.body), len(page.truth.to_bytes())

    def render_only(number: int) -> tuple[int, int]:
        return len(render(prebuilt[number % 64])[0].body), 0

    def by_faker(number: int) -> tuple[int, int]:
        html, truth = baseline.page(number)
        return len(html), len(truth)

    cases = {
        "S0": by_faker, "floor 3c, render": lambda n: (len(floor.page(n).encode()), 0), "forgegen": full,
        "forgegen, render": render_only,
    }  # fmt: skip
    result = interleave(cases, rounds=amount.rounds, seconds=amount.seconds)
    ratios = {"all of forgegen over S0's": ratio(result, "S0", "forgegen", per=0)}
    kept = ("us_per_page", "html_bytes", "truth_bytes")
    return {"cases": {name: {key: row[key] for key in kept} for name, row in result["cases"].items()}, "ratios": ratios}


PARTS: dict[str, Callable[[Amount], Result]] = {
    "same": same, "skins": skins, "first": first, "long": long, "drawn": drawn, "corpus": corpus, "site": site,
    "naive": naive,
}  # fmt: skip
"""What can be measured, by name."""
