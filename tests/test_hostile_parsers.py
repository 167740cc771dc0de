"""Parsers that mean harm: each costs its page one clear line, within the limits, and the run goes on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

from forgegen.assess.ipc import LIMIT
from forgegen.assess.runner import CommandParser, FunctionParser, open_parser
from forgegen.assess.supervisor import MARK
from forgegen.cli.main import cli
from tests.test_assess_runner import case

TIMEOUT = 2.0
GRACE = 8.0  # seconds beyond the limit, on a machine with other work, for ending a process and starting the next

PARSERS = """
import atexit, ctypes, gc, itertools, os, signal, subprocess, sys, threading, time

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]

def fine(body): return {"title": "fine"}
def hangs(body): time.sleep(600)
def loops(body):
    while True: pass
def leaves_a_child(body):
    subprocess.Popen(SLEEP, start_new_session=True)
    return {"title": "fine"}
def leaves_a_child_and_dies(body):
    subprocess.Popen(SLEEP, start_new_session=True)
    os._exit(3)
def leaves_a_daemon_and_hangs(body):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0: time.sleep(600)
        os._exit(0)
    time.sleep(600)
def forks_on(body):
    for _ in range(20):
        if os.fork() == 0:
            os.setsid()
            time.sleep(600)
    time.sleep(600)
def starts_threads(body):
    for _ in range(2):
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    return {"title": "fine"}
def starts_a_thread_and_exits(body):
    threading.Thread(target=time.sleep, args=(600,)).start()
    sys.exit(5)
def exits_at_once(body): os._exit(9)
def exits_at_exit(body):
    atexit.register(sys.exit, 3)
    sys.exit(2)
def answers_a_gigabyte(body): return {"title": "x" * (1 << 30)}
def answers_too_much(body): return {"title": "x" * (100 << 20)}
def answers_deep(body):
    value = []
    for _ in range(100_000): value = [value]
    return {"title": "x", "published": value}
def answers_deep_json(body): return '{"title": "x", "published": ' + "[" * 100_000 + "]" * 100_000 + "}"
def recurses(body): return recurses(body)
def segfaults(body): ctypes.string_at(0)
def closes_all(body):
    os.closerange(0, 64)
    return {"title": "x"}
def writes_out(body):
    os.write(1, b"x" * 1_000_000)
    print("y" * 1_000_000)
    return {"title": "fine"}
def writes_into_our_pipe(body):
    for fd in range(3, 16):
        try: os.write(fd, b"a" + (20).to_bytes(4, "little") + b"{" * 20)
        except OSError: pass
    time.sleep(0.2)
    return {"title": "x"}
class Worst(BaseException):
    pass
def raises_worst(body): raise Worst("so it is")
class Mute(Exception):
    def __reduce__(self): raise TypeError("no")
    def __str__(self): raise ValueError("no words")
def raises_mute(body): raise Mute(lambda: None)
class Sleepy:
    def __del__(self): time.sleep(600)
def sleeps_at_the_end(body):
    one = Sleepy()
    return {"title": "x"}
def goes_away(body):
    os.chdir("/")
    return {"title": "fine"}
def stops(body): os.kill(os.getpid(), signal.SIGSTOP)
def stops_the_worker(body):
    os.kill(os.getppid(), signal.SIGSTOP)
    time.sleep(600)
def ignores_signals(body):
    for number in range(1, 65):
        try: signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError): pass
    while True: time.sleep(1)
def takes_memory(body):
    kept = []
    while True: kept.append(bytearray(1 << 24))
def takes_memory_in_a_child(body):
    code = "x = bytearray(1 << 30); import time; time.sleep(600)"
    subprocess.run([sys.executable, "-c", code])
def never_ends(body): return ({"text": str(n)} for n in itertools.count())
def answers_itself(body):
    post = {"text": "x"}
    post["children"] = [post]
    return [post]
