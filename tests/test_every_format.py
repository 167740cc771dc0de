"""What holds for every format of corpora: all rows come back, in order, whatever the process and the columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, Raw

from forgegen.corpus.columns import COLUMNS, KEY
from forgegen.corpus.files import entry_of
from forgegen.corpus.formats.all_formats import formats
from forgegen.corpus.formats.jsonl import json_pieces
from forgegen.corpus.formats.registry import Stored
from forgegen.corpus.plan import make_plan
from forgegen.corpus.rows import Row, rows
from forgegen.corpus.shard import Record, ShardTask, shard_rows
from forgegen.corpus.spec import Spec
from forgegen.corpus.split_parts import part_of
from forgegen.corpus.write import write
from forgegen.generate.made import Made
from forgegen.generate.making import make_made
from forgegen.model.truth import Truth
from tests.corpora import FORMATS, Serial, second_skin, spec

PAGES = ("har", "html", "jsonl", "parquet", "vcr", "wacz", "warc", "webpoet")  # those that hold pages


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Spec:
    """Twelve threads, each in two skins, one of them in GBK with several pages a thread; two profiles."""
    folder = second_skin(tmp_path_factory.mktemp("skins"))
    return spec(
        skins=["ancient", "reference"], cross=True, templates=[folder], formats=FORMATS, split={"train": 2, "test": 1},
        profiles={"reference": 1, "barrapunto": 1},
    )  # fmt: skip


@pytest.fixture(scope="module")
def corpus(mixed: Spec, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That corpus, written in all formats."""
    out = tmp_path_factory.mktemp("corpus") / "out"
    write(mixed, out, executor=Serial())
    return out


@pytest.fixture(scope="module")
def together(mixed: Spec, corpus: Path) -> list[Record]:
    """What writing each of its shards tells, all formats in one go."""
    plan = make_plan(mixed)
    return [ShardTask(plan, str(corpus))(shard) for shard in range(plan.shards)]


@pytest.fixture(scope="module")
def made(mixed: Spec) -> list[Row]:
    """All its rows, made here."""
    return [row for index in range(mixed.threads) for row in rows(mixed, index)]


def parts(mixed: Spec, corpus: Path, name: str) -> Iterator[Path]:
    """The files or folders of a format, shard by shard, the parts of the split one after the other."""
    plan = make_plan(mixed)
    paths = (corpus / plan.path(shard, name, split) for shard in range(plan.shards) for split in plan.parts)
    return filter(Path.exists, paths)


def test_the_formats_are_known_by_name() -> None:
    """The registry holds every module's format, sorted, with its words."""
    assert tuple(formats()) == FORMATS
    assert all(form.about and form.name == name for name, form in formats().items())


@pytest.mark.parametrize("name", PAGES)
def test_rows_come_back_in_order(name: str, mixed: Spec, corpus: Path, made: list[Row]) -> None:
    """Reading a format gives every row once, ordered by its key, with its bytes, its truth and all its columns."""
    stored = []
    for path in parts(mixed, corpus, name):
        here = list(formats()[name].read(path))
        assert [(row.index, row.skin, row.page) for row in here] == sorted((r.index, r.skin, r.page) for r in here)
        assert {row.split for row in here} == {path.relative_to(corpus).parts[2]}
        stored += here
    stored.sort(key=lambda row: (row.index, row.skin, row.page))

    assert [(row.index, row.skin, row.page) for row in stored] == sorted(
        (row.index, row.choice.skin, row.number) for row in made
    )
    for found, right in zip(stored, made, strict=True):
        assert found.body == right.body
        assert isinstance(found.truth, Raw)
        assert bytes(found.truth) == right.truth_json
        for column, value in right.fields().items():
            assert getattr(found, column) == value, column


def test_the_second_skin_is_what_it_should_be(made: list[Row]) -> None:
    """The mix has what is hard: another encoding than UTF-8, several pages a thread, both parts of the split."""
    assert {row.page.encoding for row in made} == {"utf-8", "gbk"}
    assert max(row.number for row in made) > 1
    assert {row.split for row in made} == {"train", "test"}
    assert {row.choice.profile for row in made} == {"reference", "barrapunto"}
    assert [row.number for row in made if row.opens] == [1] * 12


