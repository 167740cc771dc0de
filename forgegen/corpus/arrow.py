"""Rows as Arrow record batches and Parquet files; the one module that imports ``pyarrow``.

``truth`` is a typed struct made from the classes of ``forgegen.model.truth``, so that a new field is a new column.
In it an absent field and null are both null, and bodies are JSON text; ``truth_json`` keeps the former apart and the
latter as they are. No type is a ``large_`` one.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import UnsetType

from forgegen.corpus.columns import AS_TEXT, COLUMNS, OWN, kept
from forgegen.corpus.files import OutputFile
from forgegen.corpus.memory import give_back_large_blocks, system_pool
from forgegen.corpus.rows import Row
from forgegen.errors import MissingExtra
from forgegen.model.truth import Truth

try:
    with system_pool():
        import pyarrow as pa
        import pyarrow.json as pj
        from pyarrow._parquet import ParquetWriter as CoreWriter  # pyarrow.parquet loads clouds' file systems: 9 MB

        pa.default_memory_pool()
except ImportError:
    raise MissingExtra("pyarrow", "corpus") from None

LEVEL = 2  # 3 saves a twentieth of the bytes and costs a tenth of the time
_ROOM = 1 << 20
HEADERS = pa.list_(pa.struct([pa.field("name", pa.string()), pa.field("value", pa.string())]))


def page_schema(columns: tuple[str, ...] = ()) -> Any:
    """The Arrow schema of pages with these columns; all of them for none."""
    return pa.schema([_FIELDS[name] for name in kept(columns)])


def page_batch(rows: Iterable[Row], schema: Any) -> Any:
    """Rows as a record batch of that schema."""
    gathered = PageBatch(schema)
    for row in rows:
        gathered.add(row)
    return gathered.take()


class PageBatch:
    """Gathers rows until they become a record batch; kept as bytes they are a fraction of what the objects take."""

    def __init__(self, schema: Any) -> None:
        self._schema = schema
        self._parsed = pa.schema([field for field in schema if field.name not in _RAW])
        self._raw = {field.name: _Growing(field.type) for field in schema if field.name in _RAW}
        self._lines = bytearray()

    def add(self, row: Row) -> None:
        """Keep a row."""
        _encoder.encode_into(_line(row), self._lines, -1)
        self._lines += b"\n"
        for name, growing in self._raw.items():
            growing.add(getattr(row, name))

    def take(self) -> Any:
        """The rows since the last call, at least one, as a record batch; it is void at the next call of ``add``."""
        table, self._lines = parse_lines(self._lines, self._parsed), bytearray()
        arrays = [
            self._raw[field.name].take() if field.name in _RAW else _one(table.column(field.name))
            for field in self._schema
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=self._schema)


class _Growing:
    """Bytes one after the other, with 32-bit offsets. The memory is kept for the next ones: it would not come back."""

    def __init__(self, kind: Any) -> None:
        self._kind, self._bytes, self._offsets = kind, bytearray(_ROOM), array("i", (0,))

    def add(self, value: bytes) -> None:
        start = self._offsets[-1]
        end = start + len(value)
        if end > len(self._bytes):
            self._bytes = self._bytes.ljust(end + end // 2, b"\0")
        self._bytes[start:end] = value
        self._offsets.append(end)

    def take(self) -> Any:
        """The bytes as an array of the type that was given."""
        offsets, self._offsets = self._offsets, array("i", (0,))
        buffers = [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(memoryview(self._bytes)[: offsets[-1]])]
        return pa.Array.from_buffers(self._kind, len(offsets) - 1, buffers)


def _line(row: Row) -> dict[str, Any]:
    """What Arrow's reader of JSON is given of a row; it takes the columns that it knows."""
    headers = [{"name": name, "value": value} for name, value in row.headers.items()]
    return {**row.fields(), "headers": headers, "truth": msgspec.Raw(_flat(row.truth_json))}


def _flat(truth: bytes) -> bytes:
    """The truth with every body as JSON text: Arrow has no types that hold themselves."""
    if b'"body":[' not in truth:
        return truth
    whole = msgspec.json.decode(truth)
    for holder in (whole, *whole["posts"]):
        if holder.get("body") is not None:
            holder["body"] = _encoder.encode(holder["body"]).decode()
    return _encoder.encode(whole)


def parse_lines(lines: bytes | bytearray, schema: Any) -> Any:
    """A table from JSON lines, with the schema's columns.

    By Arrow's own parser: it is faster than columns made in Python, and ``pyarrow.array`` would import pandas, 60 MB,
    where that is installed.
    """
    return pj.read_json(
        pa.BufferReader(pa.py_buffer(lines)),
        memory_pool=pa.system_memory_pool(),
        read_options=pj.ReadOptions(use_threads=False, block_size=len(lines) + 1),
        parse_options=pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
    )


def _one(column: Any) -> Any:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


class _Many(msgspec.Struct, frozen=True):
    """A tuple of structs of a class."""

    of: type[msgspec.Struct]


