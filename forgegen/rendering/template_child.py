"""The process in which templates of strangers are rendered where there is a wall limit; see ``walls``."""

from __future__ import annotations

import os
import pickle
import sys
from contextlib import suppress

from forgegen.errors import SkinError
from forgegen.rendering.templating import environment, render_foreign
from forgegen.rendering.walls import MEMORY


def main() -> None:
    """Answer requests on standard input until it ends."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _bound_memory()
    answers.write(b".")
    answers.flush()
    while head := requests.read(8):
        folders, name, variables = pickle.loads(requests.read(int.from_bytes(head, "little")))  # noqa: S301 - ours
        try:
            good, text = b"y", "".join(render_foreign(environment(folders), name, variables))
        except SkinError as e:
            good, text = b"n", str(e)
        data = text.encode("utf-8", "surrogatepass")
        answers.write(good + len(data).to_bytes(8, "little") + data)
        answers.flush()


def _bound_memory() -> None:
    """Bound this process's memory, where the system can."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
