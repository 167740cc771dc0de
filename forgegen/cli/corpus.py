"""``forgegen corpus`` and ``forgegen verify``: corpora of any size."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from forgegen.cli.corpus_progress import Checking, Writing, clock, event, size
from forgegen.cli.options import Choice, SettingPair, bound_foreign, mixed_settings, renames, templates_option
from forgegen.cli.output import say
from forgegen.corpus.estimate import Estimate, estimate
from forgegen.corpus.executors.all_executors import EXECUTORS, make_executor
from forgegen.corpus.executors.protocol import Executor
from forgegen.corpus.manifest import read_head
from forgegen.corpus.plan import Plan, make_plan, read_plan, store_plan
from forgegen.corpus.spec import WEIGHTED, Spec
from forgegen.corpus.spec_file import make_spec, parse_names, parse_weights, read_spec
from forgegen.corpus.verify import Verification, checked_skins, found_plan, repair, verify
from forgegen.corpus.write import check_target, extend, missing_shards, status, write
from forgegen.errors import Incomplete, ReadError, UsageError

_QUICK = 2_000_000_000  # bytes that one process hashes in a few seconds, in which workers hardly start
_OF_SITE = ("boards", "host", "at", "faults")
_MIX = "by weight: NAME or NAME=WEIGHT; may be given again."


def _workers(command: Any) -> Any:
    """The options that say who does the work."""
    for option in (
        click.option("--scheduler", metavar="ADDRESS", help="Of a Dask scheduler or Spark master already there."),
        click.option(
            "--executor",
            "--engine",
            type=Choice("executor", *EXECUTORS),
            default="local",
            show_default=True,
            help="What does the work: see 'forgegen list executors'.",
        ),
        click.option("--workers", type=click.IntRange(min=1), help="How many at once. [default: processors]"),
    ):
        command = option(command)
    return command


@click.command("corpus")
@click.argument("out")
@click.option("--spec", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Settings, TOML.")
@click.option("--threads", type=int, help="How many threads. [default: 1000]")
@click.option("--seed", type=int, help="Names the corpus. [default: 0]")
@click.option("--skin", "skins", multiple=True, metavar="S", help=f"Look of the pages, {_MIX} [default: reference]")
@click.option("--cross", is_flag=True, default=None, help="Every thread in every skin, instead of one by weight.")
@click.option(
    "--locale", "locales", multiple=True, metavar="L", help=f"Language or 'native', {_MIX} [default: the skin's]"
)
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    metavar="P",
    help=f"Sizes, growth, times or 'native', {_MIX} [default: the skin's]",
)
@click.option(
    "--quirk", "quirks", multiple=True, metavar="Q", help=f"Quirk to plant, 'a+b' or 'none', {_MIX} [default: none]"
)
@click.option(
    "--encoding",
    "encodings",
    multiple=True,
    metavar="E",
    help=f"Encoding or 'native', {_MIX} [default: the skin's first]",
)
@click.option(
    "--split", multiple=True, metavar="NAME=WEIGHT", help=f"Parts, {_MIX} A thread is in one. [default: train]"
)
@click.option(
    "--split-by",
    type=Choice("owner", "thread", "story", "person"),
    help="What a part owns: its threads, or whole stories. [default: thread]",
)
@click.option(
    "--setting",
    "settings",
    type=SettingPair(),
    multiple=True,
    help="What boards' administrators chose; of several values of one setting each thread has one.",
)
@click.option(
    "--noise", type=Choice("noise", "none", "usual", "wild"), help="What surrounds the thread. [default: usual]"
)
@click.option(
    "--data", type=Choice("data", "google", "seen", "none"), help="Structured data, as of 'page'. [default: seen]"
)
@click.option("--no-generator", is_flag=True, help="Leave out the meta tag that says the pages are synthetic.")
@templates_option
@click.option("--format", "formats", multiple=True, metavar="F", help="See 'forgegen list formats'. [default: html]")
@click.option("--columns", multiple=True, metavar="C", help="Columns to keep; the key is always kept. [default: all]")
@click.option("--site", is_flag=True, default=None, help="One site's threads, and all that a crawl meets beside them.")
@click.option("--boards", type=int, help="Boards of the site. [default: 3]")
@click.option("--host", help="Host in the site's addresses. [default: forum.example]")
@click.option("--at", metavar="TIME", help="Moment at which the site is seen. [default: the seed's]")
@click.option("--faults", metavar="SPEC", help="Rates by name, as for 'forgegen serve'; with format vcr.")
@click.option("--page-object", metavar="PKG:CLASS", help="Whose fixtures webpoet writes. [default: one of forgegen's]")
@click.option(
    "--rename", multiple=True, metavar="THEIRS=OURS", callback=renames, help="Its names of fields; may be given again."
)
@click.option("--quotes", type=Choice("quotes", "keep", "drop"), help="Whether texts of benchmarks have quotations.")
@click.option("--shard-size", type=int, metavar="THREADS", help="Threads a shard. [default: by their number]")
@click.option(
    "--layout",
    type=Choice("layout", "tree", "tar"),
    help="Small files in a folder or a tar a shard. [default: tar above a million threads]",
)
@click.option("--task-index", type=int, default=0, show_default=True, help="Which slice of the shards.")
@click.option("--task-count", type=int, default=1, show_default=True, help="Of how many slices.")
@click.option("--extend-to", type=int, metavar="N", help="Let the corpus in OUT grow to N threads.")
@_workers
@click.option("--dry-run", is_flag=True, help="Estimate pages, bytes and time; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Events (or the estimate) as JSON lines.")
def corpus_command(
    out: str, file: Path | None, extend_to: int | None, executor: str, workers: int | None, scheduler: str | None,
    task_index: int, task_count: int, dry_run: bool, as_json: bool, **options: Any,
) -> None:  # fmt: skip
    """Write a corpus of pages with their truth to the folder OUT, or finish one that was begun there.

    Options go before what the spec file says. Killed at any moment, the same command goes on; without --spec and
    --threads the settings of the corpus in OUT are taken. Another corpus in OUT is refused with what differs.

    \b
    Examples:
      forgegen corpus out --threads 10000 --format jsonl --workers 4
      forgegen corpus out --spec corpus.toml --dry-run
      forgegen corpus out --threads 5000 --format parquet --format warc --split train=8 --split dev=1 --split test=1
      forgegen corpus out --threads 20000000 --format parquet --task-index 3 --task-count 64
      forgegen corpus out --extend-to 20000
      forgegen corpus out --site --skin phpbb3 --threads 100 --format har
    """
    spec = _spec(out, file, extend_to, options)
    bound_foreign(click.get_current_context(), tuple(map(Path, spec.templates)))
    if dry_run:
        folder = check_target(out)
        _show_estimate(estimate(make_plan(spec, read_plan(folder))), workers or 1, as_json=as_json)
        return
    runner = make_executor(executor, workers=workers, scheduler=scheduler)
    plan = _plan(spec, out, growing=extend_to is not None)
    left = missing_shards(plan, Path(out))
    progress = Writing(plan.shards, plan.shards - len(left), events=as_json)
    if as_json:
        event("plan", run=plan.run, threads=plan.spec.threads, shards=plan.shards, done=plan.shards - len(left))
    try:
        manifest = write(
            plan, out, executor=runner, task_index=task_index, task_count=task_count, on_record=progress.add
        )
    except Incomplete as e:
        say(f"forgegen: {e}", err=True)
        sys.exit(1)
    finally:
        progress.close()
    _report(out, manifest, as_json=as_json)


def _spec(out: str, file: Path | None, extend_to: int | None, options: dict[str, Any]) -> Spec:
    """The spec: of the file, else of the corpus in the folder where no size is asked for; options go before it."""
    settings: dict[str, Any] = {"formats": ["html"]}
    there = read_plan(check_target(out))
    if file is not None:
        settings |= read_spec(file)
    elif there is not None and options["threads"] is None:
        settings = msgspec.to_builtins(there.spec)
        checked_skins(there, options["templates"])
    for name, value in options.items():
        if name in WEIGHTED and value:
            settings[name] = parse_weights(value)
        elif name in ("formats", "columns") and value:
            settings[name] = parse_names(value)
        elif name == "templates" and value:
            settings[name] = [str(folder) for folder in value]
        elif name == "settings" and value:
            settings[name] = mixed_settings(value)
        elif name == "no_generator":
            settings |= {"generator": False} if value else {}
        elif name not in _OF_SITE and value not in (None, (), {}):
            settings[name] = value
    _ask_site(settings, {name: options[name] for name in _OF_SITE if options[name] is not None})
    if extend_to is not None:
        settings["threads"] = extend_to
    return make_spec(settings)


def _ask_site(settings: dict[str, Any], asked: dict[str, Any]) -> None:
    """Put the options of a site into the settings. Raises: UsageError where there is no site."""
    site = settings.get("site")
    if asked and not isinstance(site, dict) and site is not True:
        raise UsageError(f"--{next(iter(asked))} is for a site; right would be with --site")
    if asked:
        settings["site"] = {**(site if isinstance(site, dict) else {}), **asked}


def _plan(spec: Spec, out: str, *, growing: bool) -> Plan:
    folder = check_target(out)
    there = read_plan(folder)
    if growing and there is not None:
        return extend(spec, folder)
    plan = make_plan(spec, there)
    store_plan(plan, folder)
    return plan


def _show_estimate(found: Estimate, workers: int, *, as_json: bool) -> None:
    if as_json:
        event("estimate", workers=workers, **msgspec.to_builtins(found))
        return
    say(f"{found.threads:,} threads in {found.shards:,} shards of {found.shard_size:,}")
    say(f"about {found.pages:,} pages, {size(found.body_bytes)} of HTML, {found.files:,} files")
    for name, number in found.written.items():
        say(f"  {name:<8} {size(number)}")
    spent = clock(found.cpu_seconds / workers)
    say(f"about {spent} with {workers} worker(s), from {found.sample} threads; nothing was written")


def _report(out: str, manifest: str | None, *, as_json: bool) -> None:
    state = status(out)
    if as_json:
        event("done", manifest_sha256=manifest, **msgspec.to_builtins(state))
    elif manifest is None:
        say(f"this slice is done: {state.done} of {state.shards} shards of {out} are there", err=True)
    else:
        say(f"wrote {out}: {state.pages:,} pages, {size(state.body_bytes)} of HTML", err=True)
        say(f"check {out}: forgegen verify {out}", err=True)


@click.command("verify")
@click.argument("out")
@click.option(
    "--regenerate", type=click.IntRange(min=0), default=0, metavar="N", help="Make N threads again to compare."
)
@click.option("--salt", help="Names the choice of threads to make again. [default: another each time]")
@click.option("--repair", "mend", is_flag=True, help="Write again what is damaged or missing.")
@templates_option
@_workers
@click.option("--json", "as_json", is_flag=True, help="What was found as JSON.")
def verify_command(
    out: str, regenerate: int, salt: str | None, mend: bool, templates: tuple[Path, ...], executor: str,
    workers: int | None, scheduler: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Compare the corpus in the folder OUT with its manifest: every file's digest, and pages made again.

    Exit code 1 where something is wrong; with --repair it is written again, and 0 where all is right afterwards.
    Nothing that the corpus names is run or loaded: skins of your own have to be repeated as --templates.

    \b
    Examples:
      forgegen verify out
      forgegen verify out --regenerate 3 --workers 8
      forgegen verify out --repair --workers 4
    """
    folder, plan, _ = found_plan(out)
    runner = _checkers(folder, executor, workers, scheduler)
    if not mend:
        found = _checked(folder, plan, runner, regenerate, salt, templates)
        _show(out, found, as_json=as_json)
        sys.exit(0 if found.sound else 1)
    progress = Writing(plan.shards, 0, events=False)
    maker = make_executor(executor, workers=workers, scheduler=scheduler)
    before = repair(
        folder, executor=maker, regenerate=regenerate, salt=salt, on_record=progress.add, templates=templates
    )
    progress.close()
    after = _checked(folder, plan, runner, 0, None, ())
    if not as_json:
        _say_some(before.problems, err=True)
    _show(out, after, as_json=as_json)
    sys.exit(0 if after.sound else 1)


