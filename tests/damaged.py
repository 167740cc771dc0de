"""Readers of strangers' bytes, with sound inputs to damage: for the fuzz test, and for the bench of a million inputs."""

from __future__ import annotations

import asyncio
import gzip
import random
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec
import zstandard

from forgegen.assess.corpus_reader import from_corpus, generated
from forgegen.assess.feed import read_predictions, read_rows
from forgegen.assess.gate import read_gate, read_report
from forgegen.assess.predict import read_prediction
from forgegen.assess.run import answers_from, run
from forgegen.corpus.executors.local import LocalExecutor
from forgegen.corpus.manifest import read_manifest
from forgegen.corpus.plan import read_plan
from forgegen.corpus.spec_file import make_spec, read_spec
from forgegen.corpus.verify import verify
from forgegen.corpus.write import write
from forgegen.errors import ForgegenError
from forgegen.generate.making import make_thread
from forgegen.model.readable import read_text, write_text
from forgegen.model.thread import Thread
from forgegen.model.truth import Truth
from forgegen.pages.page import Page
from forgegen.reading.decoding import decode
from forgegen.reading.extraction import Extraction
from forgegen.site.app import SiteApp
from forgegen.skins import dom
from forgegen.skins.loading import load_skin
from tests.sites import small_site

EXPECTED = (ForgegenError,)
"""What broken input may raise; anything else is a fault of ours."""

ROOT = Path(__file__).parent.parent


