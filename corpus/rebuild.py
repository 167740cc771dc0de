"""The sample corpora: a folder a skin with threads as pages, truth, text, manifest and dataset card.

``python corpus/rebuild.py`` writes the three that are kept here, and takes away others; ``tests/test_corpus.py`` says
when that is due. ``python corpus/rebuild.py FOLDER`` writes those of all skins, whole, to another folder. These are few
files to look at; ``forgegen corpus`` writes large ones.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from functools import lru_cache
from pathlib import Path
from string import Template
from typing import Any, NamedTuple

from forgegen import EDITION, Thread, make_thread, render, write_text
from forgegen.skins.loading import load_skin, skin_names

HERE = Path(__file__).resolve().parent
SEED = 2027

# Chosen by looking: from no comments to three pages, flat and deep (145, 233, 257, 359), many topics. Where sizes or
# trees are drawn otherwise, look again; tests/test_corpus.py holds what they must cover.
CHOSEN = {"reference": (8, 14, 17, 25, 31, 33, 35, 52, 145, 233, 257, 359)}
# For every other skin, those of the first threads that come nearest to so many comments, while the folder stays small.
COMMENTS, FIRST, LIMIT = (26, 6, 0), 60, 150_000


class Sample(NamedTuple):
    """What a folder is made from: a skin in its own locale and profile."""

    skin: str
    templates: tuple[str, ...] = ()
    indices: tuple[int, ...] = ()

    @property
    def locale(self) -> str:
        """Of the skin."""
        return load_skin(self.skin, self.templates).locale

    @property
    def profile(self) -> str:
        """Of the skin."""
        return load_skin(self.skin, self.templates).profile

    def thread(self, index: int) -> Thread:
        """A thread of the sample."""
        return make_thread(SEED, index, locale=self.locale, profile=self.profile)


def samples() -> list[Sample]:
    """Those kept here: an article with nested comments, a Chinese forum and an English one."""
    return [Sample("discuz"), Sample("phpbb3"), Sample("reference", indices=(8, 14, 17, 25, 35, 145))]


def every_sample() -> list[Sample]:
    """One for each skin there is, whole."""
    return [Sample(name) for name in skin_names()]


def build(sample: Sample) -> dict[str, bytes]:
    """Every file of a sample by its name; the same bytes each time."""
    files: dict[str, bytes] = {}
    rows: list[dict[str, Any]] = []
    for index in _indices(sample):
        own = thread_files(sample, index)
        if sample.skin not in CHOSEN and rows and _size(files) + _size(own) > LIMIT:
            continue
        rows.append(_row(index, sample.thread(index), sum(name.endswith(".html") for name in own)))
        files.update(own)
    rows.sort(key=lambda row: row["index"])
    files["README.md"] = _card(sample, rows).encode()
    files["manifest.json"] = _manifest(sample, files, rows)
    return dict(sorted(files.items()))


def _indices(sample: Sample) -> tuple[int, ...]:
    if sample.indices or sample.skin in CHOSEN:
        return sample.indices or CHOSEN[sample.skin]
    sizes = _sizes(sample.locale, sample.profile)
    return tuple(dict.fromkeys(min(range(FIRST), key=lambda i: abs(sizes[i] - wanted)) for wanted in COMMENTS))


@lru_cache(maxsize=16)
def _sizes(locale: str, profile: str) -> tuple[int, ...]:
    return tuple(len(make_thread(SEED, i, locale=locale, profile=profile).posts) for i in range(FIRST))


def _size(files: dict[str, bytes]) -> int:
    return sum(map(len, files.values()))


def thread_files(sample: Sample, index: int) -> dict[str, bytes]:
    """A thread's pages and their truths, its JSON and its readable text; page 2 has ``.2`` in its name."""
    stem, thread = f"{index:03d}", sample.thread(index)
    files = {
        f"{stem}.thread.json": thread.to_json().encode() + b"\n",
        f"{stem}.txt": write_text(thread).encode(),
    }
    for page in render(thread, sample.skin, templates=sample.templates):
        name = stem if page.number == 1 else f"{stem}.{page.number}"
        files[f"{name}.html"] = page.body
        files[f"{name}.truth.json"] = page.truth.to_json().encode() + b"\n"
    return files


def write(sample: Sample, folder: Path) -> int:
    """Make the folder hold the sample and nothing else; its bytes."""
    files = build(sample)
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    for file in folder.iterdir():
        if file.name not in files:
            file.unlink()
    return _size(files)


def stale_folders() -> list[Path]:
    """Folders of skins that are kept here no longer."""
    names = {sample.skin for sample in samples()}
    return sorted(manifest.parent for manifest in HERE.glob("*/manifest.json") if manifest.parent.name not in names)


def _row(index: int, thread: Thread, pages: int) -> dict[str, Any]:
    return {
        "index": index,
        "title": thread.article.title,
        "comments": len(thread.posts),
        "pages": pages,
        "levels": max((post.depth for post in thread.posts), default=0),
    }


def _manifest(sample: Sample, files: dict[str, bytes], rows: list[dict[str, Any]]) -> bytes:
    listed = [
        {"name": name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        for name, data in sorted(files.items())
    ]
    made_by = {
        "edition": EDITION, "seed": SEED, "skin": sample.skin, "locale": sample.locale, "profile": sample.profile,
    }  # fmt: skip
    return json.dumps({**made_by, "threads": rows, "files": listed}, ensure_ascii=False, indent=1).encode() + b"\n"


def _card(sample: Sample, rows: list[dict[str, Any]]) -> str:
    table = [f"| {r['index']:03d} | {r['title']} | {r['comments']} | {r['pages']} | {r['levels']} |" for r in rows]
    return Template((HERE / "card.md").read_text("utf-8")).substitute(
        edition=EDITION,
        seed=SEED,
        skin=sample.skin,
        locale=sample.locale,
        profile=sample.profile,
        threads=len(rows),
        comments=sum(r["comments"] for r in rows),
        pages=sum(r["pages"] for r in rows),
        per_page=load_skin(sample.skin, sample.templates).posts_per_page,
        example=max(rows, key=lambda r: (r["pages"] > 1, -r["index"]))["index"],
        language=sample.locale.split("-")[0],
        table="\n".join(table),
    )


def main(out: Path | None) -> None:
    """Rebuild what is kept here, or write every sample to a folder."""
    total = 0
    for folder in () if out else stale_folders():
        shutil.rmtree(folder)
        print(f"removed {folder}")
    for sample in every_sample() if out else samples():
        folder = (out or HERE) / sample.skin
        size = write(sample, folder)
        total += size
        print(f"wrote {folder}: {size:,} bytes")
    print(f"{total:,} bytes in all")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else None)
