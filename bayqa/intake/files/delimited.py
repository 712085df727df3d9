"""Delimited text (CSV, TSV, semicolons): bytes to a grid of cells."""

from __future__ import annotations

import csv
import io
import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from bayqa.errors import InputError
from bayqa.intake.files.codepages import find_encoding, read_blocks
from bayqa.intake.records.findings import Finding
from bayqa.intake.records.grid import Column, Grid, make_grid, release_memory

__all__ = ["read_delimited", "sniff_separator"]

_BULK = 4 * 2**20
_SEPARATORS = "\t;,|，；"
_HEAD = 200_000


def sniff_separator(text: str) -> str:
    """Separator that parts the first lines most evenly."""
    lines = [line for line in text[:200_000].splitlines()[:60] if line.strip()]
    if not lines:
        return ","
    best, best_score = ",", 0.0
    for separator in _SEPARATORS:
        widths = Counter(_width(line, separator) for line in lines)
        width, count = max(widths.items(), key=lambda kv: ((kv[0] > 1) * kv[1], kv[0]))
        score = count / max(len(lines), 1) * (1 + min(width, 50) / 100) if width > 1 else 0.0
        if score > best_score * 1.001:
            best, best_score = separator, score
    return best


def _width(line: str, separator: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=separator)))
    except (csv.Error, StopIteration):
        return 1


def read_delimited(name: str, source: bytes | Callable[[], BinaryIO]) -> Grid:
    """Grid of the cells of a delimited text, given as bytes or as a function that opens a file.

    Raises
    ------
    InputError
        For binary or mixed content, or a quote that is never closed.
    """
    opened = (lambda: io.BytesIO(source)) if isinstance(source, bytes) else source
    text = _look_at(opened, find_encoding(name, opened))
    grid = _read_bulk(name, text) if text.is_plain else None
    grid = _read_rows(name, text) if grid is None else grid
    return _with_page(grid, text.encoding)


class _Text(NamedTuple):
    """A delimited text that was looked through once."""

    open: Callable[[], BinaryIO]
    encoding: str
    separator: str
    width: int
    n_lines: int
    is_aligned: bool
    is_quoted: bool
    quote: str
    is_loose: bool
    """Whether blanks stand between separators and quotes."""
    is_plain: bool
    """Large, with one kind of line end and no NUL: the fast reader may try."""


def _look_at(opened: Callable[[], BinaryIO], encoding: str) -> _Text:
    head, size, lines, tail, quoted, odd = "", 0, 1, "", False, False
    for block in read_blocks(opened, encoding):
        head += block[: _HEAD - len(head)] if len(head) < _HEAD else ""
        size += len(block)
        lines += block.count("\n")
        quoted |= '"' in block
        block = tail + block
        odd |= "\0" in block or block.count("\r", 0, -1) != block.count("\r\n", 0)
        tail = block[-1:] if block.endswith("\r") else ""
    separator = sniff_separator(head)
    aligned = separator == "," and _is_aligned(head)
    width = _width(head.lstrip("\ufeff").split("\n", 1)[0].rstrip("\r"), separator)
    quote, loose = _find_quote(head, separator), re.search(rf"{re.escape(separator)} +[\"']", head)
    plain = size > _BULK and not (odd or tail or aligned or loose or quote != '"')
    about = (quote, loose is not None, plain)
    return _Text(opened, encoding, separator, width, lines, aligned, quoted, *about)


def _find_quote(head: str, separator: str) -> str:
    """Apostrophe where every cell of the first two lines stands between apostrophes."""
    lines = [line.strip() for line in head.splitlines()[:2]]
    cells = [c.strip() for line in lines for c in line.split(separator)]
    wrapped = all(len(c) > 1 and c[0] == c[-1] == "'" for c in cells)
    return "'" if len(cells) > 3 and wrapped else '"'


def _is_aligned(text: str) -> bool:
    """Whether the columns are parted by two or more blanks and by nothing else."""
    lines = [line.strip() for line in text[:20_000].splitlines()[:30] if line.strip()]
    widths = {len(re.split(r" {2,}", line)) for line in lines}
    return len(lines) > 1 and len(widths) == 1 and min(widths) > 2


def _with_page(grid: Grid, encoding: str) -> Grid:
    """Grid with a finding where the encoding was told by the headings alone."""
    if encoding.startswith("utf") or encoding == "gb18030":
        return grid
    text = "the encoding is told by the headings and signs that it makes readable"
    note = Finding(grid.file, "encoding", "assumed", text, found=encoding)
    return grid._replace(findings=(*grid.findings, note))


def _lines(text: _Text) -> Iterator[str]:
    """Lines without NUL, ended by line feeds, aligned columns parted by tabs."""
    with io.TextIOWrapper(text.open(), encoding=text.encoding, newline=None) as file:
        for number, line in enumerate(file):
            line = line.lstrip("\ufeff") if not number else line
            line = line.replace("\0", "")
            yield re.sub(r"[ \t]{2,}", "\t", line) if text.is_aligned else line


