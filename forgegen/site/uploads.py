"""The pictures and files that posts show, as answers."""

from __future__ import annotations

from forgegen.generate.composing.drawn_uploads import UPLOADS, upload_at
from forgegen.site.exchange import Answer
from forgegen.site.transfer import with_tag


def upload_answer(path: str) -> Answer | None:
    """The file at an address; None where there is none."""
    file = upload_at(path) if path.startswith(UPLOADS) else None
    if file is None:
        return None
    kind = f"{file.kind}; charset=utf-8" if file.kind.startswith("text/") else file.kind
    return with_tag(Answer(200, (("Content-Type", kind), ("Accept-Ranges", "bytes")), file.body))
