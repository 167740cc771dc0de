"""What a corpus holds: sizes, mixes by weight, formats; and what thread ``index`` of it is.

Every choice comes from a stream of its own, named by (edition, seed, aspect, index), so that thread ``index`` is
``make_thread(seed, index, locale, profile)`` whatever else the corpus holds, and a weight moves no other choice.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec
from msgspec import UNSET, UnsetType

from forgegen.generate.making import EDITION
from forgegen.skins.loading import board_settings, load_skin
from forgegen.skins.settings import Settings
from forgegen.skins.skin import Skin
from forgegen.streams.stream import Stream

NATIVE = "native"  # the skin's own locale, profile or encoding
PLAIN = "none"  # no quirk
WEIGHTED = ("skins", "locales", "profiles", "quirks", "encodings", "split")

Weights = dict[str, int]


class SiteSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """That a corpus is a whole site, as ``forgegen serve`` shows it.

    - ``boards``: of the forum; ``at``: the moment at which it is seen, soon after the last thread came where empty
    - ``host``: of its addresses, which begin with ``http://``
    - ``faults``: rates by name, as in ``429=.1,gone=.01``
    """

    boards: int = 3
    at: str = ""
    host: str = "forum.example"
    faults: str = ""


class Spec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a corpus holds. Weights are whole numbers by name, sorted; ``settings.make_spec`` makes and checks one.

    - ``threads``, ``seed``: how many threads, and which
    - ``skins``, ``locales``, ``profiles``, ``encodings``: one of each a thread, by weight; ``native`` is the skin's,
      and so is an encoding that the skin drawn does not offer
    - ``quirks``: one a thread, by weight; ``none`` plants nothing, ``a+b`` plants both
    - ``cross``: every thread in every skin, instead of one
    - ``split``: which part a thread belongs to, by weight; ``split_by`` is what a part owns: its threads, or whole
      stories
    - ``formats``: written side by side; ``columns``: those kept, all where empty; the key is always kept
    - ``shard_size``: threads a file; ``layout`` of the formats that are many small files: a folder or a tar a shard
    - ``settings``: what boards' administrators chose: for each setting one value a thread, by weight; a skin keeps its
      own where it does not have the one drawn
    - ``data``: structured data, as in ``Page``: as the engine writes it unless a quirk is planted that needs Google's
    - ``noise``: what surrounds the thread; ``generator``: pages say that they are synthetic; ``templates``: folders
      with skins of one's own
    - ``site``: the threads are those of a site, and what stands beside them there is written too
    - ``page_object``, ``rename``: whose fixtures ``webpoet`` writes, and its names of fields with ours
    - ``quotes``: whether texts for benchmarks must have quotations in them (``keep``), must not (``drop``), or neither
    """

    threads: int = 1000
    seed: int = 0
    skins: Weights = msgspec.field(default_factory=lambda: {"reference": 1})
    cross: bool = False
    locales: Weights = msgspec.field(default_factory=lambda: {NATIVE: 1})
    profiles: Weights = msgspec.field(default_factory=lambda: {NATIVE: 1})
    quirks: Weights = msgspec.field(default_factory=lambda: {PLAIN: 1})
    encodings: Weights = msgspec.field(default_factory=lambda: {NATIVE: 1})
    split: Weights = msgspec.field(default_factory=lambda: {"train": 1})
    split_by: Literal["thread", "story"] = "thread"
    formats: tuple[str, ...] = ("jsonl",)
    columns: tuple[str, ...] = ()
    shard_size: int | None = None
    layout: Literal["tree", "tar"] | None = None
    noise: str = "usual"
    data: str = "seen"
    generator: bool = True
    templates: tuple[str, ...] = ()
    page_object: str = ""
    quotes: Literal["", "keep", "drop"] = ""
    rename: dict[str, str] = {}
    settings: dict[str, Weights] | UnsetType = UNSET
    site: SiteSpec | UnsetType = UNSET


class RowChoice(NamedTuple):
    """How a thread is made and shown: one skin's pages of it."""

    skin: str
    locale: str
    profile: str
    encoding: str
    quirks: tuple[str, ...]
    settings: Settings = ()


def choices(spec: Spec, index: int) -> list[RowChoice]:
    """The skins in which thread ``index`` is shown, sorted by name, each with all that makes its pages."""
    skins = sorted(spec.skins) if spec.cross else [pick(spec, "skins", index)]
    locale, profile = pick(spec, "locales", index), pick(spec, "profiles", index)
    encoding, quirks = pick(spec, "encodings", index), pick(spec, "quirks", index)
    planted = () if quirks == PLAIN else tuple(quirks.split("+"))
    found = []
    for name in skins:
        skin = load_skin(name, spec.templates)
        own = skin.locale if locale == NATIVE else locale
        sent = encoding if encoding in skin.encodings else NATIVE
        made = skin.profile if profile == NATIVE else profile
        found.append(RowChoice(name, own, made, sent, planted, _settings(spec, index, skin)))
    return found


def pick(spec: Spec, aspect: str, index: int) -> str:
    """The name that thread ``index`` gets of the weights ``aspect``; a single name needs no draw."""
    return _picked(spec.seed, getattr(spec, aspect), aspect, index)


def _settings(spec: Spec, index: int, skin: Skin) -> Settings:
    """The settings of thread ``index`` in a skin: of those drawn, what the skin has."""
    if spec.settings is UNSET:
        return ()
    drawn = {name: _picked(spec.seed, weights, f"settings/{name}", index) for name, weights in spec.settings.items()}
    there = {name: value for name, value in drawn.items() if name in skin.settings}
    return board_settings(
        skin.name,
        spec.templates,
        None,
        {name: value for name, value in there.items() if value in skin.settings[name].values},
    )


def _picked(seed: int, weights: Weights, aspect: str, index: int) -> str:
    if len(weights) == 1:
        return next(iter(weights))
    at = Stream(EDITION, seed, "corpus", aspect, index).below(sum(weights.values()))
    for name, weight in weights.items():
        if at < weight:
            return name
        at -= weight
    raise AssertionError("weights of one spec cannot change while it is drawn from")
