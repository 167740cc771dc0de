"""Rows as Arrow record batches and Parquet files; the one module that imports ``pyarrow``.

``truth`` is a typed struct made from the classes of ``forgegen.model.truth``, so that a new field is a new column.
In it an absent field and null are both null; ``truth_json`` keeps them apart. No type is a ``large_`` one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import UNSET, UnsetType

from forgegen.corpus.columns import COLUMNS, kept
from forgegen.corpus.files import OutputFile
from forgegen.corpus.rows import Row
from forgegen.errors import MissingExtra
from forgegen.model.truth import Truth

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError:
    raise MissingExtra("pyarrow", "corpus") from None

LEVEL = 3
HEADERS = pa.list_(pa.struct([pa.field("name", pa.string(), False), pa.field("value", pa.string(), False)]))


def page_schema(columns: tuple[str, ...] = ()) -> Any:
    """The Arrow schema of pages with these columns; all of them for none."""
    return pa.schema([_FIELDS[name] for name in kept(columns)])


def page_batch(rows: Sequence[Row], schema: Any) -> Any:
    """Rows as a record batch of that schema."""
    fields = [row.fields() for row in rows]
    arrays = []
    for field in schema:
        special = _SPECIAL.get(field.name)
        if special is not None:
            arrays.append(special(rows))
        else:
            arrays.append(pa.array([f[field.name] for f in fields], field.type))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def record_batch(columns: Mapping[str, Sequence[object]], schema: Any) -> Any:
    """Columns of plain values as a record batch of that schema."""
    return pa.RecordBatch.from_arrays([pa.array(columns[f.name], f.type) for f in schema], schema=schema)


def _headers(rows: Sequence[Row]) -> Any:
    pairs = [row.page.headers for row in rows]
    names, values = (
        pa.array(list(chain.from_iterable(part)), pa.string()) for part in (pairs, (p.values() for p in pairs))
    )
    inner = pa.StructArray.from_arrays([names, values], fields=list(HEADERS.value_type))
    return pa.ListArray.from_arrays(_offsets(pairs), inner, type=HEADERS)


def _offsets(parts: Sequence[Any]) -> Any:
    offsets, end = [0], 0
    for part in parts:
        end += len(part)
        offsets.append(end)
    return pa.array(offsets, pa.int32())


def truth_array(truths: Sequence[Truth]) -> Any:
    """Truths as an array of typed structs."""
    return _struct_array(truths, Truth)


def _struct_array(structs: Sequence[Any], cls: type[msgspec.Struct]) -> Any:
    """Structs of one class as a struct array, column by column; None is null."""
    kind = arrow_type(cls)
    empty = (None,) * len(cls.__struct_fields__)
    rows = [empty if struct is None else msgspec.structs.astuple(struct) for struct in structs]
    columns = list(zip(*rows, strict=True)) or [()] * len(empty)
    arrays = []
    for column, field, annotation in zip(columns, kind, _annotations(cls), strict=True):
        if UNSET in column:
            column = tuple([None if value is UNSET else value for value in column])
        arrays.append(_column(column, field.type, annotation))
    missing = None
    if None in structs:
        missing = pa.array([struct is None for struct in structs], pa.bool_())
    return pa.StructArray.from_arrays(arrays, fields=list(kind), mask=missing)


def _column(values: Sequence[Any], kind: Any, annotation: Any) -> Any:
    """One column: plain values, structs, or lists of structs."""
    if isinstance(annotation, _Many):
        flat = list(chain.from_iterable(values))
        return pa.ListArray.from_arrays(_offsets(values), _struct_array(flat, annotation.of), type=kind)
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        if values.count(None) == len(values):
            return pa.nulls(len(values), kind)
        return _struct_array(values, annotation)
    return pa.array(values, kind)


class _Many(msgspec.Struct, frozen=True):
    """A tuple of structs of a class."""

    of: type[msgspec.Struct]


@lru_cache(maxsize=16)
def _annotations(cls: type[msgspec.Struct]) -> tuple[Any, ...]:
    """What each field of a struct holds where it is neither absent nor null: a type, a struct class or many of one."""
    return tuple(_bare(field.type) for field in msgspec.structs.fields(cls))


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
        names = annotation.__struct_fields__
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
_SPECIAL: dict[str, Callable[[Sequence[Row]], Any]] = {
    "headers": _headers,
    "body": lambda rows: pa.array([row.body for row in rows], pa.binary()),
    "truth": lambda rows: truth_array([row.truth for row in rows]),
    "truth_json": lambda rows: pa.array([row.truth_json for row in rows], pa.binary()).cast(pa.string()),
}


POSTS = pa.schema(
    [
        pa.field("thread", pa.int64(), False),
        pa.field("n", pa.int32(), False),
        pa.field("parent_n", pa.int32()),
        pa.field("depth", pa.int32(), False),
        pa.field("author", pa.int64()),
        pa.field("instant", pa.timestamp("ms", "UTC")),
        pa.field("text", pa.string(), False),
    ]
)


class ParquetWriter:
    """A Parquet file: Zstandard 3, dictionaries and statistics only for the columns that are short."""

    def __init__(self, output: OutputFile, schema: Any, *, bulky: Sequence[str], rows_a_page: int) -> None:
        short = [field.name for field in schema if field.name not in bulky]
        self._writer = pq.ParquetWriter(
            pa.PythonFile(output, mode="w"), schema, compression="zstd", compression_level=LEVEL,
            use_dictionary=[n for n in short if not pa.types.is_nested(schema.field(n).type)],
            write_statistics=short, store_schema=False, write_batch_size=rows_a_page,
        )  # fmt: skip

    def write(self, batch: Any) -> None:
        """One row group."""
        self._writer.write_batch(batch, row_group_size=max(1, batch.num_rows))

    def finish(self) -> None:
        """The footer."""
        self._writer.close()


def read_rows(
    path: Path, columns: Sequence[str], index: int | None = None, by: str = "index"
) -> Iterator[dict[str, Any]]:
    """Rows of a Parquet file as dicts, a row group at a time; those of one thread by the statistics.

    Columns that the file does not have are left out.
    """
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