def _read_rows(name: str, text: _Text) -> Grid:
    numbers, widths = array("i"), array("i")
    separator = "\t" if text.is_aligned else text.separator
    style = {"delimiter": separator, "quotechar": text.quote, "skipinitialspace": text.is_loose}
    rows = _counted(name, csv.reader(_lines(text), **style), numbers, widths)
    grid = make_grid(name, rows)
    grid = grid._replace(rows=np.array(numbers, np.int64))
    return _with_ragged(grid, np.array(widths, np.int32))


def _counted(name: str, reader, numbers: array, widths: array) -> Iterator[list[str]]:
    """Rows that are not empty; where each begins and how wide it is goes into the arrays."""
    last = 0
    try:
        for row in reader:
            if row:
                numbers.append(last + 1)
                widths.append(len(row))
                yield row
            if reader.line_num - last > 1000:
                raise InputError(_open_quote(name, last + 1))
            last = reader.line_num
    except csv.Error as error:
        raise InputError(
            f"{name}: row {last + 1} cannot be read ({error}); look for a quote that is not closed"
        ) from None


def _open_quote(name: str, row: int) -> str:
    return f"{name}: a quote opened in row {row} is not closed within 1000 lines; close it"


def _commented(grid: Grid) -> int:
    """Number of leading rows that are comments: #, // or from /* to */, as in data archives."""
    first = [grid.columns[0].cell(i).lstrip() for i in range(min(grid.n_rows, 1000))]
    if first and first[0].startswith("/*"):
        return next((i + 1 for i, cell in enumerate(first) if cell.startswith("*/")), 0)
    return next((i for i, cell in enumerate(first) if not cell.startswith(("//", "#"))), 0)


def _with_ragged(grid: Grid, widths: np.ndarray) -> Grid:
    """Grid with a finding for each row that has too few cells, or filled ones too many."""
    if not len(widths):
        return grid
    head = _commented(grid)
    usual = Counter(widths[head:].tolist() or widths.tolist()).most_common(1)[0][0]
    full = np.flatnonzero(widths == usual)
    message = f"the row has another number of cells than the usual {usual}"
    findings = []
    # Titles stand above the first full row and notes below the last: neither is torn.
    for i in np.flatnonzero(widths != usual):
        if i < full[0] or (i > full[-1] and widths[i] <= usual / 2):
            continue
        if widths[i] == 1 and grid.columns[0].cell(i).lstrip()[:1] in ("#", "%"):
            continue
        more = any(c.cell(i).strip() for c in grid.columns[usual:])
        if (widths[i] < usual or more) and len(findings) < 1000:
            found = f"{widths[i]} cells"
            row = int(grid.rows[i])
            findings.append(
                Finding(grid.file, "ragged row", "doubtful", message, "", row, "", found)
            )
    return grid._replace(findings=tuple(findings))


def _read_bulk(name: str, text: _Text) -> Grid | None:
    """Grid of a large regular text, or None where a row needs the slow, careful reader."""
    columns = [_Batches() for _ in range(text.width)]
    try:
        for block in _whole_lines(text):
            # A reader of the whole file would fetch all of it ahead.
            table = _parse_block(block, text)
            for column, cells in zip(columns, table.columns, strict=True):
                column.parts += cells.chunks
    except pa.ArrowInvalid:
        return None
    n = sum(map(len, columns[0].parts))
    # A line end inside quotes makes fewer rows than lines; a last line end makes no row.
    if text.is_quoted and text.n_lines - n not in (0, 1):
        return None
    done = tuple(columns.pop(0).column() for _ in range(text.width))
    release_memory()
    return Grid(name, "", done, np.arange(1, n + 1))


def _whole_lines(text: _Text) -> Iterator[bytes]:
    """Pieces of a text that end with a line, in UTF-8."""
    rest = ""
    for block in read_blocks(text.open, text.encoding):
        end = block.rfind("\n") + 1
        if end:
            yield (rest + block[:end]).lstrip("\ufeff").encode()
            rest = ""
        rest += block[end:]
    if rest:
        yield rest.encode()


def _parse_block(block: bytes, text: _Text) -> pa.Table:
    names = [str(j) for j in range(text.width)]
    return pacsv.read_csv(
        pa.py_buffer(block),
        read_options=pacsv.ReadOptions(column_names=names, block_size=len(block) + 1),
        parse_options=pacsv.ParseOptions(
            delimiter=text.separator, newlines_in_values=text.is_quoted, ignore_empty_lines=False
        ),
        convert_options=pacsv.ConvertOptions(
            column_types={n: pa.dictionary(pa.int32(), pa.string()) for n in names},
            strings_can_be_null=False,
        ),
    )


class _Batches:
    """One column while it comes in batches, each with words of its own."""

    def __init__(self):
        self.parts: list[pa.DictionaryArray] = []

    def column(self) -> Column:
        chunked = pa.chunked_array(self.parts).unify_dictionaries()
        codes = np.concatenate([c.indices.to_numpy(zero_copy_only=False) for c in chunked.chunks])
        words = chunked.chunk(0).dictionary.to_pylist()
        return Column(codes.astype(np.int32, copy=False), np.array(words, object))
