"""Parsers in a process of their own: whatever they do, the answer is a prediction or a failure."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from forgegen.assess.corpus_reader import CorpusCase, case_of
from forgegen.assess.runner import CommandParser, FunctionParser, Parser, open_parser, read_answer
from forgegen.errors import UsageError
from forgegen.model.thread import Post, Thread
from forgegen.pages.page import Page

PARSERS = """
import ctypes, os, signal, sys, time, itertools, threading

def good(body):
    print("noise on standard output")
    return {"posts": [{"text": "ok", "parent": None}], "title": body.decode()[:5]}

def of_text(page: str): return {"title": page[:5]}
def raises(body): raise KeyError("x")
def deep(body): return deep(body)
def leaves(body): sys.exit(3)
def hangs(body):
    while True: pass
def sleeps(body): time.sleep(60)
def segfaults(body): ctypes.string_at(0)
def exits(body): os._exit(0)
def exits_with(body): os._exit(7)
def killed(body): os.kill(os.getpid(), signal.SIGKILL)
def kills_worker(body):
    os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
def eats(body): return [bytearray(1 << 28) for _ in range(64)]
def endless(body): return ({"text": "x" * 100000} for _ in itertools.count())
def none(body): return None
def number(body): return 3
def surrogate(body): return {"title": "\\ud800"}
def large(body): return {"title": "x" * (70 << 20)}
def closes(body):
    for fd in range(3, 50):
        try: os.close(fd)
        except OSError: pass
    return {"title": "x"}
def shouts(body):
    os.write(1, b"x" * 1000000)
    return {"title": "x"}
not_a_function = 3
"""


OF_RESPONSES = """
import httpx
def of_response(page: httpx.Response): return {"title": str(page.url)}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A working directory with parsers in it."""
    path = tmp_path_factory.mktemp("parsers")
    (path / "odd_parsers.py").write_text(PARSERS)
    (path / "of_responses.py").write_text(OF_RESPONSES)
    (path / "broken_parser.py").write_text("1 / 0\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent.parent))
        patch.chdir(path)
        yield path


def case(key: str = "k") -> CorpusCase:
    """A page to read."""
    return case_of(Page(Thread(posts=(Post(),))), key, "0")


def run_twice(parser: Parser) -> tuple[str, str, str]:
    """The failure's kind and message of one page, and the kind of the next one's."""
    try:
        first, second = parser.run(case("1")).failure, parser.run(case("2")).failure
    finally:
        parser.close()
    return first.kind if first else "", first.message if first else "", second.kind if second else ""


@pytest.mark.few("name", "words", keep=1)
@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("raises", "exception", "KeyError: 'x' (at odd_parsers.py:"), ("deep", "exception", "RecursionError"),
        ("leaves", "exception", "SystemExit: 3"), ("segfaults", "crash", "killed by SIGSEGV"),
        ("exits", "crash", "exit code 0"), ("exits_with", "crash", "exit code 7"), ("killed", "crash", "SIGKILL"),
        ("kills_worker", "crash", "SIGKILL"), ("eats", "memory", "MemoryError"), ("endless", "memory", "MemoryError"),
        ("none", "rubbish", "returned None"), ("number", "rubbish", "returned 3"),
        ("surrogate", "rubbish", "surrogates"), ("large", "output", "an answer of 73,400,"),
        ("closes", "crash", "the process"), ("hangs", "timeout", "no answer within 1"),
    ],
)  # fmt: skip
def test_what_a_function_does_wrong_is_a_failure(folder: Path, name: str, kind: str, words: str) -> None:
    """A parser that raises, dies, hangs, eats memory or returns rubbish fails, and is there again for the next page."""
    timeout = 1.0 if name == "hangs" else 60.0
    first, message, second = run_twice(FunctionParser(f"odd_parsers:{name}", timeout=timeout, memory=1 << 30))

    assert (first, second) == (kind, kind), message
    assert words in message


def test_answers_of_a_function(folder: Path) -> None:
    """Predictions come through whole, standard output is the parser's own, the annotation decides what it gets."""
    for name, title in (
        ("odd_parsers:good", "<!DOC"), ("odd_parsers:of_text", "<!DOC"), ("of_responses:of_response", case().url),
        ("odd_parsers:shouts", "x"),
    ):  # fmt: skip
        parser = FunctionParser(name)
        answer = parser.run(case())
        parser.close()
        assert answer.failure is None, name
        assert answer.prediction is not None
        assert answer.prediction.page["title"] == title


