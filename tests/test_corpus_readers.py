"""What others read: pyarrow, DuckDB, Polars, pandas, Hugging Face datasets, zstandard, tar, warcio."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import msgspec
import pyarrow.parquet as pq
import pytest
import zstandard
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from forgegen.corpus.formats.warc import Warc
from forgegen.corpus.plan import Plan, make_plan
from forgegen.corpus.rows import Row, rows
from forgegen.corpus.shard import shard_rows
from forgegen.corpus.write import write
from forgegen.model.truth import Truth
from tests.corpora import FORMATS, Serial, second_skin, spec
from tests.tiers import heavy

duckdb, pandas, polars = heavy("duckdb"), heavy("pandas"), heavy("polars")

PARQUET, POSTS, JSONL = "data/parquet/*/*.parquet", "data/posts/*/*.parquet", "data/jsonl/*/*.jsonl.zst"


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """Six threads, each in two skins, one of them in GBK, in all formats."""
    folder = second_skin(tmp_path_factory.mktemp("skins"))
    return make_plan(
        spec(
            threads=6, shard_size=4, skins=["ancient", "reference"], cross=True, templates=[folder], formats=FORMATS,
            layout="tar",
        )
    )  # fmt: skip


@pytest.fixture(scope="module")
def out(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That corpus."""
    folder = tmp_path_factory.mktemp("corpus") / "out"
    write(plan, folder, executor=Serial())
    return folder


@pytest.fixture(scope="module")
def made(plan: Plan) -> list[Row]:
    """All its rows."""
    return [row for shard in range(plan.shards) for row in shard_rows(plan, shard)]


@pytest.mark.parametrize("left", [0.5, 0.999])
def test_a_warc_file_cut_within_a_record_is_no_shorter_file(left: float, out: Path, tmp_path: Path) -> None:
    """Whatever follows the last whole row, half a gzip member at the end is an error; a whole file gives all rows."""
    whole = next((out / "data" / "warc").rglob("*.warc.gz"))
    cut = tmp_path / whole.name
    cut.write_bytes(whole.read_bytes()[: int(left * whole.stat().st_size)])

    assert list(Warc.read(whole))
    with pytest.raises(ValueError, match=r"the gzip file is cut short|truncated"):
        list(Warc.read(cut))


def test_pyarrow_reads_pages_with_typed_truth(out: Path, made: list[Row]) -> None:
    """The rows with their bytes; the truth as a struct, and as JSON the very bytes."""
    table = pq.read_table(out / "data" / "parquet")

    assert table.column("body").to_pylist() == [row.body for row in made]
    assert table.column("truth_json").to_pylist() == [row.truth_json.decode() for row in made]
    for found, row in zip(table.to_pylist(), made, strict=True):
        assert (found["key"], found["index"], found["page"], found["skin"]) == (
            row.key, row.index, row.number, row.choice.skin,
        )  # fmt: skip
        assert {pair["name"]: pair["value"] for pair in found["headers"]} == row.page.headers
        assert found["truth"]["title"] == row.truth.title
        assert found["truth"]["views"] == row.truth.views
        assert [post["text"] for post in found["truth"]["posts"]] == [post.text for post in row.truth.posts]
        assert [post["parent"] for post in found["truth"]["posts"]] == [post.parent for post in row.truth.posts]
        assert found["truth"]["paragraphs"] == list(row.truth.paragraphs or ())


def test_no_column_is_of_a_large_type(out: Path) -> None:
    """All types are those that Spark and others take as they are: string, not large_string."""
    schema = pq.read_schema(out / "data/parquet/00000/part-0000000.parquet")

    assert "large" not in str(schema)
    assert schema.names[:4] == ["key", "index", "page", "skin"]
    assert str(schema.field("body").type) == "binary"


