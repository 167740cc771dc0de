"""Whether pages of all options are read back: ``python -m tests.bench.readback --pages 40000 --workers 2 [--seed 0]``.

Half of a batch are generated threads, of seeds and indexes up to 10^18, in any skin, locale, profile, furniture, noise,
structured data, encoding and settings, with up to four quirks, each as the lone page k of its thread. A third are pages
that the strategies draw in the batch's skin and settings, the rest threads of drawn bodies. Each page's truth is compared
with what our reader finds in its bytes and with what html5lib's tree gives by the skin's selectors; on portable pages of
the reference skin in its own settings also with what a parser that shares no code with ours finds. What is misread is
kept beside the expression that makes it, and the values of options that no page had are named. The exit code is 1 where
a page was misread.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from hashlib import sha256
from itertools import count, islice
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import msgspec
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

from forgegen.errors import UsageError
from forgegen.generate.lexicon import locale_names
from forgegen.generate.making import make_thread, thread_pace
from forgegen.generate.profile import profile_names
from forgegen.model.thread import Thread
from forgegen.model.truth import Truth
from forgegen.pages.page import Page
from forgegen.quirks.catalogue import QUIRKS
from forgegen.quirks.define import PLAIN_THREAD
from forgegen.reading.comparison import truth_differences
from forgegen.reading.extraction import extract
from forgegen.rendering.look import DATAS, NOISES
from forgegen.skins.furniture import furniture_for, skins_for
from forgegen.skins.loading import load_skin, skin_names
from forgegen.skins.settings import Settings, chosen_values
from forgegen.strategies import pages
from forgegen.strategies.planting import ordered
from tests.parsers import READERS
from tests.parsers.truths import first_difference
from tests.readers import read
from tests.test_bodies import bodied_threads

BATCH = 100
SIZES = (3,) * 12 + (10,) * 6 + (40, 300)  # the most posts of a generated thread; html5lib reads some 300 KB a second
MORE, EVERY = 6_000, 6  # of pages of so many bytes more than the skin's least, one of so many is read
GREATEST = 10**18


class Found(msgspec.Struct):
    """What came of batches: pages, posts, bytes, CPU seconds, pages misread by reader, pages by option and value."""

    pages: int = 0
    posts: int = 0
    size: int = 0
    seconds: float = 0.0
    apart: int = 0
    wrong: dict[str, int] = {}
    met: dict[str, int] = {}

    def add(self, other: Found) -> None:
        """Count the other's too."""
        for name in self.__struct_fields__:
            mine, more = getattr(self, name), getattr(other, name)
            setattr(self, name, dict(Counter(mine) + Counter(more)) if isinstance(mine, dict) else mine + more)

    def told(self) -> dict[str, Any]:
        """The figures that a reader wants."""
        return {
            "pages": self.pages,
            "mismatches": {name: self.wrong.get(name, 0) for name in ("ours", "html5lib", "apart", "error")},
            "read_apart": self.apart,
            "posts": self.posts,
            "bytes": self.size,
            "values_met": len(self.met),
            "values_not_met": sorted(known_values() - set(self.met)),
            "cpu_seconds": round(self.seconds, 1),
        }


@cache
def readable_quirks() -> tuple[str, ...]:
    """Names of quirks that can be planted and that html5lib reads."""
    return tuple(name for name, quirk in QUIRKS.items() if quirk.plant is not None and quirk.readers != "hostile")


@cache
def known_values() -> frozenset[str]:
    """All values of options that pages may have, as ``values_of`` names them."""
    found = {f"skin {name}" for name in skin_names()} | {f"noise {name}" for name in NOISES}
    found |= {f"data {name}" for name in DATAS} | {f"quirk {name}" for name in readable_quirks()}
    found |= {f"locale {name}" for name in locale_names()} | {f"profile {name}" for name in profile_names()}
    found |= {f"magnitude {n}" for n in range(len(str(GREATEST)))}
    for name in skin_names():
        skin = load_skin(name)
        found |= {f"{name} ui {ui}" for ui in skin.uis} | {f"{name} encoding {own}" for own in skin.encodings}
        found |= {f"{name} {key}={value}" for key, setting in skin.settings.items() for value in setting.values}
    return frozenset(found)


def values_of(page: Page) -> list[str]:
    """The values of a page's options, one of which is the greatest power of ten in its thread's id."""
    skin, name = load_skin(page.skin, (), page.look.ui, page.settings), page.skin
    found = [f"skin {name}", f"noise {page.look.noise}", f"data {page.look.data}", f"locale {page.thread.locale}"]
    found += [f"{name} ui {page.look.ui or skin.uis[0]}" if skin.uis else "", f"{name} encoding {page.encoding}"]
    found += [f"quirk {quirk}" for quirk in page.planted] + [f"page {min(page.number, 10)}"]
    return [*filter(None, found), *(f"{name} {key}={value}" for key, value in skin.chosen.items())]


