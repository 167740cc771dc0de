"""The same (seed, index) gives the same bytes, whatever the process around it is like."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from forgegen.generate.making import make_thread
from forgegen.pages.page import render
from tests.tiers import amount

GOLDEN = Path(__file__).with_name("golden.json")
INDICES = [*range(25), 10**6, 10**12]
PROFILES = ["reference", "barrapunto", "meneame-nested"]
LOCALES = {"en": ["forum", "reference"], "zh-CN": ["forum"]}  # beside the default locale's profiles

SCRIPT = """
import hashlib, json, sys
from forgegen import make_thread, render
out = {}
for index in json.loads(sys.argv[1]):
    pages = render(make_thread(7, index))
    out[str(index)] = hashlib.sha256(b"".join(p.body + p.truth.to_json().encode() for p in pages)).hexdigest()
print(json.dumps(out))
"""


def digest(seed: int, index: int, profile: str = "reference", locale: str = "zh-CN") -> str:
    """SHA-256 of all pages of a thread and their truths."""
    pages = render(make_thread(seed, index, profile=profile, locale=locale))
    return hashlib.sha256(b"".join(p.body + p.truth.to_json().encode() for p in pages)).hexdigest()


def elsewhere(indices: list[int], cwd: Path, **env: str) -> dict[str, str]:
    """Digests made in another process."""
    done = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-c", SCRIPT, json.dumps(indices)],
        cwd=cwd, env={**os.environ, **env}, capture_output=True, check=True,
    )  # fmt: skip
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.scaled
def test_bytes_do_not_depend_on_the_process(tmp_path: Path) -> None:
    """Other hash seeds, zones, locales, working directories and orders of work give the same bytes."""
    indices = INDICES[:: amount(13, 1)]
    here = {str(i): digest(7, i) for i in indices}
    one = elsewhere(indices, tmp_path, PYTHONHASHSEED="1", TZ="Asia/Shanghai", LC_ALL="C")
    two = elsewhere(indices[::-1], Path("/"), PYTHONHASHSEED="4242", TZ="America/New_York", LC_ALL="C.UTF-8")

    assert one == here
    assert two == here


def test_bytes_are_the_golden_ones() -> None:
    """Within an edition output does not change; after a change on purpose: python -m tests.test_determinism."""
    golden = json.loads(GOLDEN.read_text("utf-8"))

    assert golden == goldens()


def goldens() -> dict[str, str]:
    """Digests of some threads of some profiles."""
    indices = (0, 1, 2, 3, 10**12)
    found = {f"{profile}/{i}": digest(2027, i, profile) for profile in PROFILES for i in indices}
    for locale, profiles in LOCALES.items():
        found |= {f"{locale}/{p}/{i}": digest(2027, i, p, locale) for p in profiles for i in indices}
    return found


@pytest.mark.every
def test_far_indices_cost_what_near_ones_do() -> None:
    """Nothing is skipped over: a stream's work depends on the thread, not on its index (function calls counted)."""

    def calls(index: int) -> int:
        count = 0

        def tracer(frame: object, event: str, arg: object) -> None:
            nonlocal count
            count += 1

        sys.setprofile(tracer)
        try:
            thread = make_thread(7, index)
        finally:
            sys.setprofile(None)
        return count // (len(thread.posts) + 10)

    for index in range(300):  # most of what is read or kept once has been
        make_thread(7, index)
    near = sorted(calls(1000 + i) for i in range(40))  # as new to the caches as the far ones
    far = sorted(calls(10**12 + i) for i in range(40))

    assert far[20] < 1.5 * near[20]


def test_clock_and_global_dice_are_not_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Generation works with the clock and the global random source taken away."""

    def refuse(*args: object) -> None:
        raise AssertionError("touched")

    for module, name in (
        (random, "random"),
        (random, "randrange"),
        (random, "choice"),
        (time, "time"),
        (time, "localtime"),
    ):
        monkeypatch.setattr(module, name, refuse)

    assert len(digest(7, 123)) == 64


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(goldens(), indent=1) + "\n", "utf-8")