@pytest.mark.every
@pytest.mark.needs("duckdb")
def test_duckdb_queries_pages_and_posts(out: Path, made: list[Row]) -> None:
    """By SQL, into the typed truth as well; also from the JSON Lines."""
    with duckdb.connect() as db:
        pages = db.sql(f"select sum(len(truth.posts)), count(*) from '{out}/{PARQUET}'").fetchall()
        deep = db.sql(f"select max(depth), count(*) filter (n = 0) from '{out}/{POSTS}'").fetchall()
        lines = db.sql(f"select truth.title from read_json('{out}/{JSONL}', maximum_object_size=99999999)").fetchall()

    assert pages == [(sum(len(row.truth.posts) for row in made), len(made))]
    assert deep == [(max(p.depth for row in made for p in row.thread.posts), 6)]
    assert [title for (title,) in lines] == [row.truth.title for row in made]


@pytest.mark.every
@pytest.mark.needs("polars")
def test_polars_reads_pages_and_posts(out: Path, made: list[Row]) -> None:
    """Lazily, with the struct's fields."""
    titles = polars.scan_parquet(f"{out}/{PARQUET}").select(polars.col("truth").struct.field("title")).collect()
    posts = polars.read_parquet(f"{out}/{POSTS}")

    assert titles["title"].to_list() == [row.truth.title for row in made]
    assert posts["instant"].dtype == polars.Datetime("ms", "UTC")
    assert posts.filter(polars.col("n") == 0)["thread"].to_list() == list(range(6))


@pytest.mark.every
@pytest.mark.needs("pandas")
def test_pandas_reads_pages_and_posts(out: Path, made: list[Row]) -> None:
    """Bodies are bytes, truths dicts, instants aware timestamps."""
    pages = pandas.read_parquet(out / "data" / "parquet")
    posts = pandas.read_parquet(out / "data" / "posts")

    assert list(pages["body"]) == [row.body for row in made]
    assert pages["truth"][0]["title"] == made[0].truth.title
    assert str(posts["instant"].dt.tz) == "UTC"


LOAD = """
import json, sys
from datasets import load_dataset
out, both, options = sys.argv[1], sys.argv[2], {"cache_dir": sys.argv[3]}
pages = load_dataset("parquet", data_files=f"{out}/data/parquet/*/*.parquet", split="train", **options)
lines = load_dataset("json", data_files=f"{out}/data/jsonl/*/*.jsonl.zst", split="train", **options)
keys = lambda found: {split: sorted(rows["key"]) for split, rows in found.items()}
print(json.dumps({
    "keys": pages["key"][:], "sizes": [len(b) for b in pages["body"]], "titles": [t["title"] for t in lines["truth"]],
    "card": keys(load_dataset(both, **options)), "parquet": keys(load_dataset(both, "parquet", **options)),
    "jsonl": keys(load_dataset(both + "/data/jsonl", **options)),
    "alone": keys(load_dataset(sys.argv[4], "jsonl", **options)),
    "posts": {split: len(rows) for split, rows in load_dataset(both, "posts", **options).items()},
}))
"""


@pytest.mark.outside
@pytest.mark.needs("datasets")
def test_datasets_loads_it_offline(out: Path, made: list[Row], tmp_path: Path) -> None:
    """Hugging Face ``datasets`` reads files without a network, and a folder by its card, the split's parts as its own.

    Parts without a thread are not there; a format that the card's reader cannot read has a card beside its data.
    """
    parted = spec(formats=["jsonl", "parquet", "posts"], split={"train": 6, "dev": 3, "test": 3, "none": 1}, threads=9)
    write(parted, tmp_path / "both", executor=Serial())
    write(msgspec.structs.replace(parted, formats=("jsonl",)), tmp_path / "lines", executor=Serial())
    env = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path), "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}
    folders = [str(out), str(tmp_path / "both"), str(tmp_path / "cache"), str(tmp_path / "lines")]
    done = subprocess.run([sys.executable, "-c", LOAD, *folders], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)

    assert found["keys"] == [row.key for row in made]
    assert found["sizes"] == [len(row.body) for row in made]
    assert found["titles"] == [row.truth.title for row in made]
    parts: dict[str, list[Row]] = {}
    for row in (row for index in range(9) for row in rows(parted, index)):
        parts.setdefault(row.split, []).append(row)
    assert {"train", "dev", "test"} <= set(parts)
    for way in ("card", "parquet", "jsonl", "alone"):
        assert found[way] == {split: sorted(row.key for row in own) for split, own in parts.items()}, way
    assert found["posts"] == {
        split: sum(len(row.thread.posts) + 1 for row in own if row.opens) for split, own in parts.items()
    }


