"""How hostile parsers, skins and corpus folders end: ``python -m tests.bench.hostile [--seconds 60]``.

Every parser of ``tests/test_hostile_parsers.py`` is scored, every template and folder of a skin of ``tests/test_trust.py``
is rendered and read, every corpus folder of ``tests/test_corpus_strangers.py`` is verified, mended and scored, by the
commands that users call, each in a process of its own. Each must end by itself, with one of the exit codes 0, 1 and 2,
without a traceback, and what it says must fit on a screen: of a skin in one line, of a parser in one for each page, of a
corpus in one for each problem. The exit code is 1 where one does not.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from forgegen.corpus.executors.local import LocalExecutor
from forgegen.corpus.spec_file import make_spec
from forgegen.corpus.write import write
from tests import test_corpus_strangers as strangers
from tests import test_hostile_parsers as parsers
from tests import test_trust as trust

ROOT = Path(__file__).parent.parent.parent
SCREEN, LONGEST = 24, 5_000


class Attack(NamedTuple):
    """What is attacked, by what, the command, and how many lines it may take on standard error."""

    kind: str
    name: str
    words: tuple[str, ...]
    lines: int


def attacks(folder: Path) -> Iterator[Attack]:
    """All of them; what they need is made in the folder before each."""
    (folder / "hostile.py").write_text(parsers.PARSERS)
    for name, *_ in parsers.EXPECTED:
        limits = ("--timeout", "2", "--memory", "256M", "--limit", "1")
        yield Attack(
            "parser", name, ("score", f"hostile:{name}", "--seed", "1", "--threads", "1", *limits, "--json"), 2
        )
    (folder / "page.html").write_text("<title>x</title>")
    for number, (name, change) in enumerate([*_skins()]):
        (folder / f"skins{number}").mkdir()
        change(trust.folder_of(folder / f"skins{number}", "x") / "evil")
        options = ("--skin", "evil", "--templates", f"skins{number}")
        yield Attack("skin", name, ("page", *options, "-o", "/dev/null"), 1)
        if name in trust.HOSTILE_FOLDERS:
            yield Attack("skin", name, ("extract", "page.html", *options), 1)
    write(make_spec(strangers.SMALL), folder / "sound", executor=LocalExecutor(1))
    (folder / "answers.jsonl").write_text(strangers.ANSWER)
    for name, (change, _) in strangers.HOSTILE.items():
        for number, words in enumerate(
            (("verify",), ("score", "--predictions", "answers.jsonl", "--truth"), ("verify", "--repair"))
        ):
            out = f"corpus-{name}-{number}"
            shutil.copytree(folder / "sound", folder / out)
            change(folder / out)
            yield Attack("corpus folder", name, (*words, out), SCREEN)


def _skins() -> Iterator[tuple[str, trust.Change]]:
    for name, (template, _) in trust.HOSTILE.items():
        yield name, lambda path, text=template: (path / "thread.html").write_text("\n" + text, "utf-8")  # type: ignore[misc]
    for name, (change, _) in trust.HOSTILE_FOLDERS.items():
        yield name, change


def fault(attack: Attack, folder: Path, seconds: float) -> str | None:
    """What is wrong with how a command ends, None where nothing is."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "forgegen", *attack.words], cwd=folder, capture_output=True, timeout=seconds,
            stdin=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"did not end within {seconds:g} s"
    text = done.stderr.decode("utf-8", "replace")
    if done.returncode not in (0, 1, 2) or "Traceback" in text:
        return f"ended with {done.returncode}: {text[-300:]}"
    if len(text.splitlines()) > attack.lines or len(text) > LONGEST:
        return f"said {len(text.splitlines())} lines of {len(text):,} characters"
    if done.returncode == 2 and not text.strip():
        return "said nothing"
    return None


def main() -> int:
    """0 where all end as they should."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.hostile", description=__doc__)
    options.add_argument("--seconds", type=float, default=60, help="for one command")
    options.add_argument("--only", choices=("parser", "skin", "corpus folder"))
    asked = options.parse_args()
    tried: dict[str, set[str]] = {}
    wrong, commands, start = Counter[str](), 0, time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        for attack in attacks(Path(folder)):
            if asked.only not in (None, attack.kind):
                continue
            commands += 1
            tried.setdefault(attack.kind, set()).add(attack.name)
            told = fault(attack, Path(folder), asked.seconds)
            if told is not None:
                wrong[attack.kind] += 1
                print(f"{attack.kind} {attack.name}, {attack.words[0]}: {told}", file=sys.stderr, flush=True)
    figures = {kind: {"tried": len(names), "wrong": wrong[kind]} for kind, names in tried.items()}
    print(json.dumps({**figures, "commands": commands, "seconds": round(time.perf_counter() - start, 1)}))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
