"""Which part of the split a thread belongs to, and how much the parts have in common.

By ``thread`` each is drawn by itself. By ``story`` the stories are dealt out among the parts by weight, the same in
every language, and a thread goes where its story is: no story is told in two parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import msgspec

from forgegen.corpus.spec import NATIVE, Spec, choices, pick
from forgegen.errors import UsageError
from forgegen.generate.making import EDITION, make_thread, stories_of, story_of
from forgegen.skins.loading import load_skin
from forgegen.streams.stream import fingerprint

SAMPLE = 1_000  # threads looked at for what parts have in common
_SENTENCE = re.compile(r"[^.!?。！？…\n]+[.!?。！？…]*")
_FEWEST = 4  # letters of a sentence that says something


class Shared(msgspec.Struct, frozen=True):
    """Of the sentences in the first ``threads`` threads: how many stand in ``test``, and in ``train`` word for word."""

    threads: int
    test: int
    both: int


def part_of(spec: Spec, index: int) -> str:
    """The part to which thread ``index`` belongs."""
    if spec.split_by == "thread" or len(spec.split) == 1:
        return pick(spec, "split", index)
    first = choices(spec, index)[0]
    story = story_of(spec.seed, index, locale=first.locale, profile=first.profile)
    weights = tuple(spec.split.items())
    return _dealt(spec.seed, weights, tuple(sorted(_told(spec))))[story]


def check_stories(spec: Spec) -> None:
    """Nothing, where every part gets stories of every locale. Raises: UsageError with the numbers."""
    dealt = _dealt(spec.seed, tuple(spec.split.items()), tuple(sorted(_told(spec))))
    for locale, profile in sorted(_makers(spec)):
        stories = stories_of(locale, profile)
        bare = sorted(set(spec.split) - {dealt[story] for story in stories})
        if bare:
            raise UsageError(
                f"split_by cannot be 'story' here: {locale} has {len(stories)} stories in profile {profile!r}, and "
                f"part {bare[0]!r} would own none; right would be fewer parts, more weight for it, or 'thread'"
            )


def _makers(spec: Spec) -> set[tuple[str, str]]:
    """The locales and profiles in which threads of a corpus are made."""
    found = set()
    for name in spec.skins:
        skin = load_skin(name, spec.templates)
        locales = {skin.locale if locale == NATIVE else locale for locale in spec.locales}
        profiles = {skin.profile if profile == NATIVE else profile for profile in spec.profiles}
        found |= {(locale, profile) for locale in locales for profile in profiles}
    return found


def _told(spec: Spec) -> set[str]:
    """The stories that threads of a corpus may tell."""
    return {story for locale, profile in _makers(spec) for story in stories_of(locale, profile)}


@lru_cache(maxsize=16)
def _dealt(seed: int, weights: tuple[tuple[str, int], ...], stories: tuple[str, ...]) -> dict[str, str]:
    """The part of each story: an order that the seed decides, cut by the weights."""
    order = sorted(stories, key=lambda story: fingerprint(EDITION, seed, "corpus", "split", story))
    total, found, at, sum_ = sum(weight for _, weight in weights), {}, 0, 0
    for part, weight in weights:
        sum_ += weight
        end = len(order) * sum_ // total
        found.update(dict.fromkeys(order[at:end], part))
        at = end
    return found


def shared_sentences(spec: Spec) -> Shared | None:
    """What ``test`` has in common with ``train`` in the first threads; None where one of them says nothing there."""
    if not {"train", "test"} <= set(spec.split):
        return None
    train: set[str] = set()
    test: list[str] = []
    threads = min(SAMPLE, spec.threads)
    for index in range(threads):
        part = part_of(spec, index)
        if part == "train":
            train.update(_sentences(spec, index))
        elif part == "test":
            test += _sentences(spec, index)
    if not train or not test:
        return None
    return Shared(threads, len(test), sum(sentence in train for sentence in test))


def _sentences(spec: Spec, index: int) -> Iterator[str]:
    first = choices(spec, index)[0]
    thread = make_thread(spec.seed, index, locale=first.locale, profile=first.profile)
    yield from sentences_in((*thread.article.paragraphs, *(post.text for post in thread.posts)))


def sentences_in(texts: Iterable[str]) -> Iterator[str]:
    """The sentences of texts that have a few letters, without the white space around them.

    >>> list(sentences_in(["Yes. Of course not! Why", "好。为什么不呢？"]))
    ['Of course not!', '为什么不呢？']
    """
    for text in texts:
        for found in _SENTENCE.findall(text):
            if sum(map(str.isalnum, found)) >= _FEWEST:
                yield found.strip()
