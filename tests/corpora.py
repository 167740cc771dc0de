"""Small corpora for tests: specs, a second skin, executors that need nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from forgegen.corpus.spec import Spec
from forgegen.corpus.spec_file import make_spec
from tests.conftest import ROOT

R = TypeVar("R")
FORMATS = (
    "article-extraction", "har", "html", "jsonl", "parquet", "posts", "text", "vcr", "wacz", "warc", "wcxb",
    "webmainbench", "webpoet",
)  # fmt: skip


class Serial:
    """The plainest executor; ``order`` is what it makes of the ids."""

    def __init__(self, order: Callable[[Sequence[int]], Sequence[int]] = lambda ids: ids) -> None:
        self.order = order

    def run(self, task: Callable[[int], R], ids: Sequence[int]) -> Iterator[R]:
        """One after the other."""
        return map(task, self.order(ids))


def spec(**settings: Any) -> Spec:
    """A spec of 12 threads in shards of 5, with small threads."""
    return make_spec({"threads": 12, "shard_size": 5, "seed": 3, "formats": ["jsonl"], **settings})


def second_skin(folder: Path, name: str = "ancient") -> str:
    """A folder with a second skin: the reference's look in GBK, in order of arrival, ten comments a page."""
    shutil.copytree(ROOT / "templates" / "reference", folder / name)
    toml = folder / name / "skin.toml"
    text = toml.read_text("utf-8")
    for old, new in (
        ('order = "tree"', 'order = "arrival"'),
        ("posts_per_page = 100", "posts_per_page = 10"),
        ('encodings = ["utf-8"]', 'encodings = ["gbk", "utf-8"]'),
    ):
        assert old in text
        text = text.replace(old, new)
    toml.write_text(text, "utf-8")
    return str(folder)
