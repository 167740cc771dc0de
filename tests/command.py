"""The command line: called within this process, which costs little, or in one of its own, as users call it."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from forgegen.cli.main import run


class Done(NamedTuple):
    """How a command ended, and what it wrote."""

    returncode: int
    stdout: bytes
    stderr: bytes


def within(*arguments: str, stdin: bytes | None = None, cwd: Path | None = None) -> Done:
    """Call the command in this process."""
    given, out, err = (io.TextIOWrapper(io.BytesIO(data), "utf-8") for data in (stdin or b"", b"", b""))
    code: object = 0
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.chdir(cwd or Path.cwd()))
        stack.enter_context(patch.multiple(sys, argv=["forgegen", *arguments], stdin=given, stdout=out, stderr=err))
        try:
            run()
        except SystemExit as e:
            code = e.code
    written = []
    for stream in (out, err):
        stream.flush()
        written.append(stream.buffer.getvalue())
    return Done(code if isinstance(code, int) else 0, *written)


def apart(*arguments: str, stdin: bytes | None = None, cwd: Path | None = None, **env: str) -> Done:
    """Call the command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "forgegen", *arguments],
        input=stdin, capture_output=True, cwd=cwd, env={**os.environ, **env}, check=False,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)