class Reader(NamedTuple):
    """A reader, and inputs that it takes."""

    read: Callable[[bytes], object]
    inputs: tuple[bytes, ...]


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The bytes with one to four changes: a byte, a cut, a piece taken twice, out or from elsewhere, or deep brackets."""
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        at, end = sorted((chance.randint(0, len(data)), chance.randint(0, len(data))))
        end = min(end, at + 40)
        match chance.randrange(8):
            case 0 | 1:
                data = data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
            case 2:
                data = data[:at]
            case 3:
                data = data[:at] + data[at:end] * 2 + data[end:]
            case 4:
                data = data[:at] + data[end:]
            case 5:
                data = data[:at] + chance.choice(ODD) + data[at:]
            case 6:
                data = data[:at] + chance.choice(ODD) + data[end:]
            case _:
                place = chance.randint(0, len(data))
                data = data[:at] + data[place : place + end - at] + data[end:]
    return data


ODD = (
    b"\0", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\r", b"\n", b'"', b"{", b"[" * 2_000, b"<b>" * 500, b"-1", b"1e999",
    b"nan", b"9" * 30, b"9" * 5_000, b"null", b"true", b"1.5", b"\\ud800", b"%", b"../", b"<!--", b"</script>", b"=",
)  # fmt: skip
"""What breaks readers."""


NAMES = (
    "read_text", "Thread.from_json", "Truth.from_json", "extract", "prediction", "skin.toml", "spec", "gate", "report",
    "plan", "manifest", "marker", "read_plan", "read_manifest", "jsonl", "jsonl.gz", "jsonl.zst", "feed.json", "feed.csv",
    "predictions", "HTTP",
)  # fmt: skip
"""Of all readers; loading the tests makes none of these."""


@cache
def readers() -> dict[str, Reader]:
    """All readers by name. What they need lies in a folder that ends with the process."""
    thread, folder = make_thread(7, 2), Path(_folder.name)
    pages = [
        Page(thread, "reference"),
        Page(thread, "discuz", encoding="gbk"),
        Page(thread, "phpbb3"),
        Page(thread, "ptt"),
    ]
    return {
        "read_text": Reader(lambda data: read_text(data.decode("utf-8", "surrogateescape")), (write_text(thread).encode(),)),
        "Thread.from_json": Reader(Thread.from_json, (thread.to_json().encode(),)),
        "Truth.from_json": Reader(Truth.from_json, (pages[0].truth.to_json().encode(),)),
        "extract": Reader(_all(_extracted, pages), tuple(page.body for page in pages)),
        "prediction": Reader(read_prediction, (pages[0].truth.to_json().encode(),)),
        **_files(folder),
        **_corpus(folder),
        "HTTP": Reader(_http(), (b"GET /read.php?tid=1&page=2\nhost: 127.0.0.1\nrange: bytes=0-9", b"GET /\ncookie: a=b")),
    }  # fmt: skip


_folder = tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None)


def _extracted(data: bytes, page: Page) -> None:
    """``extract`` without its search for the skin that fits best, which costs as much as twenty readings."""
    skin = load_skin(page.skin)
    Extraction(skin, dom.parse(decode(data, skin.encoding)), None).truth()


def _all(read: Callable[[bytes, Page], object], pages: list[Page]) -> Callable[[bytes], object]:
    def each(data: bytes) -> None:
        read(data, next((page for page in pages if data[:400] == page.body[:400]), pages[len(data) % len(pages)]))

    return each


def _from_file(path: Path, read: Callable[[Path], object]) -> Callable[[bytes], object]:
    path.parent.mkdir(parents=True, exist_ok=True)

    def written(data: bytes) -> object:
        path.write_bytes(data)
        return read(path)

    return written


def _skin(path: Path) -> None:
    load_skin.cache_clear()
    load_skin(path.parent.name, (str(path.parent.parent),))


def _files(folder: Path) -> dict[str, Reader]:
    skin = (ROOT / "templates" / "reference" / "skin.toml").read_bytes()
    spec = b'threads = 50\nseed = 9\nformats = ["jsonl"]\nskins = { ptt = 3, discuz = 1 }\nlocales = "native"\nnoise = "wild"\n'
    gate = b"[floors]\npost_f1 = 0.95\n[ceilings]\nfailures = 3\n"
    shutil.copytree(ROOT / "templates" / "reference", folder / "skins" / "mine")
    cases = list(generated(seed=1, skins=["ptt"], threads=1))
    scored = run("mine", answers_from({case.key: {"posts": []} for case in cases}), iter(cases), tell=None)
    report = msgspec.json.encode(scored)
    return {
        "skin.toml": Reader(_from_file(folder / "skins" / "mine" / "skin.toml", _skin), (skin,)),
        "spec": Reader(_from_file(folder / "spec.toml", lambda path: make_spec(read_spec(path))), (spec,)),
        "gate": Reader(_from_file(folder / "gate.toml", read_gate), (gate,)),
        "report": Reader(_from_file(folder / "report.json", read_report), (report,)),
    }


def _corpus(folder: Path) -> dict[str, Reader]:
    out = folder / "corpus"
    write(make_spec({"threads": 2, "shard_size": 1, "skins": ["ptt"]}), out, executor=LocalExecutor(1))
    names = {"plan": "PLAN.json", "manifest": "MANIFEST.jsonl", "marker": "_done/00000/part-0000000.json"}
    sound = {name: (out / path).read_bytes() for name, path in names.items()}
    truth = Page(make_thread(7, 2), "ptt").truth.to_json().encode()
    row = b'{"key":"1","index":1,"skin":"ptt","url":"u","encoding":"big5","html":"<p>x","truth":' + truth + b"}\n"
    answer = b'{"key":"1","prediction":' + truth + b"}\n"
    packed = {"jsonl": row * 2, "jsonl.gz": gzip.compress(row * 2), "jsonl.zst": zstandard.compress(row * 2)}
    found: dict[str, Reader] = {}
    for name, path in names.items():
        found[name] = Reader(_restored(out / path, sound[name], lambda: verify(out)), (sound[name],))
    found["read_plan"] = Reader(
        _from_file(folder / "plan" / "PLAN.json", lambda path: read_plan(path.parent)), (sound["plan"],)
    )
    lines = Reader(
        _from_file(folder / "m" / "MANIFEST.jsonl", lambda path: read_manifest(path.parent)), (sound["manifest"],)
    )
    found["read_manifest"] = lines
    for end, data in packed.items():
        found[end] = Reader(_from_file(folder / f"rows.{end}", lambda path: list(from_corpus(path))), (data,))
    for end, data in (("json", b"[" + answer.rstrip() + b"]"), ("csv", b'url,title,text\r\nu,t,"a\nb"\r\n')):
        found[f"feed.{end}"] = Reader(_from_file(folder / f"feed.{end}", lambda path: list(read_rows(path))), (data,))
    found["predictions"] = Reader(_from_file(folder / "answers.jsonl", read_predictions), (answer,))
    return found


def _restored(path: Path, sound: bytes, read: Callable[[], object]) -> Callable[[bytes], object]:
    def damaged(data: bytes) -> object:
        path.write_bytes(data)
        try:
            return read()
        finally:
            path.write_bytes(sound)

    return damaged


def _http() -> Callable[[bytes], object]:
    """A request line and headers, as a server hands them on; an error 500 is a fault."""
    app = SiteApp(small_site())

    def ask(data: bytes) -> None:
        line, *rest = data.split(b"\n")
        method, _, target = line.partition(b" ")
        path, _, query = target.partition(b"?")
        pairs = [tuple(part.strip() for part in header.split(b":", 1)) for header in rest if b":" in header]
        headers = [(name.lower(), value) for name, value in pairs]
        scope = {
            "type": "http", "method": method.decode("latin-1"), "path": path.decode("utf-8", "replace"), "raw_path": path,
            "query_string": query, "headers": headers, "http_version": "1.1", "scheme": "http", "server": ("127.0.0.1", 80),
        }  # fmt: skip
        sent: list[dict[str, object]] = []

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: object) -> None:
            assert isinstance(message, dict)
            sent.append(message)

        asyncio.run(app(scope, receive, send))
        if sent[0].get("status") == 500:
            raise AssertionError(f"status 500 for {data!r}")

    return ask
