"""Tables inside other documents: HTML pages, JSON feeds and Parquet files."""

from __future__ import annotations

import json
import re
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from lxml import etree

from bayqa.errors import InputError
from bayqa.intake.files.codepages import decode_text
from bayqa.intake.records.grid import Column, Grid, make_grid
from bayqa.intake.records.guards import check_width, refuse_broken
from bayqa.intake.vocabulary.remarks import raise_signs

__all__ = ["check_parquet", "read_html", "read_json", "read_parquet"]

_MOST_CELLS = 10_000_000
_MOST_SPANNED = 5_000_000
_MOST_TABLES = 500
_MOST_LETTERS = 500_000_000
# As a reader sees it: comments are no text.
_text = etree.XPath("string()")
_STRUCK = ("del", "s", "strike")
_UNSEEN = re.compile(r"display\s*:\s*none", re.I)


def read_html(name: str, data: bytes) -> list[Grid]:
    """Grids of the tables of a page that have at least two rows and two columns.

    Raises
    ------
    InputError
        For a page without such a table.
    """
    try:
        grids = list(_tables(name, decode_text(name, data).encode()))
    except (etree.LxmlError, ValueError) as error:
        raise InputError(f"{name}: the page cannot be read ({error}); save it as xlsx") from None
    if not grids:
        raise InputError(f"{name}: the page holds no table; export the data as CSV or xlsx")
    return grids


class _Table(NamedTuple):
    """A table that is still open: its number on the page, its rows, and cells that reach down."""

    number: int
    rows: list[list[str]]
    pending: dict[int, tuple[int, str]]
    inner: list[int]
    """Numbers of the tables within it: it lays out the page and holds no data of its own."""
    words: dict[str, str]
    """Texts that came before: a large table holds each of them once."""


def _tables(name: str, data: bytes):
    """Grids of the innermost tables; a row is let go as soon as it is read."""
    tags = {"events": ("start", "end"), "tag": ("table", "tr")}
    reading = etree.iterparse(BytesIO(data), html=True, encoding="utf-8", **tags)
    opened: list[_Table] = []
    number = made = 0
    for event, tag in reading:
        if event == "start" and tag.tag == "table":
            number += 1
            for table in opened:
                table.inner.append(number)
            opened.append(_Table(number, [], {}, [], {}))
        elif event == "end" and opened:
            if tag.tag == "tr":
                _add_row(name, tag, opened[-1])
                tag.clear(keep_tail=True)
                continue
            table = opened.pop()
            if not table.inner and len(table.rows) > 1 and max(map(len, table.rows)) > 1:
                made += 1
                _check_tables(name, made)
                sheet = "" if table.number == 1 else f"table {table.number}"
                yield make_grid(name, table.rows, sheet=sheet)


def _check_tables(name: str, made: int) -> None:
    if made > _MOST_TABLES:
        raise InputError(f"{name}: the page holds over {_MOST_TABLES} tables; export the data")


def _add_row(name: str, tr: etree._Element, table: _Table) -> None:
    """One more row of texts, with cells that span rows or columns repeated."""
    row: list[str] = []
    for cell in tr.iter("td", "th"):
        if _UNSEEN.search(cell.get("style", "")):
            continue
        _take_pending(row, table.pending)
        text = " ".join(_shown(cell).split())
        text = table.words.setdefault(text, text)
        down, across = _span(cell, "rowspan"), _span(cell, "colspan")
        for _ in range(across):
            if down > 1:
                table.pending[len(row)] = (down - 1, text)
            row.append(text)
    _take_pending(row, table.pending)
    table.rows.append(row)
    check_width(name, len(row))
    if len(row) * len(table.rows) > _MOST_SPANNED:
        raise InputError(f"{name}: the table spans too many cells; export it as CSV")


def _shown(cell: etree._Element) -> str:
    """Text of a cell with raised signs as such and without what is struck or hidden."""
    if not len(cell):
        return _text(cell)
    parts, hidden, raised = [], 0, 0
    for event, tag in etree.iterwalk(cell, events=("start", "end")):
        step = 1 if event == "start" else -1
        is_unseen = tag is not cell and (
            tag.tag in _STRUCK or _UNSEEN.search(tag.get("style", "")) is not None
        )
        hidden += step * is_unseen
        raised += step * (tag.tag == "sup")
        text = (tag.text if step > 0 else tag.tail if tag is not cell else "") or ""
        if not hidden:
            parts.append(raise_signs(text) if raised else text)
    return "".join(parts)


def _span(cell: etree._Element, name: str) -> int:
    text = cell.get(name, "1").strip()
    return min(max(int(text), 1), 1000) if text.isascii() and text.isdigit() else 1


