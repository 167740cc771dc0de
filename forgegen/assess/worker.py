"""The process in which a parser of the user runs; ``runner`` starts it.

It loads the parser once, then forks a child that answers; when the child dies, the next one is forked within
milliseconds, with the parser loaded. Where there is no fork, or the parser's module has started threads, it answers
itself, and a death is the process's own. What the parser prints goes to standard error.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from forgegen.assess.adapting import wanted_by
from forgegen.assess.ipc import (
    ANSWER,
    DIED,
    LIMIT,
    READY,
    REFUSED,
    Failure,
    ParserAnswer,
    ParserRequest,
    dump,
    encode_answer,
    load,
    numbered,
    read_frame,
    request_decoder,
    system_bounds_memory,
    write_frame,
)
from forgegen.assess.predict import read_prediction
from forgegen.assess.supervisor import MARK, kill_marked
from forgegen.errors import UsageError
from forgegen.pages.response import KINDS, response

Parser = Callable[[Any], Any]
_OWN = str(Path(__file__).parent)


def load_parser(spec: str) -> Parser:
    """The function that ``PKG:FUNC`` names; the working directory counts as a place for packages.

    Raises: UsageError where there is none.
    """
    module_name, colon, name = spec.partition(":")
    if not colon or not module_name or not name:
        raise UsageError(f"{spec!r} names no parser; right would be PKG:FUNC, as in 'my_package.forum:parse'")
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        found: Any = importlib.import_module(module_name)
    except ModuleNotFoundError as e:
        if e.name and (module_name == e.name or module_name.startswith(f"{e.name}.")):
            raise UsageError(f"{spec!r}: there is no module {e.name!r}, in {Path.cwd()} neither") from None
        raise UsageError(f"{spec!r} cannot be imported: {e}") from e
    except Exception as e:
        raise UsageError(f"{spec!r} cannot be imported: {type(e).__name__}: {e}") from e
    for part in name.split("."):
        if not hasattr(found, part):
            raise UsageError(f"{spec!r}: {module_name!r} has no {part!r}{_guess(found, part)}")
        found = getattr(found, part)
    if not callable(found):
        raise UsageError(f"{spec!r} is {type(found).__name__}, not a function")
    return found  # type: ignore[no-any-return]  # callable, as just seen


def _guess(module: Any, name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, [n for n in dir(module) if not n.startswith("_")], n=1, cutoff=0.5)
    return f". Did you mean {near[0]!r}?" if near else ""


def answer_of(
    parser: Parser, wanted: str, request: ParserRequest, rename: dict[str, str] | None = None
) -> ParserAnswer:
    """The parser's answer to a page, or why there is none."""
    try:
        given = {"bytes": request.body, "str": request.html}.get(wanted)
        value = parser(response(request, wanted) if wanted in KINDS else given)
    except MemoryError as e:
        return ParserAnswer(failure=Failure("memory", _line(e), "memory"))
    except BaseException as e:  # sys.exit() in a parser is no end of ours
        return ParserAnswer(failure=_raised(e))
    try:
        return ParserAnswer(prediction=read_prediction(value, rename))
    except UsageError as e:
        return ParserAnswer(failure=Failure("rubbish", str(e), f"rubbish: {type(value).__name__}"))
    except MemoryError as e:
        return ParserAnswer(failure=Failure("memory", _line(e), "memory"))
    except BaseException as e:  # a generator's body runs here, and is the parser's
        return ParserAnswer(failure=_raised(e))


def _line(e: BaseException) -> str:
    try:
        words = str(e)[:2000]
    except BaseException:  # the stranger's own
        words = "(its message cannot be read)"
    return " ".join(f"{type(e).__name__}: {words}".split())[:300]


def _raised(e: BaseException) -> Failure:
    """The failure of a raised error; its group is the error's type and the last line of the parser's own code."""
    frames = [f for f in traceback.extract_tb(e.__traceback__) if not f.filename.startswith(_OWN)]
    near = [f for f in frames if "site-packages" not in f.filename and "/lib/python" not in f.filename] or frames
    where = f"{Path(near[-1].filename).name}:{near[-1].lineno}" if near else "?"
    try:
        detail = "".join(traceback.format_exception(e, limit=-12))[-4000:]
    except BaseException:  # an error's own words or causes, endless or broken
        detail = _line(e)
    return Failure("exception", f"{_line(e)} (at {where})", f"{type(e).__name__} at {where}", detail)


