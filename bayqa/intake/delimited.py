"""Delimited text (CSV, TSV, semicolons): bytes to a grid of cells."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from bayqa.errors import InputError
from bayqa.intake.codepages import guess_codepage
from bayqa.intake.findings import Finding
from bayqa.intake.grid import Column, Grid, make_grid

__all__ = ["decode_text", "read_delimited", "sniff_separator"]

_BULK = 4 * 2**20
_SEPARATORS = "\t;,|，；"
_MAGIC = {b"SQLite format 3": "a database (GeoPackage)", b"%PDF": "a PDF",
          b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"Rar!": "an archive",
          b"7z\xbc\xaf": "an archive", b"\x1f\x8b": "a gzip archive"}  # fmt: skip


def decode_text(name: str, data: bytes) -> str:
    """Text of bytes in UTF-8 (with or without BOM), UTF-16 or GB18030.

    Raises
    ------
    InputError
        For binary content, and for bytes of two encodings, naming the line.
    """
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise InputError(f"{name}: this is {what}, not a text table; export it as CSV or xlsx")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _strict(name, data, "utf-16")
    wide = _bare_utf16(data)
    if wide:
        return _strict(name, data, wide)
    _check_binary(name, data)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _decode_chinese(name, data, error)


def _strict(name: str, data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(encoding, "ignore").count("\n") + 1
        raise InputError(
            f"{name}: line {line} is not valid {encoding.upper()}; save the file again as UTF-8"
        ) from None
    return text.lstrip("\ufeff")


def _bare_utf16(data: bytes) -> str:
    sample = data[:2000]
    if len(sample) < 4 or b"\0" not in sample:
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) / 2
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * half and odd < 0.05 * half else ""


def _check_binary(name: str, data: bytes) -> None:
    sample = data[:65536]
    strange = sum(sample.count(bytes([c])) for c in range(32) if c not in (0, 9, 10, 11, 12, 13))
    nuls = sample.count(0)
    if strange > 0.01 * len(sample) + 2 or nuls > 0.2 * len(sample):
        raise InputError(
            f"{name}: the content is binary, not a text table; export it as CSV or xlsx"
        )


def _decode_chinese(name: str, data: bytes, broken: UnicodeDecodeError) -> str:
    first: dict[str, int] = {}
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.isascii():
            first.setdefault(_line_encoding(line), number)
    if "utf-8" in first and "gb18030" in first:
        raise InputError(_mixed(name, max(first["utf-8"], first["gb18030"])))
    page = guess_codepage(data)
    try:
        return data.decode(page)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{name}: line {line} is neither UTF-8 nor GBK; save the file again as UTF-8"
        ) from broken


def _line_encoding(line: bytes) -> str:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    cjk = sum("\u4e00" <= c <= "\u9fff" or "\uff00" <= c <= "\uffef" for c in text)
    return "utf-8" if cjk >= 2 else "either"


def _mixed(name: str, line: int) -> str:
    return (
        f"{name}: line {line} is in another encoding than the lines before it "
        "(UTF-8 and GBK mixed); save the file again as UTF-8"
    )


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


def read_delimited(name: str, data: bytes) -> Grid:
    """Grid of the cells of a delimited text.

    Raises
    ------
    InputError
        For binary or mixed content, or a quote that is never closed.
    """
    text = decode_text(name, data)
    separator = sniff_separator(text)
    if separator == "," and _is_aligned(text):
        text = re.sub(r"[ \t]{2,}", "\t", text)
        separator = "\t"
    if len(text) > _BULK:
        width, quoted = _width(text[: text.find("\n")].rstrip("\r"), separator), '"' in text
        plain = data.isascii() and b"\0" not in data and data.count(b"\r") == data.count(b"\r\n")
        content = data if plain else _unix(text).encode()
        # The text is let go before the columns are built: a large file is held only once.
        text = ""
        grid = _read_bulk(name, content, (separator, width, quoted))
        if grid is not None:
            return _with_page(grid, data)
        text = content.decode()
    return _with_page(_read_rows(name, _unix(text), separator), data)


def _is_aligned(text: str) -> bool:
    """Whether the columns are parted by two or more blanks and by nothing else."""
    lines = [line.strip() for line in text[:20_000].splitlines()[:30] if line.strip()]
    widths = {len(re.split(r" {2,}", line)) for line in lines}
    return len(lines) > 1 and len(widths) == 1 and min(widths) > 2


def _with_page(grid: Grid, data: bytes) -> Grid:
    """Grid with a finding where the encoding was told by the headings alone."""
    try:
        if data[:2] not in (b"\xff\xfe", b"\xfe\xff") and not _bare_utf16(data):
            data.decode("utf-8")
        return grid
    except UnicodeDecodeError:
        page = guess_codepage(data)
    if page == "gb18030":
        return grid
    text = "the encoding is told by the headings and signs that it makes readable"
    note = Finding(grid.file, "encoding", "assumed", text, found=page)
    return grid._replace(findings=(*grid.findings, note))


def _unix(text: str) -> str:
    """Text without NUL and with line feeds only."""
    text = text.replace("\0", "") if "\0" in text else text
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _read_rows(name: str, text: str, separator: str) -> Grid:
    rows, numbers = [], []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False)
    last = 0
    try:
        for row in reader:
            if row:
                rows.append(row)
                numbers.append(last + 1)
            if reader.line_num - last > 1000:
                raise InputError(_open_quote(name, last + 1))
            last = reader.line_num
    except csv.Error as error:
        raise InputError(
            f"{name}: row {last + 1} cannot be read ({error}); look for a quote that is not closed"
        ) from None
    return _with_ragged(make_grid(name, rows, numbers=numbers), rows)


def _open_quote(name: str, row: int) -> str:
    return f"{name}: a quote opened in row {row} is not closed within 1000 lines; close it"


def _with_ragged(grid: Grid, rows: list[list[str]]) -> Grid:
    """Grid with a finding for each row that has too few cells, or filled ones too many."""
    widths = np.array([len(r) for r in rows])
    if not len(widths):
        return grid
    usual = Counter(widths.tolist()).most_common(1)[0][0]
    full = np.flatnonzero(widths == usual)
    message = f"the row has another number of cells than the usual {usual}"
    findings = []
    # Titles stand above the first full row and notes below the last: neither is torn.
    for i in np.flatnonzero(widths != usual):
        if i < full[0] or (i > full[-1] and widths[i] <= usual / 2):
            continue
        if len(rows[i]) == 1 and rows[i][0].lstrip()[:1] in ("#", "%"):
            continue
        if (widths[i] < usual or any(map(str.strip, rows[i][usual:]))) and len(findings) < 1000:
            found = f"{widths[i]} cells"
            row = int(grid.rows[i])
            findings.append(
                Finding(grid.file, "ragged row", "doubtful", message, "", row, "", found)
            )
    return grid._replace(findings=tuple(findings))


def _read_bulk(name: str, content: bytes, shape: tuple[str, int, bool]) -> Grid | None:
    """Grid of a large regular text, or None where a row needs the slow, careful reader."""
    separator, width, quoted = shape
    names = [str(j) for j in range(width)]
    try:
        table = pacsv.read_csv(
            pa.py_buffer(content),
            read_options=pacsv.ReadOptions(column_names=names, block_size=8 * 2**20),
            parse_options=pacsv.ParseOptions(
                delimiter=separator, newlines_in_values=quoted, ignore_empty_lines=False
            ),
            convert_options=pacsv.ConvertOptions(
                column_types={n: pa.dictionary(pa.int32(), pa.string()) for n in names},
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    if quoted and table.num_rows != content.rstrip(b"\n").count(b"\n") + 1:
        return None
    columns = tuple(_arrow_column(table.column(j)) for j in range(width))
    n = table.num_rows
    del table
    pa.default_memory_pool().release_unused()
    return Grid(name, "", columns, np.arange(1, n + 1))


def _arrow_column(chunked: pa.ChunkedArray) -> Column:
    array = chunked.unify_dictionaries().combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0)
    words = array.dictionary.to_numpy(zero_copy_only=False).astype(object)
    # A copy, so that the memory of the whole parsed table can be given back.
    return Column(np.array(array.indices.to_numpy(zero_copy_only=False), np.int32), words)