def test_any_zstandard_reader_reads_json_lines(out: Path, made: list[Row]) -> None:
    """Plain decoders pass over the seek table; html is the page, and the bytes are there where UTF-8 is not."""
    lines: list[dict[str, object]] = []
    for file in sorted((out / "data/jsonl/00000").iterdir()):
        reader = zstandard.ZstdDecompressor().stream_reader(file.open("rb"), read_across_frames=True)
        lines += map(json.loads, io.TextIOWrapper(reader, "utf-8"))

    assert [line["key"] for line in lines] == [row.key for row in made]
    for line, row in zip(lines, made, strict=True):
        assert line["html"] == row.page.html
        assert ("body_b64" in line) == (row.page.encoding != "utf-8")
        assert Truth.from_json(json.dumps(line["truth"])) == row.truth


def test_tar_reads_the_pages(out: Path, made: list[Row]) -> None:
    """Names sorted within a skin, no times and no owners."""
    with tarfile.open(out / "data/html/00000/part-0000000.tar") as tar:
        members = tar.getmembers()
        bodies = [tar.extractfile(m).read() for m in members if m.name.endswith(".html")]  # type: ignore[union-attr]

    assert bodies == [row.body for row in made if row.index < 4]
    assert {(m.mtime, m.uid, m.gid, m.uname) for m in members} == {(0, 0, 0, "")}


def test_warcio_checks_and_reads_the_archive(out: Path, made: list[Row], capsys: pytest.CaptureFixture[str]) -> None:
    """Every digest is right by ``warcio check``, every record is a gzip member, and records point at each other."""
    files = sorted(map(str, (out / "data/warc/00000").iterdir()))
    checker = Checker(type("Args", (), {"inputs": files, "verbose": True}))  # type: ignore[arg-type, unused-ignore]
    checker.process_all()
    said = capsys.readouterr().out

    assert checker.exit_value == 0
    assert "digest pass" in said
    assert "not checked" not in said.replace("no digest to check", "")
    found = []
    for name in files:
        with open(name, "rb") as file:
            archive = ArchiveIterator(file)
            records = []
            for record in archive:
                headers = record.rec_headers
                body = record.content_stream().read()
                records.append((record.rec_type, headers, record.http_headers, body))
            assert archive.member_info is not None
        assert [kind for kind, *_ in records] == [
            "warcinfo",
            *["request", "response", "metadata"] * (len(records) // 3),
        ]
        info = records[0][1].get_header("WARC-Record-ID")
        for (_, asked, *_), (_, sent, http, body), (_, meta, _, truth) in zip(
            records[1::3], records[2::3], records[3::3], strict=True
        ):
            assert asked.get_header("WARC-Concurrent-To") == sent.get_header("WARC-Record-ID")
            assert meta.get_header("WARC-Concurrent-To") == sent.get_header("WARC-Record-ID")
            assert sent.get_header("WARC-Warcinfo-ID") == info
            found.append((sent.get_header("WARC-Target-URI"), sent.get_header("WARC-Date"), http, body, truth))
    for (url, date, http, body, meta), row in zip(found, made, strict=True):
        assert (url, date, body) == (row.page.url, row.observed, row.body)
        assert http.get_header("Content-Type") == row.page.headers["Content-Type"]
        assert Truth.from_json(json.dumps(json.loads(meta)["truth"])) == row.truth


def test_record_ids_are_of_their_own(out: Path) -> None:
    """No two records of a corpus have one id."""
    ids = []
    for file in sorted((out / "data/warc/00000").iterdir()):
        with file.open("rb") as stream:
            ids += [record.rec_headers.get_header("WARC-Record-ID") for record in ArchiveIterator(stream)]

    assert len(set(ids)) == len(ids)
    assert all(name.startswith("<urn:uuid:") for name in ids)
