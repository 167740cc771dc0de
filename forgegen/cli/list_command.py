"""``forgegen list``: what can be named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

import click
import msgspec

from forgegen.cli.options import Choice, templates_option
from forgegen.cli.output import emit, say
from forgegen.errors import UsageError
from forgegen.skins.loading import load_skin, skin_names

Rows = list[dict[str, object]]


def _skins(templates: tuple[str, ...]) -> Rows:
    skins = [load_skin(name, templates) for name in skin_names(templates)]
    return [{"name": s.name, "about": s.title, "kind": s.kind, "encoding": s.encoding} for s in skins]


def _locales(_: tuple[str, ...]) -> Rows:
    from forgegen.generate.lexicon import load_lexicon, locale_names

    return [{"name": n, "about": f"{len(load_lexicon(n).topics)} news topics"} for n in locale_names()]


def _profiles(_: tuple[str, ...]) -> Rows:
    from forgegen.generate.profile import load_profile, profile_names

    return [{"name": n, "about": f"up to {load_profile(n).sizes_cap} comments"} for n in profile_names()]


def _formats(_: tuple[str, ...]) -> Rows:
    """What corpora are written in, and what single pages and threads are."""
    from forgegen.corpus.formats.all_formats import formats

    rows: Rows = [{"name": name, "about": f"corpus: {form.about}"} for name, form in formats().items()]
    return [
        *rows,
        {"name": "truth", "about": "page: ground truth as JSON; html and both as well"},
        {"name": "json", "about": "thread: as JSON; text as well"},
    ]


def _state(templates: tuple[str, ...]) -> Rows:
    """What pages of this forgegen depend on; a corpus' plan and card name the same."""
    from forgegen.corpus.plan import state_here

    return [{"name": name, "about": mark} for name, mark in state_here(templates).items()]


def _engines(templates: tuple[str, ...]) -> Rows:
    """Forum engines, with the versions that the skins show."""
    skins = [load_skin(name, templates) for name in skin_names(templates)]
    rows: Rows = []
    for engine in sorted({skin.engine for skin in skins} - {""}, key=str.casefold):
        of = [skin for skin in skins if skin.engine == engine]
        versions = sorted({skin.engine_version for skin in of} - {""})
        names = [skin.name for skin in of]
        about = f"{', '.join(versions) or 'no versions'}: {', '.join(names)}"
        rows.append({"name": engine, "about": about, "versions": versions, "skins": names})
    return rows


def settings_of(skin: str, templates: tuple[str, ...] = (), ui: str | None = None) -> Rows:
    """The settings of a skin's board, with values, default and source."""
    return [
        {
            "name": name,
            "about": setting.about,
            "default": setting.default,
            "values": {value: told.note for value, told in setting.values.items()},
            "needs": {value: told.needs for value, told in setting.values.items() if told.needs},
            "source": setting.source,
        }
        for name, setting in load_skin(skin, templates, ui).settings.items()
    ]


def _quirks(_: tuple[str, ...]) -> Rows:
    from forgegen.quirks.catalogue import QUIRKS

    return [
        {
            "name": q.name,
            "about": q.about,
            "catches": q.catches,
            "class": q.klass,
            "layer": q.layer,
            "readers": q.readers,
            "plausible": q.plausible,
            "source": q.source,
            "implies": list(q.implies),
        }
        for q in QUIRKS.values()
    ]


def _executors(_: tuple[str, ...]) -> Rows:
    from forgegen.corpus.executors.all_executors import EXECUTORS

    return [{"name": n, "about": e.about, "extra": e.extra} for n, e in EXECUTORS.items()]


def _faults(_: tuple[str, ...]) -> Rows:
    from forgegen.site.faults import FAULTS

    return [
        {"name": f.name, "about": f"{f.about} ({f.lasting}, {f.seen})", "catches": f.catches} for f in FAULTS.values()
    ]


KINDS: dict[str, Callable[[tuple[str, ...]], Rows]] = {
    "skins": _skins,
    "quirks": _quirks,
    "locales": _locales,
    "profiles": _profiles,
    "formats": _formats,
    "executors": _executors,
    "engines": _engines,
    "state": _state,
    "faults": _faults,
}
"""What can be listed; each imports what it lists, and no other does."""


SETTINGS = "settings"


@click.command("list")
@click.argument("kind", type=Choice("kind", *KINDS, SETTINGS))
@click.option("--json", "as_json", is_flag=True, help="A JSON array of objects.")
@click.option("--skin", help="Whose settings; for 'settings' alone.")
@click.option("--ui", help="Language of the furniture, for 'settings' alone. [default: the skin's first]")
@templates_option
def list_command(kind: str, as_json: bool, skin: str | None, ui: str | None, templates: tuple[Path, ...]) -> None:
    """List what can be named.

    \b
    Examples:
      forgegen list skins
      forgegen list profiles --json
      forgegen list settings --skin xenforo2
    """
    folders = tuple(map(str, templates))
    if (kind == SETTINGS) != (skin is not None) or (ui is not None and skin is None):
        raise UsageError("--skin and --ui go with 'settings', and 'settings' needs --skin, as in --skin xenforo2")
    rows = KINDS[kind](folders) if skin is None else settings_of(skin, folders, ui)
    if as_json:
        emit(msgspec.json.encode(rows) + b"\n", None)
        return
    if skin is not None:
        _tell_settings(skin, rows)
        return
    width = max((len(str(row["name"])) for row in rows), default=0)
    for row in rows:
        say(f"{row['name']!s:<{width}}  {row['about']}")
    if not rows:
        say(f"There are no {kind} yet.", err=True)


def _tell_settings(skin: str, rows: Rows) -> None:
    """Print each setting with its values, the default marked, and its source."""
    for row in rows:
        say(f"{row['name']}: {row['about']}")
        values = cast("dict[str, str]", row["values"])
        width = max(map(len, values))
        for value, note in values.items():
            usual = " (default)" if value == row["default"] else ""
            say(f"  {value:<{width}}  {note}{usual}".rstrip())
        say(f"  source: {row['source']}")
    if not rows:
        say(f"The board of skin {skin!r} has no settings.", err=True)
