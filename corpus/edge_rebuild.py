"""The catalogue of edge cases of the reference skin in ``corpus/edge``, whole.

``python corpus/edge_rebuild.py`` writes it; ``tests/test_edge.py`` says when that is due.
"""

from __future__ import annotations

from pathlib import Path

from forgegen.pages.edge import cases_json, catalogue, index_html

FOLDER = Path(__file__).resolve().parent / "edge"
SKINS = ("reference",)


def build() -> dict[str, bytes]:
    """Every file of the catalogue by its name; the same bytes each time."""
    cases, files = [], {}
    for case, own in catalogue(SKINS):
        cases.append(case)
        files.update(own)
    return {**files, "cases.json": cases_json(cases), "index.html": index_html(cases)}


def write(folder: Path) -> None:
    """Make the folder hold the catalogue and nothing else."""
    files = build()
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    for file in folder.rglob("*"):
        if file.is_file() and file.relative_to(folder).as_posix() not in files:
            file.unlink()


if __name__ == "__main__":
    write(FOLDER)
    print(f"wrote {FOLDER}: {sum(f.stat().st_size for f in FOLDER.rglob('*') if f.is_file()):,} bytes")
