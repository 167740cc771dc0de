"""The sample corpus in ``corpus/reference``: a dozen threads with pages, truth, text, manifest and dataset card.

``python corpus/rebuild.py`` writes it; ``tests/test_corpus.py`` says when that is due.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from string import Template
from typing import Any

from forgegen import EDITION, Thread, make_thread, render, write_text
from forgegen.rendering.skins import load_skin

HERE = Path(__file__).resolve().parent
SEED, SKIN, LOCALE, PROFILE = 2027, "reference", "zh-CN", "reference"
FOLDER = HERE / SKIN

# Chosen by looking: from no comments to three pages, flat and deep (145, 233, 257, 359), many topics. Where sizes or
# trees are drawn otherwise, look again; tests/test_corpus.py holds what they must cover.
THREADS = (8, 14, 17, 25, 31, 33, 35, 52, 145, 233, 257, 359)


def build() -> dict[str, bytes]:
    """Every file of the corpus by its name; the same bytes each time."""
    files: dict[str, bytes] = {}
    rows = []
    for index in THREADS:
        thread = make_thread(SEED, index, locale=LOCALE, profile=PROFILE)
        own = thread_files(index, thread)
        rows.append(_row(index, thread, sum(name.endswith(".html") for name in own)))
        files.update(own)
    files["README.md"] = _card(rows).encode()
    files["manifest.json"] = _manifest(files, rows)
    return dict(sorted(files.items()))


def thread_files(index: int, thread: Thread) -> dict[str, bytes]:
    """A thread's pages and their truths, its JSON and its readable text; page 2 has ``.2`` in its name."""
    stem = f"{index:03d}"
    files = {
        f"{stem}.thread.json": thread.to_json().encode() + b"\n",
        f"{stem}.txt": write_text(thread).encode(),
    }
    for page in render(thread, SKIN):
        name = stem if page.number == 1 else f"{stem}.{page.number}"
        files[f"{name}.html"] = page.body
        files[f"{name}.truth.json"] = page.truth.to_json().encode() + b"\n"
    return files


def write(folder: Path) -> None:
    """Make the folder hold the corpus and nothing else."""
    files = build()
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    for file in folder.iterdir():
        if file.name not in files:
            file.unlink()


def _row(index: int, thread: Thread, pages: int) -> dict[str, Any]:
    return {
        "index": index,
        "title": thread.article.title,
        "comments": len(thread.posts),
        "pages": pages,
        "levels": max((post.depth for post in thread.posts), default=0),
    }


def _manifest(files: dict[str, bytes], rows: list[dict[str, Any]]) -> bytes:
    listed = [
        {"name": name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        for name, data in sorted(files.items())
    ]
    made_by = {"edition": EDITION, "seed": SEED, "skin": SKIN, "locale": LOCALE, "profile": PROFILE}
    return json.dumps({**made_by, "threads": rows, "files": listed}, ensure_ascii=False, indent=1).encode() + b"\n"


def _card(rows: list[dict[str, Any]]) -> str:
    table = [f"| {r['index']:03d} | {r['title']} | {r['comments']} | {r['pages']} | {r['levels']} |" for r in rows]
    return Template((HERE / "card.md").read_text("utf-8")).substitute(
        edition=EDITION,
        seed=SEED,
        skin=SKIN,
        locale=LOCALE,
        profile=PROFILE,
        threads=len(rows),
        comments=sum(r["comments"] for r in rows),
        pages=sum(r["pages"] for r in rows),
        per_page=load_skin(SKIN).posts_per_page,
        example=next(r["index"] for r in rows if r["pages"] > 1),
        table="\n".join(table),
    )


if __name__ == "__main__":
    write(FOLDER)
    print(f"wrote {FOLDER}: {sum(f.stat().st_size for f in FOLDER.iterdir()):,} bytes")
