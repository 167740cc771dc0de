"""The plan of a corpus: every setting that decides bytes, the shards that follow, the libraries that frame them.

``PLAN.json`` holds it. Neither path, executor, workers, times nor hosts are in it. ``run`` is the digest of all
settings but the number of threads, so that a corpus can grow without voiding what is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path

import msgspec
from msgspec import UNSET

from forgegen import __version__
from forgegen.corpus import files
from forgegen.corpus.checked_files import decode, read_own
from forgegen.corpus.columns import kept
from forgegen.corpus.formats.all_formats import formats
from forgegen.corpus.formats.registry import Settings
from forgegen.corpus.spec import Spec
from forgegen.errors import MissingExtra, PlanDiffers, ReadError, UnknownName, UsageError
from forgegen.generate.making import EDITION
from forgegen.skins.loading import template_folders

PLAN = "PLAN.json"
VERSION = 1
FOLDER_SHARDS = 1_000  # shards a folder: hosts of data sets limit the files in one
MOST_SHARDS = 10_000_000  # more are a slip or an attack: all their markers are read
TREE_THREADS = 1_000_000  # above, small files go into a tar a shard
_SMALLEST, _USUAL, _LARGEST = 100, 10_000, 50_000  # threads of a shard; the usual is about a minute of work, 100 MB
_FEW = 64  # shards of a small corpus: every worker has some
_MANY = 10_000  # of a large one: all their markers are read
_PACKAGE = Path(__file__).resolve().parent.parent


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A spec with its numbers filled in, and what it was made with."""

    version: int = VERSION
    run: str
    shards: int
    spec: Spec
    fingerprint: dict[str, str]

    @property
    def size(self) -> int:
        """Threads of a shard that is not the last."""
        assert self.spec.shard_size is not None
        return self.spec.shard_size

    def span(self, shard: int) -> range:
        """The threads of a shard."""
        return range(shard * self.size, min((shard + 1) * self.size, self.spec.threads))

    @property
    def settings(self) -> Settings:
        """What formats need to know."""
        spec = self.spec
        return Settings(self.run, spec.columns, spec.layout or "tree", spec.page_object, spec.rename, spec.quotes)

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of the split that have files of their own; one without a name where all is one part."""
        return tuple(self.spec.split) if len(self.spec.split) > 1 else ("",)

    def path(self, shard: int, form: str, split: str = "") -> str:
        """Where a shard's data in a format lies, below the corpus: that of one part, where there are several."""
        suffix = formats()[form].suffix
        if formats()[form].folder and self.spec.layout == "tar":
            suffix += ".tar"
        part = f"{split}/" if len(self.spec.split) > 1 else ""
        return f"data/{form}/{part}{shard // FOLDER_SHARDS:05d}/part-{shard:07d}{suffix}"

    def paths(self, shard: int, splits: Iterable[str]) -> list[str]:
        """Where all data of a shard lies that has threads of these parts."""
        parts = list(splits) if len(self.spec.split) > 1 else [""]
        return [self.path(shard, form, part) for form in self.spec.formats for part in parts]

    def marker(self, shard: int) -> str:
        """Where a shard's marker lies, below the corpus."""
        return f"_done/{shard // FOLDER_SHARDS:05d}/part-{shard:07d}.json"

    def to_bytes(self) -> bytes:
        """The plan as JSON for people to read."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"


def make_plan(spec: Spec, like: Plan | None = None) -> Plan:
    """The plan of a checked spec. What it leaves open is taken from ``like``, else from the number of threads alone."""
    size, layout = spec.shard_size, spec.layout
    if like is not None:
        size, layout = size or like.spec.shard_size, layout or like.spec.layout
    size = size or default_size(spec.threads)
    layout = layout or ("tar" if spec.threads > TREE_THREADS else "tree")
    columns = kept(spec.columns)
    if spec.settings is not UNSET and not spec.columns:
        columns = kept((*columns, "settings"))
    full = msgspec.structs.replace(
        spec, shard_size=size, layout=layout, columns=columns, formats=tuple(sorted(spec.formats))
    )
    run = run_of(full, EDITION)
    shards = -(-spec.threads // size)
    return Plan(run=run, shards=shards, spec=full, fingerprint=fingerprint(full))


def run_of(spec: Spec, edition: str) -> str:
    """The digest of all settings but the number of threads."""
    settings = {**msgspec.to_builtins(spec), "edition": edition, "version": VERSION}
    del settings["templates"]  # folders differ between machines; their contents are in fingerprint
    if spec.site is UNSET:
        del settings["threads"]  # of a site their number decides when each of them came
    if settings["split_by"] == "thread":
        del settings["split_by"]  # as before there was another
    for name in ("page_object", "quotes", "rename"):
        if not settings[name]:
            del settings[name]  # the same
    return sha256(msgspec.json.encode(settings, order="deterministic")).hexdigest()


def default_size(threads: int) -> int:
    """Threads of a shard, from their number alone: 1, 2 or 5 times a power of ten.

    At most 10,000, so that progress is seen and a kill loses little; up to 50,000 only where there would be more than
    10,000 shards.

    >>> [default_size(n) for n in (10, 1_000, 20_000, 10**6, 10**8, 10**9)]
    [100, 100, 500, 10000, 10000, 50000]
    """
    size = _SMALLEST
    while (size < _USUAL and size * _FEW < threads) or (size < _LARGEST and size * _MANY < threads):
        size = size * 5 // 2 if str(size)[0] == "2" else size * 2
    return size


def read_plan(out: Path) -> Plan | None:
    """The plan of the corpus in a folder; None where there is none.

    Raises: ReadError where it cannot be read.
    """
    try:
        raw = read_own(out, PLAN)
    except FileNotFoundError:
        return None
    return check_plan(decode(raw, Plan, f"{out / PLAN} is no plan of this version of forgegen"), str(out / PLAN))


def check_plan(plan: Plan, where: str) -> Plan:
    """The plan, where it fits itself: its shards come to its threads, and its digest is that of its settings.

    Nothing that it names is loaded. Raises: ReadError with what is wrong.
    """
    for problem in _problems(plan):
        raise ReadError(1, f"{where} is damaged: it has {problem}")
    return plan


def _problems(plan: Plan) -> Iterator[str]:
    spec, size = plan.spec, plan.spec.shard_size or 0
    if plan.version != VERSION:
        yield f"version {plan.version}; right would be {VERSION}"
    if not (1 <= spec.threads < 1 << 62 and 1 <= size < 1 << 62):
        yield f"{spec.threads} threads, {size} a shard; right would be numbers from 1"
    elif plan.shards != -(-spec.threads // size):
        yield f"{plan.shards} shards for {spec.threads} threads, {size} a shard"
    if plan.shards > MOST_SHARDS:
        yield f"{plan.shards:,} shards; right would be {MOST_SHARDS:,} or fewer"
    for form in spec.formats:
        if form not in formats():
            yield str(UnknownName("format", form, formats()))
    for part in spec.split:
        if not re.fullmatch(r"\w+", part, re.ASCII):
            yield f"a part {part[:40]!r}, which is no name of a folder"
    if run_of(spec, plan.fingerprint.get("edition", "")) != plan.run:
        yield "settings that are not those of its digest 'run'"


def store_plan(plan: Plan, out: Path) -> None:
    """Put the plan into the folder, unless it is there already.

    Raises: PlanDiffers where another is there, with all that differs.
    """
    if plan.shards > MOST_SHARDS:
        least = -(-plan.spec.threads // MOST_SHARDS)
        raise UsageError(f"{plan.shards:,} shards are too many; right would be a --shard-size of {least:,} or more")
    found = read_plan(out)
    if found is None and files.create_whole(out / PLAN, plan.to_bytes()):
        return
    found = found or read_plan(out)
    if found is not None and found != plan:
        raise plan_differs(out, found, plan)


def plan_differs(out: Path, there: Plan, asked: Plan) -> PlanDiffers:
    """The error of two plans: what they differ in, and where the state of forgegen differs, how to get the older."""
    words = differences(there, asked)
    other = any(there.fingerprint.get(name) != asked.fingerprint.get(name) for name in STATE)
    return PlanDiffers(str(out), words, how_to_get(there.fingerprint) if other else "")


def differences(there: Plan, asked: Plan) -> tuple[str, ...]:
    """What two plans differ in, in words: the one that is there first."""
    olds = {**msgspec.to_builtins(there.spec), **there.fingerprint}
    news = {**msgspec.to_builtins(asked.spec), **asked.fingerprint}
    if there.version != asked.version:
        olds["version"], news["version"] = there.version, asked.version
    both = olds.keys() & news.keys()  # a library that only one needs follows from the formats
    names = [name for name in olds if name in both and olds[name] != news[name]]
    return tuple(f"{name} is {olds[name]!r} there, {news[name]!r} here" for name in names)


def check_fingerprint(plan: Plan, out: Path, templates: tuple[str, ...] | None = None) -> None:
    """Nothing, where this process would write the plan's bytes. Raises: PlanDiffers.

    ``templates`` are the folders with skins; None those of the plan, which then has to be the caller's own.
    """
    spec = plan.spec if templates is None else msgspec.structs.replace(plan.spec, templates=templates)
    here = fingerprint(spec)
    if here != plan.fingerprint:
        raise plan_differs(out, plan, msgspec.structs.replace(plan, fingerprint=here))


STATE = ("forgegen", "edition", "words", "skins", "code")
"""What of a fingerprint says which state of forgegen made the pages, whatever they are written as."""


def state_of(fingerprint: Mapping[str, str]) -> dict[str, str]:
    """The state of forgegen that made pages: version and edition, and while that is ``dev`` digests of its parts."""
    return {name: fingerprint[name] for name in STATE if name in fingerprint}


def state_here(templates: Iterable[str | Path] = ()) -> dict[str, str]:
    """The state of this forgegen, with the skins of one's own in these folders."""
    return dict(_fingerprint((), tuple(map(str, templates))))


