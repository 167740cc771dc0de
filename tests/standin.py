"""A stand-in for a corpus: a task that writes real pages into shard files, whole or not at all, and their digests."""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path

import msgspec

from forgegen.generate.thread import make_thread
from forgegen.rendering.page import render


class Record(msgspec.Struct, frozen=True):
    """What a shard's marker says."""

    shard: int
    rows: int
    sha256: str
    content: str


class StandIn(msgspec.Struct, frozen=True):
    """Writes threads [shard * size, shard * size + size) to ``part-N.jsonl`` and then its marker; skips what is done."""

    out: str
    size: int = 2
    seed: int = 7
    dawdle: float = 0.0

    def __call__(self, shard: int) -> Record:
        """Make the shard, or read its marker."""
        marker = Path(self.out, "_done", f"{shard:05d}.json")
        if marker.exists():
            return msgspec.json.decode(marker.read_bytes(), type=Record)
        data, content, lines = hashlib.sha256(), hashlib.sha256(), []
        for index in range(shard * self.size, (shard + 1) * self.size):
            for page in render(make_thread(self.seed, index)):
                truth = page.truth.to_json()
                for part in (page.body, truth.encode()):
                    content.update(len(part).to_bytes(8, "big") + part)
                lines.append(json.dumps({"i": index, "html": page.html, "truth": truth}).encode() + b"\n")
                data.update(lines[-1])
        record = Record(shard, len(lines), data.hexdigest(), content.hexdigest())
        publish(Path(self.out, f"part-{shard:05d}.jsonl"), lines, self.dawdle)
        publish(marker, [msgspec.json.encode(record)], 0)
        return record


def publish(path: Path, lines: list[bytes], dawdle: float) -> None:
    """Write a file whole: a temporary of this process, then one rename. ``dawdle`` seconds open the window for kills."""
    temporary = path.with_name(f"{path.name}.tmp{os.getpid()}")
    with open(temporary, "wb") as f:
        for line in lines:
            f.write(line)
            time.sleep(dawdle / len(lines))
    os.replace(temporary, path)


def prepared(out: Path, **options: float) -> StandIn:
    """The task over a folder, made now."""
    (out / "_done").mkdir(parents=True, exist_ok=True)
    return StandIn(str(out), **options)  # type: ignore[arg-type]


def files(out: Path) -> dict[str, str]:
    """Digest of every published file; what is left of interrupted work is not published."""
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and ".tmp" not in path.name
    }