@pytest.mark.parametrize("name", PAGES)
def test_one_thread_is_read_alone(name: str, mixed: Spec, corpus: Path) -> None:
    """Reading one thread of a shard gives the rows that reading all gives of it; none for a thread elsewhere."""
    first = next(parts(mixed, corpus, name))
    everything = list(formats()[name].read(first))
    for index in (0, 1, 2, 3, 4):
        assert list(formats()[name].read(first, index)) == [row for row in everything if row.index == index]

    assert list(formats()[name].read(first, 7)) == []


@pytest.mark.parametrize("name", FORMATS)
def test_a_thread_is_compared_with_what_is_stored(name: str, mixed: Spec, corpus: Path) -> None:
    """``differs`` says nothing of a thread as it is, and says what is wrong of another in its place."""
    path = corpus / make_plan(mixed).path(0, name, part_of(mixed, 2))
    right, wrong = list(rows(mixed, 2)), list(rows(spec(**{**options(mixed), "seed": 4}), 2))

    assert formats()[name].differs(path, 2, right) is None
    assert formats()[name].differs(path, 2, wrong) is not None
    if name in PAGES:
        assert "should not be there" in str(formats()[name].differs(path, 2, right[:-1]))


TEXTS = st.text(st.one_of(st.sampled_from('",\\\n\t\x1f[]\x7f\u2028'), st.characters(exclude_categories=["Cs"])))


@given(st.lists(TEXTS))
def test_pieces_become_one_json_string(pieces: list[str]) -> None:
    """Whatever stands at the seams, the line holds the text that the pieces are together, as the encoder writes it."""
    assert b'"%s"' % b"".join(json_pieces(pieces)) == msgspec.json.encode("".join(pieces))


def options(mixed: Spec) -> dict[str, object]:
    """A spec as settings."""
    return {name: getattr(mixed, name) for name in mixed.__struct_fields__}


@pytest.mark.few("name")
@pytest.mark.parametrize("name", FORMATS)
def test_bytes_and_content_do_not_depend_on_company_or_order(
    name: str, mixed: Spec, together: list[Record], tmp_path: Path
) -> None:
    """A format alone, its shards in reverse, has the files and the content digest that it has among others."""
    alone = make_plan(spec(**{**options(mixed), "formats": [name]}))
    task = ShardTask(alone, str(tmp_path))
    for shard in reversed(range(alone.shards)):
        one, all_ = task(shard), together[shard]

        assert one.content_sha256 == all_.content_sha256
        if name not in ("warc", "wacz"):  # whose record ids are made from the run
            assert one.files == tuple(file for file in all_.files if file.path.split("/")[1] == name)


@pytest.mark.few("name", keep=4)
@pytest.mark.parametrize("name", FORMATS)
def test_the_same_bytes_twice(name: str, tmp_path: Path) -> None:
    """Two runs into two folders give equal files."""
    plan = make_plan(spec(formats=[name]))
    one, two = (ShardTask(plan, str(tmp_path / folder))(1) for folder in "ab")

    assert one == two
    for file in one.files:
        assert entry_of(tmp_path / "a" / file.path).sha256 == file.sha256


@pytest.mark.few("name", keep=3)
@pytest.mark.parametrize("name", PAGES)
def test_columns_can_be_left_out(name: str, tmp_path: Path) -> None:
    """Only the columns asked for are there, and always the key; the content digest stays the same."""
    plan = make_plan(spec(formats=[name], columns=["url", "truth_json"]))
    record = ShardTask(plan, str(tmp_path))(0)
    stored = list(formats()[name].read(tmp_path / plan.path(0, name)))

    assert record.content_sha256 == ShardTask(make_plan(spec(formats=[name])), str(tmp_path / "all"))(0).content_sha256
    for row in stored:
        there = {field for field in Stored.__struct_fields__ if getattr(row, field) is not UNSET}
        assert there == {*KEY, "url", "truth"}


