"""What the formats of replaying tools share: a row's columns beside its exchange, and how large a file may become."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Raw

from forgegen.corpus.columns import kept
from forgegen.corpus.exchanges import Exchange
from forgegen.corpus.files import OutputFile
from forgegen.corpus.formats.registry import Settings, Stored, stored
from forgegen.corpus.rows import Row
from forgegen.errors import UsageError

UNKNOWN = "1970-01-01T00:00:00Z"  # of a page without a moment of observation


def exchange_of(row: Row) -> Exchange:
    """A row as what was asked and answered."""
    headers = tuple(row.headers.items())
    return Exchange(row.url, row.observed or UNKNOWN, 200, headers, row.body, row.asked)


class RowFields:
    """A row's columns and truth as one JSON object, without those that were left out."""

    def __init__(self, settings: Settings) -> None:
        self._columns = frozenset(kept(settings.columns))
        self.body = "body" in self._columns
        self._truth = not self._columns.isdisjoint(("truth", "truth_json"))

    def of(self, row: Row) -> dict[str, Any]:
        """The object."""
        fields = {name: value for name, value in row.fields().items() if name in self._columns}
        if self._truth:
            fields["truth"] = Raw(row.truth_json)
        return fields


def stored_from(beside: bytes | Raw, body: bytes | None) -> Stored:
    """A row from that object and the page's bytes."""
    fields = msgspec.json.decode(bytes(beside), type=dict[str, Raw])
    truth = fields.pop("truth", None)
    plain = {name: msgspec.json.decode(value) for name, value in fields.items()}
    return stored(plain, body, None if truth is None else bytes(truth))


def check_size(output: OutputFile, form: str, most: int) -> None:
    """Raises: UsageError where a file of a format whose readers load it whole has become too large."""
    if output.tell() > most:
        raise UsageError(
            f"a shard of {form} would be larger than {most >> 20} MB, and its readers load it whole; right would be a "
            f"smaller --shard-size, or another format: {output.path.name} was not written"
        )