@lru_cache(maxsize=16)
def _annotations(cls: type[msgspec.Struct]) -> tuple[Any, ...]:
    """What each field of a struct holds where it is neither absent nor null: a type, a struct class or many of one."""
    fields = (field for field in msgspec.structs.fields(cls) if field.name not in OWN)
    return tuple(str if field.name in AS_TEXT else _bare(field.type) for field in fields)


def _bare(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, UnionType):
        (annotation,) = [part for part in get_args(annotation) if part not in (UnsetType, type(None))]
    if get_origin(annotation) is Literal:
        return type(get_args(annotation)[0])
    if get_origin(annotation) is tuple:
        inner = _bare(get_args(annotation)[0])
        return _Many(inner) if issubclass(inner, msgspec.Struct) else tuple[inner, ...]  # type: ignore[valid-type]
    return annotation


@lru_cache(maxsize=16)
def arrow_type(annotation: Any) -> Any:
    """The Arrow type of what a field holds."""
    if isinstance(annotation, _Many):
        return pa.list_(arrow_type(annotation.of))
    if get_origin(annotation) is tuple:
        return pa.list_(arrow_type(get_args(annotation)[0]))
    if issubclass(annotation, msgspec.Struct):
        names = [name for name in annotation.__struct_fields__ if name not in OWN]
        kinds = [arrow_type(inner) for inner in _annotations(annotation)]
        return pa.struct([pa.field(name, kind) for name, kind in zip(names, kinds, strict=True)])
    return {str: pa.string(), int: pa.int64(), bool: pa.bool_()}[annotation]


_TYPES: dict[str, Any] = {
    "index": pa.int64(),
    "page": pa.int32(),
    "headers": HEADERS,
    "quirks": pa.list_(pa.string()),
    "body": pa.binary(),
    "truth": arrow_type(Truth),
}
_FIELDS = {name: pa.field(name, _TYPES.get(name, pa.string())) for name in COLUMNS}
_RAW = frozenset(("body", "truth_json"))  # columns that are bytes already
_encoder = msgspec.json.Encoder()


POSTS = pa.schema(
    [
        pa.field("thread", pa.int64()),
        pa.field("n", pa.int32()),
        pa.field("parent_n", pa.int32()),
        pa.field("depth", pa.int32()),
        pa.field("author", pa.int64()),
        pa.field("instant", pa.timestamp("ms", "UTC")),
        pa.field("text", pa.string()),
    ]
)


def post_batch(posts: Sequence[tuple[Any, ...]]) -> Any:
    """Tuples in the order of ``POSTS`` as a record batch; instants are milliseconds."""
    plain = pa.schema([field if field.name != "instant" else pa.field("instant", pa.int64()) for field in POSTS])
    names = POSTS.names
    table = parse_lines(_encoder.encode_lines([dict(zip(names, post, strict=True)) for post in posts]), plain)
    arrays = [_one(column).view(field.type) for column, field in zip(table.columns, POSTS, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=POSTS)


class ParquetWriter:
    """A Parquet file: Zstandard 2, dictionaries and statistics only for the columns that are short."""

    def __init__(self, output: OutputFile, schema: Any, *, bulky: Sequence[str], rows_a_page: int) -> None:
        give_back_large_blocks()
        short = [field.name for field in schema if field.name not in bulky]
        self._writer = CoreWriter(
            pa.PythonFile(output, mode="w"), schema, compression="zstd", compression_level=LEVEL,
            use_dictionary=[n for n in short if not pa.types.is_nested(schema.field(n).type)],
            write_statistics=short, store_schema=False, write_batch_size=rows_a_page,
            version="2.6", data_page_version="1.0", writer_engine_version="V2",
        )  # fmt: skip

        self._batches: list[Any] = []

    def add(self, batch: Any) -> None:
        """A part of a row group: as Arrow it takes a fraction of what Python's objects do."""
        self._batches.append(batch)

    def end_group(self) -> None:
        """Write what was added as one row group."""
        if self._batches:
            table = pa.Table.from_batches(self._batches)
            self._batches = []
            self._writer.write_table(table, row_group_size=table.num_rows)

    def finish(self) -> None:
        """The last row group and the footer."""
        self.end_group()
        self._writer.close()


def read_rows(
    path: Path, columns: Sequence[str], index: int | None = None, by: str = "index"
) -> Iterator[dict[str, Any]]:
    """Rows of a Parquet file as dicts, a row group at a time; those of one thread by the statistics.

    Columns that the file does not have are left out.
    """
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        names = file.schema_arrow.names
        at = names.index(by)
        for number in range(file.num_row_groups):
            if index is not None:
                statistics = file.metadata.row_group(number).column(at).statistics
                if statistics is not None and not statistics.min <= index <= statistics.max:
                    continue
            group = file.read_row_group(number, columns=[name for name in columns if name in names])
            for row in group.to_pylist():
                if index is None or row[by] == index:
                    yield row