def test_no_page_and_no_death_starts_an_interpreter(folder: Path) -> None:
    """Pages share a process; where it dies the next one comes of the same worker, which has all imported."""
    parser, dying = FunctionParser("odd_parsers:good"), FunctionParser("odd_parsers:exits")
    processes, workers, children = set(), set(), set()
    for _ in range(10):
        parser.run(case())
        processes.add(parser.pid)
        dying.run(case())
        workers.add(dying.worker)
        children.add(dying.pid)
    parser.close()
    dying.close()

    assert len(processes) == 1
    assert len(workers) == 1
    assert len(children) == 10


@pytest.mark.few("spec", "words", keep=2)
@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("odd_parsers:godo", "Did you mean 'good'"), ("odd_parsers", "right would be PKG:FUNC"),
        ("no_such_thing:f", "there is no module 'no_such_thing'"), ("broken_parser:f", "ZeroDivisionError"),
        ("odd_parsers:not_a_function", "is int, not a function"),
    ],
)  # fmt: skip
def test_a_wrong_name_is_wrong_use(folder: Path, spec: str, words: str) -> None:
    """What names no parser is said at once, with what would be right."""
    with pytest.raises(UsageError, match=words):
        FunctionParser(spec)


def command(folder: Path, code: str) -> str:
    """A command in Python that handles each line by this code; ``row`` is the line, ``say`` answers it."""
    body = textwrap.indent(textwrap.dedent(code).strip(), "    ")
    text = f"""
import json, os, sys, time
def say(prediction, key=None):
    print(json.dumps({{"key": row["key"] if key is None else key, "prediction": prediction}}), flush=True)
for line in sys.stdin:
    row = json.loads(line)
{body}
"""
    file = folder / f"command{abs(hash(code))}.py"
    file.write_text(text)
    return f"{sys.executable} {file}"


@pytest.mark.few("code", "words", keep=1)
@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("say(None)", "rubbish", "returned None"), ("print('hello', flush=True)", "rubbish", "not JSON: b'hello"),
        ("say({}, key='other')", "rubbish", "an answer to 'other'"), ("print('{}', flush=True)", "rubbish", "asked was"),
        ("print(json.dumps({'key': row['key']}), flush=True)", "rubbish", "without prediction"),
        ("print(json.dumps({'key': row['key'], 'error': 'no\\nway'}), flush=True)", "exception", "no way"),
        ("sys.stderr.write('woe\\n'); sys.exit(4)", "crash", "exit code 4; it last said 'woe'"),
        ("os.kill(os.getpid(), 9)", "crash", "SIGKILL"), ("time.sleep(60)", "timeout", "no answer within 2"),
        ("while True: sys.stdout.write('x' * 100000)", "output", "64 MiB"),
        ("x = bytearray(1 << 29); time.sleep(30)", "memory", "MiB in use"),
    ],
)  # fmt: skip
def test_what_a_command_does_wrong_is_a_failure(folder: Path, code: str, kind: str, words: str) -> None:
    """A command that talks nonsense, dies, hangs or grows fails, and is there again for the next page."""
    timeout = 2.0 if kind == "timeout" else 60.0
    parser = CommandParser(command(folder, code), timeout=timeout, memory=1 << 28)
    first, message, second = run_twice(parser)

    assert (first, second) == (kind, kind), message
    assert words in message


def test_a_command_stays(folder: Path) -> None:
    """A command answers many pages in one process, and gets address, content type and bytes."""
    code = """
    import base64
    say({"title": row["content_type"], "author": base64.b64decode(row["body_b64"])[:5].decode(), "board": row["url"],
         "views": os.getpid()})
    """
    parser = open_parser(None, command(folder, code))
    answers = [parser.run(case(str(i))).prediction for i in range(3)]
    parser.close()

    assert len({a.page["views"] for a in answers if a}) == 1
    assert answers[0] is not None
    assert answers[0].page["title"] == "text/html; charset=utf-8"
    assert answers[0].page["author"] == "<!DOC"
    assert answers[0].page["board"] == case().url


@pytest.mark.parametrize(("spec", "cmd"), [(None, None), ("a:b", "c"), (None, ""), (None, "/no/such/program")])
def test_one_parser_that_can_be_started(spec: str | None, cmd: str | None) -> None:
    """Exactly one parser is to be named, and it must start."""
    with pytest.raises(UsageError):
        open_parser(spec, cmd)


def test_keys_are_compared_as_text() -> None:
    """A command may give the key back as a number."""
    assert read_answer(b'{"key": 1, "prediction": []}', "1").failure is None