def _take_pending(row: list[str], pending: dict[int, tuple[int, str]]) -> None:
    while len(row) in pending:
        left, text = pending.pop(len(row))
        if left > 1:
            pending[len(row)] = (left - 1, text)
        row.append(text)


def read_json(name: str, data: bytes) -> list[Grid]:
    """Grid of a JSON array of records, or of an object that holds one such array.

    Raises
    ------
    InputError
        For broken JSON or a shape that is no list of records.
    """
    text = decode_text(name, data)
    try:
        content = json.loads(text, parse_float=str, parse_int=str)
    except (json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise InputError(
            f"{name}: line {line} is not valid JSON ({error.__class__.__name__}); "
            "fetch or export the file again"
        ) from None
    del text
    records = _find_records(content)
    if records is None:
        raise InputError(f"{name}: the JSON holds no list of records; wanted [{{...}}, {{...}}]")
    keys: dict[str, None] = {}
    for record in records:
        keys.update(dict.fromkeys(record))
        check_width(name, len(keys))
    rows = ([_json_text(r.get(k)) for k in keys] for r in records)
    numbers = np.arange(len(records) + 1)
    return [make_grid(name, chain([list(keys)], rows), numbers=numbers)]


_DATA_KEYS = frozenset("records record data rows items features results result value".split())


def _find_records(content: object, depth: int = 0) -> list[dict] | None:
    if isinstance(content, list) and content and all(isinstance(r, dict) for r in content):
        if all(r.get("type") == "Feature" for r in content):
            return [_feature_record(r) for r in content]
        return content
    if isinstance(content, dict) and depth < 4:
        # A list named as the data goes before others, such as descriptions of the columns.
        named = sorted(content, key=lambda k: str(k).casefold() not in _DATA_KEYS)
        found = (_find_records(content[k], depth + 1) for k in named)
        return next((f for f in found if f is not None), None)
    return None


def _feature_record(feature: dict) -> dict:
    record = dict(feature.get("properties") or {})
    geometry = feature.get("geometry") or {}
    place = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if isinstance(place, list) and len(place) >= 2 and geometry.get("type") == "Point":
        record.setdefault("lon", place[0])
        record.setdefault("lat", place[1])
    return record


def _json_text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def read_parquet(path: Path) -> list[Grid]:
    """Grid of a Parquet file; numbers become their shortest exact text.

    Raises
    ------
    InputError
        For a damaged file or one that unpacks to too many cells.
    """
    with refuse_broken(path.name, "the Parquet file is damaged or cut short", "write it again"):
        with pq.ParquetFile(path) as file:
            check_parquet(path, file.metadata)
            texts = [f.name for f in file.schema_arrow if _is_text(f.type)]
        # Texts stay coded: a long one that stands in every row is kept once.
        table = pq.read_table(path, read_dictionary=texts, partitioning=None)
        table.validate(full=True)
        head = [
            _with_header(path.name, table.column(j), name)
            for j, name in enumerate(table.column_names)
        ]
    return [Grid(path.name, "", tuple(head), np.arange(table.num_rows + 1))]


def check_parquet(path: Path, meta: pq.FileMetaData) -> None:
    """Raise InputError for a Parquet file that unpacks to more than is read."""
    size = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
    cells = meta.num_rows * meta.num_columns
    if (
        cells > _MOST_CELLS + 8 * path.stat().st_size
        or size > 100 * 2**20 + 50 * path.stat().st_size
    ):
        raise InputError(
            f"{path.name}: would unpack to {meta.num_rows} rows of {meta.num_columns} columns, "
            "more than is read; split the file"
        )


def _with_header(file: str, values: pa.ChunkedArray, name: str) -> Column:
    kind = values.type.value_type if pa.types.is_dictionary(values.type) else values.type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind):
        words, codes = np.array([""], object), np.zeros(len(values), np.int32)
    else:
        coded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
        coded = coded.unify_dictionaries().combine_chunks()
        coded = coded.chunk(0) if isinstance(coded, pa.ChunkedArray) else coded
        words = np.array([_value_text(v) for v in coded.dictionary.to_pylist()] + [""], object)
        codes = coded.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False)
    spread = np.bincount(codes, minlength=len(words)) @ np.array([len(w) for w in words])
    if spread > _MOST_LETTERS:
        raise InputError(
            f"{file}: the column {name!r} would unpack to {spread} letters; shorten its texts"
        )
    codes = np.concatenate([[len(words)], codes]).astype(np.int32)
    return Column(codes, np.append(words, name).astype(object))


def _is_text(kind: pa.DataType) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _value_text(value: object) -> str:
    if isinstance(value, float):
        return "" if value != value else repr(value)
    return "" if value is None else str(value)