"""

EXPECTED = [
    ("hangs", "timeout", "no answer within 2 seconds"),
    ("loops", "timeout", "no answer within 2 seconds"),
    ("leaves_a_child", "", ""),
    ("leaves_a_child_and_dies", "crash", "exit code 3"),
    ("leaves_a_daemon_and_hangs", "timeout", "no answer within 2 seconds"),
    ("forks_on", "memory", "MiB in use"),
    ("starts_threads", "", ""),
    ("starts_a_thread_and_exits", "exception", "SystemExit: 5"),
    ("exits_at_once", "crash", "exit code 9"),
    ("exits_at_exit", "exception", "SystemExit: 2"),
    ("answers_a_gigabyte", "memory", "MemoryError"),
    ("answers_too_much", "output", "an answer of 104,857,"),
    ("answers_deep", "rubbish", "RecursionError"),
    ("answers_deep_json", "", ""),
    ("recurses", "exception", "RecursionError"),
    ("segfaults", "crash", "SIGSEGV"),
    ("closes_all", "crash", "the process"),
    ("writes_out", "", ""),
    ("writes_into_our_pipe", "rubbish", "the parser's process wrote no answer"),
    ("raises_worst", "exception", "Worst: so it is"),
    ("raises_mute", "exception", "Mute: (its message cannot be read)"),
    ("sleeps_at_the_end", "timeout", "no answer within 2 seconds"),
    ("goes_away", "", ""),
    ("stops", "timeout", "no answer within 2 seconds"),
    ("stops_the_worker", "timeout", "no answer within 2 seconds"),
    ("ignores_signals", "timeout", "no answer within 2 seconds"),
    ("takes_memory", "memory", "MemoryError"),
    ("takes_memory_in_a_child", "rubbish", "returned None"),
    ("never_ends", "memory", ""),
    ("answers_itself", "timeout", "no answer within 2 seconds"),
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A working directory with hostile parsers in it."""
    path = tmp_path_factory.mktemp("hostile")
    (path / "hostile.py").write_text(PARSERS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent.parent))
        patch.chdir(path)
        yield path


def marked(mark: str) -> list[str]:
    """Command lines of living processes with this mark."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(" ".join(process.cmdline()))
        except (psutil.Error, OSError):
            continue
    return found


@pytest.mark.every
@pytest.mark.parametrize(("name", "kind", "words"), EXPECTED)
def test_a_hostile_function_costs_its_page_one_line(folder: Path, name: str, kind: str, words: str) -> None:
    """Whatever it does, it ends within the limits in a line, the next page is tried, and nothing is left behind."""
    limit = 60.0 if kind in ("memory", "output") else TIMEOUT
    parser = FunctionParser(f"hostile:{name}", timeout=limit, memory=1 << 28)
    assert parser.worker is not None
    marks = {parser.worker.mark}
    start = time.monotonic()
    for number in range(2):
        answer = parser.run(case(str(number)))
        message = answer.failure.message if answer.failure else ""

        assert (answer.failure.kind if answer.failure else "") == kind, message
        assert words in message
        assert "\n" not in message
        assert len(message) < 400
        marks |= {parser.worker.mark} if parser.worker else set()
    parser.close()

    assert time.monotonic() - start < 2 * (limit + GRACE)
    assert [line for mark in marks for line in marked(mark)] == []


COMMAND = """
import json, os, subprocess, sys, time
SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
for line in sys.stdin:
    key = json.loads(line)["key"]
    answer = lambda prediction: print(json.dumps({"key": key, "prediction": prediction}), flush=True)
    %s
"""


@pytest.mark.every
@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("subprocess.Popen(SLEEP, start_new_session=True); answer({})", "", ""),
        ("subprocess.Popen(SLEEP, start_new_session=True); sys.exit(4)", "timeout", "no answer within 2 seconds"),
        ("subprocess.Popen(SLEEP, start_new_session=True); time.sleep(600)", "timeout", "no answer within 2 seconds"),
        ("os.close(1); time.sleep(600)", "crash", "SIGKILL"),
        ("print('[' * 100_000, flush=True)", "rubbish", "not JSON"),
        ("print('{\"key\": \"' + key + '\", \"prediction\": ' + '9' * 100_000 + '}', flush=True)", "rubbish", "not JSON"),
        ("answer([{'text': 'x', 'parent': 1e999, 'likes': float('nan')}])", "rubbish", "parent of post 0"),
        ("answer([{'children': [0]}])", "rubbish", "post 1 is 0"),
        ("os.kill(os.getpid(), 19)", "timeout", "no answer within 2 seconds"),
        ("subprocess.run([sys.executable, '-c', 'x = bytearray(1 << 30); import time; time.sleep(600)'])", "memory", "MiB in use"),
    ],
)  # fmt: skip
def test_a_hostile_command_costs_its_page_one_line(folder: Path, code: str, kind: str, words: str) -> None:
    """A command that leaves processes with its pipes, stops, closes them, or answers nonsense costs its page a line."""
    file = folder / "hostile_command.py"
    file.write_text(COMMAND % code)
    limit = 60.0 if kind == "memory" else TIMEOUT
    parser = CommandParser(f"{sys.executable} {file}", timeout=limit, memory=1 << 28)
    assert parser.process is not None
    marks = {parser.process.mark}
    start = time.monotonic()
    for number in range(2):
        answer = parser.run(case(str(number)))
        message = answer.failure.message if answer.failure else ""
        assert (answer.failure.kind if answer.failure else "") == kind, message
        assert words in message
        assert "\n" not in message
        marks |= {parser.process.mark} if parser.process else set()
    parser.close()

    assert time.monotonic() - start < 2 * (limit + GRACE)
    assert [line for mark in marks for line in marked(mark)] == []


@pytest.mark.parametrize("name", ["leaves_a_child", "leaves_a_child_and_dies"])
def test_a_child_left_with_the_pipes_holds_nothing_up(folder: Path, name: str) -> None:
    """A detached process that holds the parser's pipes is ended with it, and ending does not wait for it."""
    parser = FunctionParser(f"hostile:{name}", timeout=30)
    assert parser.worker is not None
    mark = parser.worker.mark
    parser.run(case())
    start = time.monotonic()
    parser.close()

    assert time.monotonic() - start < GRACE
    assert marked(mark) == []


