"""Reading board and index pages by a skin's selectors: what they list."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin

from forgegen.errors import SkinError, UsageError, folder_names
from forgegen.model.list_truth import BoardLineTruth, ListTruth, ThreadLineTruth
from forgegen.reading.decoding import decode
from forgegen.reading.extraction import Extraction, checked_encoding, checked_instant
from forgegen.skins import dom
from forgegen.skins.loading import load_skin

ListKind = Literal["board", "index"]


def extract_list(
    page: bytes | str,
    kind: ListKind,
    skin: str,
    *,
    url: str = "",
    encoding: str | None = None,
    observed: str | None = None,
    templates: Iterable[str | Path] = (),
) -> ListTruth:
    """What a board's page or the index lists, read by the skin's ``[board]`` or ``[index]``.

    ``url`` is the page's own address, which links are joined to; the skin's host without it.

    Raises: UnknownName for a skin or an encoding; UsageError for a skin that does not say how to read such pages, and
    for an instant that is none.
    """
    form = load_skin(skin, folder_names(templates))
    checked_encoding(encoding)
    checked_instant(observed)
    part = form.board if kind == "board" else form.index
    if part is None:
        raise UsageError(f"skin {skin!r} does not say how to read such a page; right would be a table [{kind}] in it")
    html = decode(page, form.encoding, encoding) if isinstance(page, bytes) else page
    reader = Extraction(form, dom.parse(html), observed)
    rows = [reader.fields(node, part.fields) for node in dom.select(reader.root, part.css)]
    base = url or form.urls.host + "/"
    for row in rows:
        if isinstance(row.get("url"), str):
            row["url"] = _joined(base, row["url"])
    if kind == "board":
        return ListTruth(threads=tuple(ThreadLineTruth(**row) for row in rows))
    return ListTruth(boards=tuple(BoardLineTruth(**row) for row in rows))


def _joined(base: str, href: str) -> str:
    try:
        return urljoin(base, href)
    except ValueError as e:
        raise SkinError(f"{href[:80]!r} is no address: {e}") from None


def list_difference(expected: ListTruth, found: ListTruth) -> str | None:
    """The first field that differs, as a sentence; None for equal lists."""
    if expected == found:
        return None
    for wanted, read in ((expected.threads, found.threads), (expected.boards, found.boards)):
        if len(wanted) != len(read):
            return f"{len(wanted)} rows stand on the page, {len(read)} are read"
        for place, (row, other) in enumerate(zip(wanted, read, strict=True), 1):
            for name in row.__struct_fields__:
                values = getattr(row, name), getattr(other, name)
                if values[0] != values[1]:
                    return f"{name} of row {place} is read as {values[1]!r}; the page shows {values[0]!r}"
    return None