def how_to_get(state: Mapping[str, str]) -> str:
    """A sentence that says how to get the forgegen of another state."""
    marks = ", ".join(f"{name} {state[name]}" for name in STATE[2:] if name in state)
    version = state.get("forgegen", "?")
    text = f"The older is forgegen {version}: 'pip install forgegen=={version}' if it was released"
    if state.get("edition") == "dev" and marks:
        text += f"; in a checkout, the commit at which 'forgegen list state' prints {marks}"
    return f"{text}. Or write the corpus anew with this one, in another folder."


def fingerprint(spec: Spec) -> dict[str, str]:
    """What decides file bytes besides the settings. Python is not in it: the same bytes come from any version."""
    return dict(_fingerprint(spec.formats, spec.templates))


@lru_cache(maxsize=8)
def _fingerprint(names: tuple[str, ...], templates: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    found = {"forgegen": __version__, "edition": EDITION, "skins": _digest(_looks(templates))}
    if EDITION == "dev":  # output may still change between two states of words and code
        found |= {"words": _digest(_files(("locales",))), "code": _digest(_files(_DECIDING))}
    for package in sorted({package for name in names for package in formats()[name].packages}):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            raise MissingExtra(package, "corpus") from None
    return tuple(found.items())


_CODE = (".py", ".toml", ".txt", ".json")
_DECIDING = (
    "model", "streams", "generate", "forms", "skins", "rendering", "quirks", "pages", "profiles.toml", "bodies.toml",
    "site", "corpus/formats", "corpus/arrow.py", "corpus/exchanges.py", "corpus/others.py", "corpus/split_parts.py",
    "corpus/recording.py", "corpus/replays.py", "corpus/rows.py", "corpus/site_spec.py", "corpus/spec.py",
    "corpus/zstd.py", "reading/plain_text.py",
)  # fmt: skip


def _files(parts: Iterable[str]) -> Iterator[tuple[str, Path]]:
    """The files of parts of the package that decide what a row holds."""
    for part in parts:
        place = _PACKAGE / part
        for file in [place] if place.is_file() else place.rglob("*"):
            if file.suffix in _CODE:
                yield file.relative_to(_PACKAGE).as_posix(), file


def _looks(templates: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    """The files of all folders with skins: a skin may take parts of any other."""
    for number, folder in enumerate(template_folders(templates)):
        yield from ((f"{number}/{f.relative_to(folder).as_posix()}", f) for f in folder.rglob("*") if f.is_file())


def _digest(named: Iterable[tuple[str, Path]]) -> str:
    digest = sha256()
    for name, file in sorted(named):
        size, content = files.hash_file(file)
        digest.update(b"%s\0%d\0%s" % (name.encode(), size, content))
    return digest.hexdigest()[:16]