def test_a_parser_that_cannot_be_started_again_ends_no_run(folder: Path, tmp_path: Path) -> None:
    """A module that breaks while the run goes on costs each page a line; after three tries there is no other."""
    module = folder / "once.py"
    module.write_text("import os, signal\ndef f(body):\n    os.kill(os.getppid(), 9)\n    os._exit(1)\n")
    parser = open_parser("once:f", None, timeout=20)
    first = parser.run(case("0")).failure
    module.write_text("1 / 0\n")
    later = [parser.run(case(str(number))).failure for number in range(1, 6)]
    parser.close()

    assert first is not None
    assert first.kind == "crash"
    assert [one.kind for one in later if one] == ["crash"] * 5
    assert "cannot be started again: 'once:f' cannot be imported: ZeroDivisionError" in (later[0] or first).message
    assert "was not tried" in (later[4] or first).message


def test_an_answer_of_almost_the_limit_comes_through(folder: Path) -> None:
    """What is allowed is not cut."""
    (folder / "big.py").write_text(f"def f(body): return {{'title': 'x' * {LIMIT // 2}}}\n")
    parser = FunctionParser("big:f", timeout=60)
    answer = parser.run(case())
    parser.close()

    assert answer.failure is None
    assert answer.prediction is not None
    assert len(answer.prediction.page["title"]) == LIMIT // 2


@pytest.mark.outside
@pytest.mark.parametrize("command", ["score", "hunt"])
@pytest.mark.parametrize("name", ["leaves_a_child_and_dies", "leaves_a_daemon_and_hangs", "stops_the_worker"])
def test_commands_end_with_such_parsers(folder: Path, command: str, name: str) -> None:
    """``score`` and ``hunt`` end, with their report, over a parser that leaves processes with their pipes."""
    words = {
        "score": ["score", f"hostile:{name}", "--seed", "1", "--threads", "1", "--limit", "1", "--timeout", "1", "--json"],
        "hunt": ["hunt", f"hostile:{name}", "--examples", "2", "--budget", "8", "--timeout", "1", "--json", "-o", "found"],
    }[command]  # fmt: skip
    ended = subprocess.run(
        [sys.executable, "-m", "forgegen", *words], capture_output=True, timeout=120, check=False, env=dict(os.environ)
    )

    assert ended.returncode in (0, 1), ended.stderr.decode()
    assert json.loads(ended.stdout)
    assert b"Traceback" not in ended.stderr


def test_memory_says_where_it_cannot_be_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a system without such bounds, asking for one gives a line on standard error; the default says nothing."""
    monkeypatch.setattr("forgegen.assess.ipc.system_bounds_memory", lambda: False)
    words = ["score", "hostile:fine", "--seed", "1", "--threads", "1"]
    asked, silent = (CliRunner().invoke(cli, [*words, *more]) for more in (["--memory", "1G"], []))

    assert (asked.exit_code, silent.exit_code) == (0, 0), asked.output
    assert "this system cannot bound memory; it is looked at 20 times a second" in asked.stderr
    assert "bound memory" not in silent.stderr
