"""Checking that a spec can be a whole site."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET

from forgegen.corpus.formats.all_formats import formats
from forgegen.corpus.formats.registry import Replaying
from forgegen.corpus.recording import Recorder
from forgegen.corpus.spec import PLAIN, SiteSpec, Spec
from forgegen.errors import UsageError
from forgegen.model.calendar import iso_utc
from forgegen.site.exchange import is_host
from forgegen.site.faults import FAULTS, parse_faults
from forgegen.site.forum import MOST_BOARDS, MOST_THREADS

_ONE = ("skins", "locales", "profiles", "encodings", "split")
_ON_TAPE = ("vcr",)
_OFF_TAPE = ("dropped", "slow-headers", "slow-body")


def check_site(spec: Spec, site: SiteSpec) -> None:
    """Nothing, where the spec can be a site. Raises: UsageError and UnknownName with what would be right."""
    for name in _ONE:
        if len(getattr(spec, name)) > 1:
            raise UsageError(f"a site is one whole: {name} cannot be {list(getattr(spec, name))}; right would be one")
    for name, weights in ({} if spec.settings is UNSET else spec.settings).items():
        if len(weights) > 1:
            raise UsageError(f"a site has one value of setting {name}, not {list(weights)}; right would be one of them")
    if set(spec.quirks) != {PLAIN}:
        raise UsageError(f"pages of a site have no quirks: {list(spec.quirks)}; right would be none, or no site")
    if spec.cross:
        raise UsageError("a site has one skin; right would be without cross")
    _check_formats(spec)
    if not is_host(site.host):
        raise UsageError(f"host cannot be {site.host!r}; right would be a name as 'forum.example', without a scheme")
    if not 1 <= site.boards <= MOST_BOARDS or spec.threads > MOST_THREADS:
        raise UsageError(
            f"a site of {site.boards:,} boards and {spec.threads:,} threads; right would be 1 to {MOST_BOARDS} boards "
            f"and up to {MOST_THREADS:,} threads"
        )
    _check_faults(spec, parse_faults(site.faults))
    _check_moment(spec)


def _check_formats(spec: Spec) -> None:
    if spec.columns and "body" not in spec.columns:
        raise UsageError("a site is replayed from the bodies of its pages; right would be with the column body")
    replaying = [name for name, form in formats().items() if issubclass(form, Replaying)]
    for name in spec.formats:
        if name not in replaying:
            raise UsageError(
                f"format {name} has no place for the other pages of a site; right would be {', '.join(replaying)}"
            )


def _check_faults(spec: Spec, rates: Mapping[str, Any]) -> None:
    for name in rates:
        if name in _OFF_TAPE:
            known = ", ".join(sorted(set(FAULTS) - set(_OFF_TAPE)))
            raise UsageError(f"fault {name} leaves nothing to record; right would be one of {known}")
    if rates and not set(spec.formats) <= set(_ON_TAPE):
        raise UsageError(
            f"faults are recorded by {', '.join(_ON_TAPE)} alone, which keeps what came before at an address; "
            f"formats cannot be {list(spec.formats)}"
        )


def _check_moment(spec: Spec) -> None:
    """The site can be made, and at its moment no thread has come that the corpus would not hold."""
    forum = Recorder(spec).scene.forum
    latest = forum.schedule.present()
    if forum.now > latest:
        raise UsageError(
            f"at cannot be {iso_utc(forum.now)}: the site's {spec.threads:,} threads have come by {iso_utc(latest)}, "
            "and others follow; right would be a moment up to that"
        )