def _packed(answer: ParserAnswer) -> bytes:
    try:
        data = encode_answer(answer)
    except (UnicodeEncodeError, ValueError, TypeError, OverflowError, RecursionError) as e:
        return encode_answer(
            ParserAnswer(failure=Failure("rubbish", f"the answer is no JSON: {_line(e)}", "rubbish: no JSON"))
        )
    if len(data) > LIMIT:
        failure = Failure("output", f"an answer of {len(data):,} bytes", "output")
        return encode_answer(ParserAnswer(failure=failure))
    return data


def serve(parser: Parser, source: Any, out: BinaryIO, rename: dict[str, str]) -> None:
    """Answer requests until there are no more."""
    wanted = wanted_by(parser)
    while (frame := read_frame(source)) is not None:
        request = request_decoder.decode(frame[1])
        answer = answer_of(parser, wanted, request, rename)
        try:
            data = _packed(answer)
        except MemoryError:
            data = encode_answer(ParserAnswer(failure=Failure("memory", "MemoryError", "memory")))
        write_frame(out, ANSWER, numbered(request.number, data))


def limit_memory(extra: int) -> None:
    """Let this process take that many bytes of address space more than it has (where the system can)."""
    if not system_bounds_memory():
        return
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit, most = pages * os.sysconf("SC_PAGE_SIZE") + extra, resource.getrlimit(resource.RLIMIT_AS)[1]
    if most != resource.RLIM_INFINITY:
        limit = min(limit, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _ready(out: BinaryIO, pid: int) -> None:
    write_frame(out, READY, dump({"pid": pid}))


def _forking(parser: Parser, memory: int, source: Any, out: BinaryIO, rename: dict[str, str], mark: str) -> None:
    """Fork one child after another; each answers until it dies or there are no more requests.

    What a dead child left behind is killed: it would hold our pipes, and could take the next one's requests.
    """
    gc.collect()
    gc.freeze()  # children share what is there already
    while True:
        pid = os.fork()
        if pid == 0:
            try:
                limit_memory(memory)
                _ready(out, os.getpid())
                serve(parser, source, out, rename)
            except BaseException:  # a child never gets back into this loop
                os._exit(70)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        code = os.waitstatus_to_exitcode(status)
        if code == 0 and _ended(source):
            return
        kill_marked(mark)
        write_frame(out, DIED, dump({"code": code}))


def _ended(source: Any) -> bool:
    """Whether the other side has hung up; a child that left on its own with 0 has not."""
    import select

    readable, _, _ = select.select([source], [], [], 0)
    return bool(readable)  # requests come one at a time: what can be read after an answer is the end


def main(argv: list[str]) -> None:
    """Serve the parser that the first argument names, with the bytes of memory that the second one grants.

    The third is its names of fields as JSON, with ours.
    """
    spec, memory, mark = argv[0], int(argv[1]), os.environ.get(MARK, "")
    rename = load(argv[2].encode()) if argv[2:] else {}
    out = os.fdopen(os.dup(1), "wb")
    source = os.fdopen(os.dup(0), "rb", buffering=0)
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    try:
        parser = load_parser(spec)
    except UsageError as e:
        write_frame(out, REFUSED, str(e).encode("utf-8", "replace"))
        return
    if hasattr(os, "fork") and threading.active_count() == 1:
        _forking(parser, memory, _Whole(source), out, rename, mark)
        return
    limit_memory(memory)
    _ready(out, os.getpid())
    serve(parser, _Whole(source), out, rename)


class _Whole:
    """An unbuffered stream whose ``read`` gives all that was asked for: what is read ahead would die with a child."""

    def __init__(self, raw: Any) -> None:
        self.raw = raw

    def fileno(self) -> int:
        """The descriptor."""
        return int(self.raw.fileno())

    def read(self, size: int) -> bytes:
        """That many bytes, fewer at the end."""
        parts = []
        while size and (part := self.raw.read(size)):
            parts.append(part)
            size -= len(part)
        return b"".join(parts)