def some_settings(skin: str, ui: str | None, chance: Random) -> Settings:
    """Settings that a board of this skin may have in this furniture: none of two, else any values that go together."""
    declared = load_skin(skin, (), ui).settings
    while declared and chance.random() < 0.5:
        found = tuple((name, chance.choice(sorted(setting.values))) for name, setting in sorted(declared.items()))
        try:
            chosen_values(skin, declared, found)
        except UsageError:
            continue
        return found
    return ()


def some_options(skin: str, locale: str, chance: Random) -> dict[str, Any]:
    """Options of a page in this skin: its own furniture where it has none for the locale."""
    known = load_skin(skin)
    own = skin in skins_for(locale) and chance.random() < 0.5
    ui = furniture_for(locale, skin, (), None if own or not known.uis else chance.choice(known.uis))
    return {
        "noise": chance.choice(NOISES) if chance.random() < 0.25 else "none",
        "data": chance.choice(DATAS),
        "encoding": chance.choice(known.encodings),
        "ui": ui,
        "settings": some_settings(skin, ui, chance),
        "generator": chance.random() < 0.8,
        "host": chance.choice((None, None, None, "a.example", "http://127.0.0.1:8000/")),
    }


class Corpus(NamedTuple):
    """What threads are generated from."""

    seed: int
    locale: str
    profile: str

    def thread(self, chance: Random) -> tuple[Thread, int]:
        """A thread, and the magnitude of its index; of thirty indexes the first whose thread is no longer than drawn."""
        names, magnitude, most = (
            {"locale": self.locale, "profile": self.profile},
            chance.randint(0, 18),
            chance.choice(SIZES),
        )
        for _ in range(30):
            index = min(
                chance.choice((10**magnitude, chance.randrange(10**magnitude, 10 ** (magnitude + 1)))), GREATEST
            )
            if len(thread_pace(self.seed, index, **names)) <= most:
                break
        return make_thread(self.seed, index, **names), magnitude


def some_corpus(chance: Random) -> Corpus:
    """Any seed, locale and profile."""
    number = chance.choice((chance.randrange(10), 10 ** chance.randint(0, 18), chance.randrange(GREATEST), GREATEST))
    return Corpus(number, chance.choice(locale_names()), chance.choice(profile_names()))


def lone(thread: Thread, skin: str, chance: Random, quirks: int = 0) -> Page:
    """A page of a thread, any of its pages, made without the others."""
    names = ordered(chance.sample(readable_quirks(), quirks))
    options: dict[str, Any] = {"skin": skin, "quirks": names, **some_options(skin, thread.locale, chance)}
    first = Page(thread, **options)
    return Page(thread, number=chance.choice((1, first.pages, chance.randint(1, first.pages))), **options)


@cache
def least(skin: str) -> int:
    """The bytes of a skin's plain page."""
    return len(Page(PLAIN_THREAD, skin, noise="none").body)


@cache
def turns() -> list[str]:
    """The skins of successive batches: each once, those of small pages once or twice more."""
    every = skin_names()
    return [*every, *(name for most in (10_000, 5_000) for name in every if least(name) < most)]