def _checkers(folder: Path, executor: str, workers: int | None, scheduler: str | None) -> Executor:
    """Who hashes: unless told otherwise one process for what takes it a few seconds, then one a processor."""
    if executor == "local" and workers is None and _size(folder) < _QUICK:
        workers = 1
    return make_executor(executor, workers=workers, scheduler=scheduler)


def _size(folder: Path) -> int:
    """Bytes that the manifest lists; 0 where there is none to read."""
    try:
        head = read_head(folder)
    except ReadError:
        head = None
    return 0 if head is None else sum(head.summary.written.values())


def _checked(
    folder: Path, plan: Plan, executor: Executor, regenerate: int, salt: str | None, templates: tuple[Path, ...]
) -> Verification:
    progress = Checking(plan.shards)
    try:
        return verify(
            folder, executor=executor, regenerate=regenerate, salt=salt, on_shard=progress.add, templates=templates
        )
    finally:
        progress.close()


_SHOWN = 20  # of problems, as many as a screen has room for


def _say_some(problems: Sequence[object], *, err: bool = False) -> None:
    for problem in problems[:_SHOWN]:
        say(str(problem), err=err)
    if len(problems) > _SHOWN:
        say(f"and {len(problems) - _SHOWN:,} more problems; --json lists all of a check", err=err)


def _show(out: str, found: Verification, *, as_json: bool) -> None:
    if as_json:
        say(msgspec.json.encode({"sound": found.sound, **msgspec.to_builtins(found)}).decode())
        return
    _say_some(found.problems)
    again = f", {len(found.regenerated)} threads made again (--salt {found.salt})" if found.regenerated else ""
    what = f"{found.shards} shards, {found.files:,} files, {size(found.bytes)}{again}"
    if found.sound:
        say(f"{out} is sound: {what}; content {found.content_sha256}")
    else:
        say(f"{out} has {len(found.problems)} problem(s): {what}. 'forgegen verify {out} --repair' mends shards")
