"""Profiles: named sets of parameters for sizes, growth, times and mixes, read from ``profiles.toml``.

Every number becomes fixed-point (16 fractional bits) on reading, by ``decimal``; no float is ever made.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

import msgspec

from forgegen.errors import UnknownName
from forgegen.model.calendar import days_from_civil
from forgegen.streams.fixed import ONE, exp, fixed, log

_GAIN_CAP = 40  # replies received that still make an author likelier to return
_HORIZON = 4096  # comments for which the chance of a new author is tabulated; it stays there after


class Growth(msgspec.Struct, frozen=True, kw_only=True):
    """Growth of the tree, fixed-point; ``ln_kappa`` None means the tree comes first and authors are laid over it."""

    alpha: int
    ln_beta: int
    sd_beta: int
    tau: int
    ln_kappa: int | None = None
    sd_kappa: int = 0
    w_self: int = ONE
    rho: int = 0
    sigma: int = 0
    c: int = 0


class NameLimits(msgspec.Struct, frozen=True):
    """What names an engine registers: the characters of a class of regular expressions, and at most so many."""

    of: str
    most: int

    def hold(self, name: str, room: int = 0) -> bool:
        """Whether a name fits, with room for so many characters more."""
        return len(name) + room <= self.most and re.fullmatch(f"[{self.of}]+", name) is not None


class Profile(msgspec.Struct, frozen=True, dict=True, kw_only=True):
    """One named set of parameters; fixed-point where not an index, a count or a list."""

    name: str
    growth: Growth
    authors: Mapping[str, int]
    population: int
    t0: Decimal
    s: int
    sizes_zero: int
    sizes_cap: int
    sizes_lognormal: tuple[int, int] | None
    sizes_quantiles: tuple[int, ...] | None
    times: Mapping[str, int]
    zones: Mapping[str, int]
    first_day: int
    days: int
    views: Mapping[str, int]
    likes: Mapping[str, int]
    likes_cap: int
    text: Mapping[str, int]
    personas: Mapping[str, int]
    story: str = "news"  # or "post": the thread begins with a member's opening post
    bodies: str = "news"  # the table of bodies.toml of what stands in posts beside words
    linear: bool = False  # floors are numbered as posts arrive, the opening post being the first
    names: NameLimits | None = None  # where engines are narrow; then members post links, not outlets

    @cached_property
    def novelty(self) -> tuple[int, ...]:
        """Cumulated novelty τ + τ² + … by lag, from lag 0, until a step is worth nothing."""
        tau, step, sums = self.growth.tau, ONE << 16, [0]
        while True:
            step = step * tau >> 16
            if not step >> 4:
                return tuple(sums)
            sums.append(sums[-1] + step)

    @cached_property
    def returning(self) -> tuple[int, ...]:
        """Weight of an author who wrote already, by replies received: g^r, up to a cap (16 bits)."""
        weights = [ONE]
        for _ in range(_GAIN_CAP):
            weights.append(weights[-1] * self.authors["g"] >> 16)
        return tuple(weights)

    @cached_property
    def new_author(self) -> tuple[int, ...]:
        """Chance that the comment after t others has an author new to the thread, for t = 0, 1, … (16 bits)."""
        start = log(int(1000 * self.t0))
        grown = (log(1000 * t + int(1000 * self.t0)) - start for t in range(_HORIZON))
        return tuple(exp(-(self.s * g >> 16), bits=16) for g in grown)


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, Any]]:
    text = (files("forgegen") / "profiles.toml").read_text("utf-8")
    return tomllib.loads(text, parse_float=Decimal)


def profile_names() -> tuple[str, ...]:
    """The names of all profiles, the default first."""
    return tuple(name for name in _tables() if name != "default")


@lru_cache(maxsize=32)
def load_profile(name: str) -> Profile:
    """A profile by name.

    Raises: UnknownName.
    """
    if name not in profile_names():
        raise UnknownName("profile", name, profile_names())
    default, own = _tables()["default"], _tables()[name]
    times, views, likes, text = ({**default[k], **own.get(k, {})} for k in ("times", "views", "likes", "text"))
    sizes, authors = own["sizes"], dict(own["authors"])
    first: datetime.date = times["first_day"]
    law, quantiles = sizes.get("lognormal"), sizes.get("quantiles")
    return Profile(
        name=name,
        growth=Growth(**{k: fixed(v) for k, v in own["growth"].items()}),
        population=authors.pop("population"),
        t0=Decimal(authors.pop("t0")),
        s=fixed(authors.pop("s")),
        authors={k: fixed(v) for k, v in authors.items()},
        sizes_zero=fixed(sizes["zero"]),
        sizes_cap=sizes["cap"],
        sizes_lognormal=(fixed(law[0]), fixed(law[1])) if law else None,
        sizes_quantiles=tuple(quantiles) if quantiles else None,
        times={k: fixed(times[k]) for k in ("mu", "sd_between", "sd_within")},
        zones=times["zones"],
        first_day=days_from_civil(first.year, first.month, first.day),
        days=times["days"],
        views={k: fixed(v) for k, v in views.items()},
        likes={k: fixed(likes[k]) for k in ("zero", "mu", "sd")},
        likes_cap=likes["cap"],
        text={k: fixed(text[k]) for k in ("traditional", "stock")},
        personas=text["personas"],
        story=own.get("story", "news"),
        bodies=own.get("bodies", "news"),
        linear=own.get("linear", False),
        names=NameLimits(**own["names"]) if "names" in own else None,
    )