class Batch:
    """A batch of pages in one skin."""

    def __init__(self, first: int, out: Path, number: int, size: int) -> None:
        self.chance, self.out, self.size = Random(f"{first}/{number}"), out, size
        self.skin, self.seed, self.found = turns()[number % len(turns())], first * 10**6 + number, Found()
        self.long = least(self.skin) + MORE

    def run(self) -> Found:
        """Make and read the pages."""
        start, drawn, bodied = time.process_time(), self.size * 3 // 10, self.size * 2 // 10
        corpora = [some_corpus(self.chance) for _ in range(4)]  # a corpus costs as much as several threads
        while self.found.pages < self.size - drawn - bodied:
            self.generated(self.chance.choice(corpora))
        noise, shapes = self.chance.choice(NOISES), self.chance.choice(("engine", "any"))
        ui = self.chance.choice((None, *load_skin(self.skin).uis))
        chosen = some_settings(self.skin, ui, self.chance)
        strategy = pages(skins=[self.skin], readers="html5", noise=noise, ui=ui, settings=chosen, shapes=shapes)
        self.draw(strategy, drawn, self.look)
        self.draw(bodied_threads(), bodied, lambda thread: self.look(lone(thread, self.skin, self.chance)))
        self.found.seconds = time.process_time() - start
        return self.found

    def generated(self, corpus: Corpus) -> None:
        """Read a page of a generated thread."""
        thread, magnitude = corpus.thread(self.chance)
        if self.look(lone(thread, self.skin, self.chance, self.chance.choice((0, 0, 1, 2, 4)))):
            self.count(f"magnitude {magnitude}", f"profile {corpus.profile}")

    def draw(self, strategy: SearchStrategy[Any], size: int, look: Callable[[Any], object]) -> None:
        """Let ``look`` see what the strategy draws; a bench, where nothing fails: no deadline, no database."""
        quiet = settings(
            database=None, deadline=None, max_examples=max(1, size), phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip

        def look_at(made: Any) -> None:
            look(made)

        seed(self.seed)(quiet(given(strategy)(look_at)))()

    def count(self, *values: str) -> None:
        """Count a page with these values."""
        for value in values:
            self.found.met[value] = self.found.met.get(value, 0) + 1

    def look(self, page: Page) -> bool:
        """Let the readers read the page; False where it is long and left out."""
        found = self.found
        try:
            if len(page.body) > self.long and self.chance.randrange(EVERY):
                return False
            found.posts += len(page.truth.posts)
            found.size += len(page.body)
            wrong = dict(misread(page))
        except Exception as e:  # a page that cannot be made or read is a finding, and the run goes on
            wrong = {"error": repr(e)}
        found.pages += 1
        self.count(*values_of(page))
        found.apart += is_read_apart(page)
        if found.pages % 25 == 0:
            gc.collect()
        for name in wrong:
            found.wrong[name] = found.wrong.get(name, 0) + 1
        if wrong:
            _keep(page, wrong, self.out)
        return True


def misread(page: Page) -> Iterator[tuple[str, str]]:
    """The first difference that each reader finds."""
    found: list[tuple[str, Truth]] = [("ours", extract(page, page.skin)), ("html5lib", read("html5lib", page))]
    for name, truth in found:
        if truth != page.truth:
            yield name, next(map(str, truth_differences(page.truth, truth)), "not equal, and no difference is known")
    if is_read_apart(page):
        told = first_difference(page, READERS["bs4"](page.body))
        if told is not None:
            yield "apart", told


def is_read_apart(page: Page) -> bool:
    """Whether the parser that shares no code with ours knows such pages."""
    own = page.skin == "reference" and page.readers == "portable" and page.look.ui in (None, "zh-CN")
    return own and not page.settings and not page.thread.article.body and not any(p.body for p in page.thread.posts)


def _keep(page: Page, wrong: dict[str, str], out: Path) -> None:
    """Write how a page was misread, and the expression that makes it."""
    out.mkdir(parents=True, exist_ok=True)
    told = "\n".join(f"{name}: {difference}" for name, difference in wrong.items())
    path = out / f"{sha256(repr(page).encode('utf-8', 'replace')).hexdigest()[:12]}.txt"
    path.write_text(f"{told}\n{page!r}\n", encoding="utf-8", errors="surrogatepass")
    print(f"{path}, {page.skin}, {page.planted}\n{told[:500]}", file=sys.stderr, flush=True)


def _run(first: int, out: Path, size: int, number: int) -> Found:
    gc.disable()  # trees are circles, and looking for them at every step costs a third of the time
    return Batch(first, out, number, size).run()


def run(wanted: int, *, first: int = 0, workers: int = 1, out: Path = Path("misread")) -> Found:
    """What comes of that many pages, or a batch more."""
    numbers, size, found, told = count(), min(BATCH, wanted), Found(), 0
    with ProcessPoolExecutor(workers) as pool:
        while found.pages < wanted:
            for done in pool.map(partial(_run, first, out, size), list(islice(numbers, workers))):
                found.add(done)
            if found.pages >= told + 5 * BATCH:
                told = found.pages
                print(f"{told:,} pages, misread: {found.wrong}, {found.seconds:.0f} s", file=sys.stderr, flush=True)
    return found


def main() -> int:
    """0 where all readers read all pages."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.readback", description=__doc__)
    options.add_argument("--pages", type=int, default=400)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--workers", type=int, default=1)
    options.add_argument("-o", dest="out", type=Path, default=Path("misread"), help="folder for what is misread")
    asked = options.parse_args()
    found = run(asked.pages, first=asked.seed, workers=asked.workers, out=asked.out)
    print(json.dumps(found.told(), ensure_ascii=False, indent=1))
    return int(any(found.wrong.values()))


if __name__ == "__main__":
    sys.exit(main())