@pytest.mark.parametrize("name", ["html", "text"])
def test_small_files_can_go_into_tars(name: str, mixed: Spec, tmp_path: Path) -> None:
    """Above a million threads, or when asked to, a shard is a tar with the files that the folder would hold."""
    tree, tar = (make_plan(spec(formats=[name], layout=layout)) for layout in ("tree", "tar"))
    for plan in (tree, tar):
        ShardTask(plan, str(tmp_path))(0)
    folder, file = tmp_path / tree.path(0, name), tmp_path / tar.path(0, name)
    form, thread = formats()[name], list(rows(tree.spec, 1))

    assert folder.is_dir()
    assert file.name.endswith(".tar")
    assert list(form.read(file)) == list(form.read(folder))
    assert form.differs(file, 1, thread) is None
    assert make_plan(spec(threads=1_000_001)).spec.layout == "tar"
    assert make_plan(spec(threads=1_000_000)).spec.layout == "tree"


def test_text_and_posts_tell_the_thread(tmp_path: Path) -> None:
    """A text is the thread's readable text; posts are its rows, the article being post 0."""
    plan = make_plan(spec(formats=["posts"]))
    ShardTask(plan, str(tmp_path))(0)
    table = pq.read_table(tmp_path / plan.path(0, "posts")).to_pylist()
    made = [row for row in shard_rows(plan, 0) if row.opens]

    assert [post["thread"] for post in table if post["n"] == 0] == [row.index for row in made]
    for row in made:
        posts = [post for post in table if post["thread"] == row.index]
        whole = Truth.join(page.truth for page in rows_of(row.index, plan.spec))
        assert [post["text"] for post in posts[1:]] == [post.text for post in whole.posts]
        assert [post["parent_n"] for post in posts[1:]] == [post.parent_floor or 0 for post in whole.posts]
        assert [post["depth"] for post in posts[1:]] == [post.depth for post in row.thread.posts]
        assert posts[0]["parent_n"] is None
        assert all(post["instant"] >= posts[0]["instant"] for post in posts)


def rows_of(index: int, settings: Spec) -> list[Row]:
    """The rows of a thread."""
    return list(rows(settings, index))


def test_every_column_is_documented() -> None:
    """The columns in the code are those in docs/corpus.md, with the same words."""
    text = (Path(__file__).parent.parent / "docs" / "corpus.md").read_text("utf-8")

    assert [name for name, about in COLUMNS.items() if f"| `{name}` | {about} |" not in text] == []


@pytest.mark.parametrize("name", ["html", "jsonl", "parquet", "warc"])
def test_what_was_made_is_a_column_only_if_asked_for(name: str, tmp_path: Path) -> None:
    """Story, branch and acts of a thread stand beside its pages, never in their truth."""
    asked, usual = (spec(formats=[name], columns=columns) for columns in (["truth_json", "made"], []))
    for folder, one in (("asked", asked), ("usual", usual)):
        write(one, tmp_path / folder, executor=Serial())
    with_it, without = (
        [row for path in parts(one, tmp_path / folder, name) for row in formats()[name].read(path)]
        for folder, one in (("asked", asked), ("usual", usual))
    )

    assert all(row.made is UNSET for row in without)
    for row in with_it:
        assert isinstance(row.made, str)
        assert msgspec.json.decode(row.made, type=Made) == make_made(asked.seed, row.index)
        assert isinstance(row.truth, Raw)
        assert not {"made", "branch", "act"} & set(msgspec.json.decode(row.truth))


@pytest.mark.parametrize("name", ["jsonl", "parquet"])
def test_what_is_seen_is_a_column_only_if_asked_for(name: str, tmp_path: Path) -> None:
    """What a browser shows of each post stands beside the page in the order of truth, never in it."""
    one = spec(formats=[name], columns=["truth_json", "seen"])
    write(one, tmp_path, executor=Serial())
    found = [row for path in parts(one, tmp_path, name) for row in formats()[name].read(path)]

    assert found
    for row in found:
        assert isinstance(row.truth, Raw)
        assert isinstance(row.seen, str)
        truth = msgspec.json.decode(row.truth)
        assert "seen" not in truth
        assert len(msgspec.json.decode(row.seen, type=list[str | None])) == len(truth["posts"])
