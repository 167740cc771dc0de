"""Tests for pytest that hold a parser to the pages of a hunt again, without Hypothesis."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from forgegen.assess.same_cause import Bug

_GONE = ("timeout", "memory", "output")  # what a test in its own process must not run into


class Rerun(NamedTuple):
    """How a hunt's parser was called, and what was compared."""

    spec: str | None
    cmd: str | None
    timeout: float
    memory: int
    renames: dict[str, str]
    fields: tuple[str, ...]
    whitespace: str
    form: str = "text"


def tests_of(bugs: Iterable[Bug], how: Rerun) -> str:
    """The text of a module with a test for each bug: a parser that can be imported is called by ``check``, a command,
    and what ended or hung, in a process with limits."""
    tests = [_test(number, bug, how) for number, bug in enumerate(bugs, 1)]
    used = "".join(tests)
    lines = [f'"""Pages on which {_plain(how.spec or how.cmd or "")} failed: written by forgegen hunt."""', ""]
    if "    check(" in used:
        lines += [f"import {str(how.spec).partition(':')[0]} as hunted", "from forgegen.assess.check import check"]
    if "    rerun(" in used:
        lines.append("from forgegen.assess.hunt_findings import rerun")
    lines += [f"from forgegen.model.{module} import *  # noqa: F403" for module in ("bodies", "calendar", "thread")]
    lines += ["from forgegen.pages.page import Page", ""]
    return "\n".join(lines) + "".join(tests)


def _test(number: int, bug: Bug, how: Rerun) -> str:
    """One test."""
    f = bug.finding
    name = re.sub(r"\W+", "_", f"{f.field} {f.kind}", flags=re.ASCII).strip("_").lower()
    words = _plain(f"{f.message} [{', '.join(bug.quirks) or 'no label'}]")
    options = _options(how)
    if _is_checked(bug, how):
        call = f"check(hunted.{str(how.spec).partition(':')[2]}, page{options})"
    else:
        command = f", cmd={how.cmd!r}" if how.cmd is not None else ""
        call = f"rerun({how.spec!r}, page{command}, timeout={how.timeout!r}, memory={how.memory!r}{options})"
    return f"""

def test_{number:02d}_{name}():
    \"\"\"{words}\"\"\"
    page = {bug.page!r}  # noqa: E501
    {call}
"""


def _is_checked(bug: Bug, how: Rerun) -> bool:
    """Whether a finding comes up again where the parser is called in the test's own process."""
    f = bug.finding
    lives = f.field != "parser" or bool(f.place)
    return how.spec is not None and lives and bug.page.readers != "hostile"


def _options(how: Rerun) -> str:
    given: list[tuple[str, object, object]] = [
        ("fields", list(how.fields), []),
        ("rename", how.renames, {}),
        ("whitespace", how.whitespace, "fold"),
        ("form", how.form, "text"),
    ]
    return "".join(f", {name}={value!r}" for name, value, usual in given if value != usual)


def _plain(text: str) -> str:
    """A text that can stand in a docstring, on one line."""
    return " ".join(ascii(text)[1:-1].replace("\\\\", "/").replace('"', "'").split())[:200].rstrip("\\")
