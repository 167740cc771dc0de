"""Writing corpora: one content whatever the way there; begun, resumed, sliced, extended, refused.

``python -m tests.test_corpus_write`` writes the golden digests anew.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Sequence
from pathlib import Path

import jsonschema
import pytest

from forgegen.corpus import zstd
from forgegen.corpus.files import stray_temporaries
from forgegen.corpus.formats.jsonl import schema
from forgegen.corpus.manifest import MANIFEST, read_manifest
from forgegen.corpus.plan import PLAN, make_plan
from forgegen.corpus.shard import Record, ShardTask
from forgegen.corpus.spec import Spec
from forgegen.corpus.write import extend, missing_shards, status, write
from forgegen.errors import Incomplete, PlanDiffers, ReadError, UsageError
from forgegen.whole_files import is_temporary
from tests.corpora import Serial, spec

GOLDEN = Path(__file__).with_name("golden_corpus.json")


def content(out: Path) -> str:
    """The digest of a corpus' content, from its manifest."""
    found = read_manifest(out)
    assert found is not None
    return found[0].summary.content_sha256


def files_of(out: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {f.relative_to(out).as_posix(): f.read_bytes() for f in sorted(out.rglob("*")) if f.is_file()}


def golden_spec(form: str) -> Spec:
    """What the golden digests are of."""
    return spec(formats=[form], profiles={"reference": 2, "barrapunto": 1}, split={"train": 3, "test": 1})


@pytest.mark.parametrize("form", ["html", "jsonl", "parquet"])
def test_content_is_the_golden_one(form: str, tmp_path: Path) -> None:
    """The content digest of a small corpus is the one written down, in any format and environment."""
    write(golden_spec(form), tmp_path, executor=Serial())

    assert content(tmp_path) == json.loads(GOLDEN.read_text("utf-8"))["content_sha256"]


@pytest.mark.parametrize("order", [lambda ids: ids[::-1], lambda ids: [*ids, *ids], lambda ids: ids[1:] + ids[:1]])
def test_any_order_and_twice_is_all_the_same(order: Callable[[Sequence[int]], Sequence[int]], tmp_path: Path) -> None:
    """Shards in any order, or written twice, give the same files to the last byte."""
    write(spec(formats=["html", "jsonl"]), tmp_path / "a", executor=Serial())
    write(spec(formats=["html", "jsonl"]), tmp_path / "b", executor=Serial(order))

    assert files_of(tmp_path / "a") == files_of(tmp_path / "b")


def test_the_manifest_says_what_is_there(tmp_path: Path) -> None:
    """Its head has plan and sums, its lines the markers; the returned digest is the file's."""
    seen: list[Record] = []
    digest = write(spec(), tmp_path, executor=Serial(), on_record=seen.append)
    found = read_manifest(tmp_path)

    assert found is not None
    head, records = found
    assert records == seen
    assert head.plan == make_plan(spec())
    assert (head.summary.threads, head.summary.shards, head.summary.pages) == (12, 3, sum(r.pages for r in seen))
    assert [(r.first, r.threads) for r in records] == [(0, 5), (5, 5), (10, 2)]
    assert write(spec(), tmp_path, executor=Serial()) == digest
    assert status(tmp_path).complete


def test_a_run_that_broke_off_is_finished_by_the_same_call(tmp_path: Path) -> None:
    """What is done is kept, not written again; the files are those of a run in one go."""
    write(spec(), tmp_path / "whole", executor=Serial())

    class Breaks(Serial):
        def run(self, task, ids):  # type: ignore[no-untyped-def]
            yield task(ids[0])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(spec(), tmp_path / "broken", executor=Breaks())
    assert not (tmp_path / "broken" / MANIFEST).exists()
    assert not status(tmp_path / "broken").complete
    (tmp_path / "broken" / "data" / "jsonl" / "00000" / ".part-0000001.jsonl.zst.77-0123abcd.tmp").write_bytes(b"half")
    redone: list[Record] = []
    write(spec(), tmp_path / "broken", executor=Serial(), on_record=redone.append)

    assert [record.shard for record in redone] == [1, 2]
    assert files_of(tmp_path / "broken") == files_of(tmp_path / "whole")
    assert list(stray_temporaries(tmp_path)) == []


def test_an_executor_that_loses_work_is_found_out(tmp_path: Path) -> None:
    """Shards that an executor forgot are named, and no manifest is written."""
    with pytest.raises(Incomplete, match=r"lacks 2 shard\(s\): 0, 2"):
        write(spec(), tmp_path, executor=Serial(lambda ids: ids[1:2]))

    assert not (tmp_path / MANIFEST).exists()


def test_slices_make_one_corpus(tmp_path: Path) -> None:
    """Three slices in any order, one of them twice: whichever sees all markers writes the manifest."""
    write(spec(), tmp_path / "whole", executor=Serial())
    out = tmp_path / "sliced"
    results = [write(spec(), out, executor=Serial(), task_index=i, task_count=3) for i in (2, 0, 0, 1)]

    assert [result is None for result in results] == [True, True, True, False]
    assert files_of(out) == files_of(tmp_path / "whole")


@pytest.mark.parametrize(("index", "count"), [(1, 1), (-1, 2), (2, 2), (0, 0)])
def test_slices_that_do_not_exist_are_refused(index: int, count: int, tmp_path: Path) -> None:
    """A slice is 0 to count - 1."""
    with pytest.raises(UsageError, match="task index"):
        write(spec(), tmp_path, executor=Serial(), task_index=index, task_count=count)


def test_another_corpus_in_the_folder_is_refused_by_name(tmp_path: Path) -> None:
    """What differs is said; nothing is touched."""
    write(spec(), tmp_path, executor=Serial())
    before = files_of(tmp_path)
    for other, said in (
        (spec(seed=9), "seed is 3 there, 9 here"),
        (spec(threads=99), "threads is 12 there, 99 here"),
        (spec(split={"a": 1}), "split is"),
        (spec(shard_size=3), "shard_size is 5 there, 3 here"),
    ):
        with pytest.raises(PlanDiffers, match=said):
            write(other, tmp_path, executor=Serial())

    assert files_of(tmp_path) == before


def test_another_state_of_the_software_is_refused(tmp_path: Path) -> None:
    """A plan made with another library is not gone on with, neither here nor by a worker."""
    plan = make_plan(spec())
    raw = plan.to_bytes().replace(b'"zstandard": "', b'"zstandard": "0.')
    (tmp_path / PLAN).write_bytes(raw)

    with pytest.raises(PlanDiffers, match="zstandard is"):
        write(spec(), tmp_path, executor=Serial())


def test_a_task_can_be_sent_and_refuses_where_bytes_would_differ(tmp_path: Path) -> None:
    """The task pickles; with a fingerprint that is not this process' it raises before it writes."""
    plan = make_plan(spec())
    task = pickle.loads(pickle.dumps(ShardTask(plan, str(tmp_path))))
    record = task(0)
    changed = make_plan(spec())
    changed.fingerprint["zstandard"] = "0.1"

    assert pickle.loads(pickle.dumps(record)) == record
    with pytest.raises(PlanDiffers):
        ShardTask(changed, str(tmp_path / "other"))(0)
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("first", [5, 7, 10])
def test_a_corpus_can_grow(first: int, tmp_path: Path) -> None:
    """Extended, it is what it would be made in one go, also from a last shard that was not full."""
    write(spec(threads=12), tmp_path / "whole", executor=Serial())
    out = tmp_path / "grown"
    write(spec(threads=first), out, executor=Serial())
    plan = extend(spec(threads=12), out)
    assert not (out / MANIFEST).exists()
    kept = set(range(3)) - set(missing_shards(plan, out))
    write(plan, out, executor=Serial())

    assert kept == set(range(first // 5))
    assert files_of(out) == files_of(tmp_path / "whole")


def test_a_corpus_cannot_shrink_or_change_as_it_grows(tmp_path: Path) -> None:
    """Fewer threads and other settings are refused."""
    write(spec(), tmp_path, executor=Serial())

    with pytest.raises(UsageError, match="12 threads cannot be extended to 3"):
        extend(spec(threads=3), tmp_path)
    with pytest.raises(PlanDiffers, match="seed"):
        extend(spec(threads=30, seed=4), tmp_path)
    assert status(tmp_path).complete


def test_targets_that_are_not_ours_are_refused(tmp_path: Path) -> None:
    """Addresses, files, and folders with other files in them."""
    (tmp_path / "README.md").write_bytes(b"mine")

    with pytest.raises(UsageError, match=r"is an address.*--task-count"):
        write(spec(), "s3://bucket/corpus", executor=Serial())
    with pytest.raises(UsageError, match="is a file"):
        write(spec(), tmp_path / "README.md", executor=Serial())
    with pytest.raises(UsageError, match=r"other files \(README.md\)"):
        write(spec(), tmp_path, executor=Serial())
    with pytest.raises(UsageError, match="holds no corpus"):
        status(tmp_path)
    assert files_of(tmp_path) == {"README.md": b"mine"}


def test_a_broken_plan_is_said(tmp_path: Path) -> None:
    """A plan that cannot be read stops everything."""
    write(spec(), tmp_path, executor=Serial())
    (tmp_path / PLAN).write_bytes((tmp_path / PLAN).read_bytes()[:50])

    with pytest.raises(ReadError, match=r"PLAN\.json is no plan"):
        write(spec(), tmp_path, executor=Serial())


def test_card_and_schema_lie_beside_the_data(tmp_path: Path) -> None:
    """The card opens with YAML that says licence, language and size; the schema fits every line."""
    write(spec(split={"train": 1, "test": 1}), tmp_path, executor=Serial())
    card = (tmp_path / "README.md").read_text("utf-8")
    head = card.split("---\n")[1]

    for line in ("license: mit", "- zh\n", "- n<1K", "path: data/jsonl/test/*/*.jsonl.zst"):
        assert line in head
    assert "Everything is invented" in card
    assert content(tmp_path) in card
    assert "$" not in card
    assert json.loads((tmp_path / "schema.json").read_bytes()) == json.loads(json.dumps(schema()))

    validator = jsonschema.Draft202012Validator(schema())
    lines: list[bytes] = []
    for part in ("train", "test"):
        with zstd.FrameReader(tmp_path / f"data/jsonl/{part}/00000/part-0000000.jsonl.zst") as frames:
            lines += b"".join(frames[n] for n in range(len(frames))).splitlines()
    assert len(lines) >= 5
    for row in lines:
        validator.validate(json.loads(row))


def test_temporary_names_are_told() -> None:
    """Only names that we give are temporaries."""
    names = [".a.7-00ff00ff.tmp", ".gitignore", "a.tmp", ".x.tmp", "part-0000000"]

    assert [is_temporary(name) for name in names] == [True, False, False, False, False]


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        write(golden_spec("html"), folder, executor=Serial())
        GOLDEN.write_text(json.dumps({"content_sha256": content(Path(folder))}, indent=1) + "\n", "utf-8")
