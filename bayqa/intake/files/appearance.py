"""What a workbook shows beside its values: number formats, raised signs, struck cells, comments.

The reader of cells gives numbers and texts alone; what changes their meaning is looked up here, in
one more pass over the sheets of those few workbooks that use it.
"""

from __future__ import annotations

import html
import re
import zipfile
from array import array
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bayqa.intake.files.formats import hides, show_number, tells_more
from bayqa.intake.records.findings import EPOCH_1904, Finding
from bayqa.intake.records.grid import Column, Grid
from bayqa.intake.records.guards import cut_tags
from bayqa.intake.vocabulary.remarks import raise_signs, speaks_of_doubt
from bayqa.intake.vocabulary.values import parse_value

__all__ = ["Looks", "find_looks", "show_cells"]

_MOST_BYTES = 50_000_000
_FORMAT = re.compile(r'<(?:\w+:)?numFmt\b(?=[^>]*\snumFmtId="(\d+)")[^>]*\sformatCode="([^"]*)"')
_XFS = re.compile(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.S)
_XF = re.compile(r"<(?:\w+:)?xf\b[^>]*>")
_FONTS = re.compile(r"<(?:\w+:)?fonts\b.*?</(?:\w+:)?fonts>", re.S)
_FONT = re.compile(r"<(?:\w+:)?font\b[^>]*/>|<(?:\w+:)?font\b[^>]*>.*?</(?:\w+:)?font>", re.S)
_STRIKE = re.compile(r'<(?:\w+:)?strike\b(?![^>]*val="(?:0|false)")')
_ITEM = re.compile(r"<(?:\w+:)?si\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?si>)", re.S)
_RUN = re.compile(r"<(?:\w+:)?r>(.*?)</(?:\w+:)?r>", re.S)
_WORD = re.compile(r"<(?:\w+:)?t\b[^>]*>([^<]*)<")
_CELL = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*\sr="([A-Z]{1,3})(\d{1,7})")(?=(?:[^>]*\ss="(\d+)")?)'
    rb'(?=(?:[^>]*\st="(\w+)")?)[^>]*>(?:<(?:\w+:)?v>(\d+)<)?'
)
_HIDDEN = re.compile(
    rb'<(?:\w+:)?(row|col)\b(?=[^>]*\shidden="(?:1|true)")(?=[^>]*\s(?:r|min)="(\d{1,7})")[^>]*>'
)
_COMMENT = re.compile(
    r'<(?:\w+:)?comment\b[^>]*\sref="([A-Z]{1,3})(\d{1,7})"[^>]*>(.*?)</(?:\w+:)?comment>', re.S
)
_MOST_COMMENTS = 20
_SPEAKS = re.compile(r"检出|detect|\b(?:lod|mdl|rl)\b|单位|unit|mg/|[uµμ]g/", re.I)


class _Styles(NamedTuple):
    """Number formats that tell more, and styles that strike through, by index of a style."""

    codes: dict[int, str]
    struck: set[int]


class Looks(NamedTuple):
    """Cells of one sheet that show more than they hold.

    `places` maps what is shown (kind and detail) to their rows and columns, 0-based.
    """

    places: dict[tuple[str, str], tuple[array, array]]
    hidden: dict[str, array]
    """Numbers of the rows ("row") and columns ("col", the first of each run) that are hidden."""
    comments: tuple[tuple[int, str, str], ...] = ()
    """Row number, letters of the column and text."""


def find_looks(path: Path, sheets: dict[str, str]) -> tuple[dict[str, Looks], list[Finding]]:
    """Looks of the sheets of an .xlsx package by sheet name, and findings about the workbook.

    Parameters
    ----------
    path : Path
        A package whose members were checked.
    sheets : dict of str
        Sheet name of each worksheet part.
    """
    looks, findings = {}, []
    try:
        with zipfile.ZipFile(path) as book:
            styles = _read_styles(_part(book, "xl/styles.xml"))
            raised = _raised_strings(_part(book, "xl/sharedStrings.xml"))
            for part, sheet in sheets.items():
                if part in book.namelist():
                    looks[sheet] = _look_at(book, part, styles, raised)
            if re.search(r'\sdate1904="(?:1|true)"', _part(book, "xl/workbook.xml")):
                findings.append(_epoch(path.name))
    except Exception:  # the reader of cells says what is wrong with a broken package
        return {}, []
    return looks, findings


def _epoch(file: str) -> Finding:
    text = (
        "this workbook counts its days from 1904, and so are bare numbers of days in a "
        "column of dates read; give them a format of dates where they were "
        "pasted from another workbook"
    )
    return Finding(file, EPOCH_1904, "doubtful", text, found="1904")


def _part(book: zipfile.ZipFile, name: str) -> str:
    """Text of a member, empty where it is missing or too large to be looked at."""
    if name not in book.namelist() or book.getinfo(name).file_size > _MOST_BYTES:
        return ""
    return book.read(name).decode("utf-8", "replace")


def _read_styles(text: str) -> _Styles:
    codes = {int(n): html.unescape(c) for n, c in _FORMAT.findall(text)}
    codes = {n: c for n, c in codes.items() if tells_more(c) or hides(c)}
    fonts = _FONT.findall(next(iter(_FONTS.findall(text)), ""))
    lines = {k for k, font in enumerate(fonts) if _STRIKE.search(font)}
    shown, struck = {}, set()
    for k, xf in enumerate(_XF.findall(next(iter(_XFS.findall(text)), ""))):
        number, font = (_attribute(xf, name) for name in ("numFmtId", "fontId"))
        if number in codes:
            shown[k] = codes[number]
        if font in lines:
            struck.add(k)
    return _Styles(shown, struck)


def _attribute(tag: str, name: str) -> int:
    hit = re.search(rf'\s{name}="(\d{{1,6}})"', tag)
    return int(hit[1]) if hit else 0


def _raised_strings(text: str) -> dict[int, str]:
    """Shared strings that hold raised signs, with these written as such: 0.21 and a raised 1."""
    if "superscript" not in text:
        return {}
    items = (hit[1] or "" for hit in _ITEM.finditer(text))
    return {k: _raise(item) for k, item in enumerate(items) if "superscript" in item}


def _raise(item: str) -> str:
    out = []
    for run in _RUN.findall(item):
        word = html.unescape("".join(_WORD.findall(run)))
        out.append(raise_signs(word) if "superscript" in run else word)
    return "".join(out)


def _look_at(book: zipfile.ZipFile, part: str, styles: _Styles, raised: dict[int, str]) -> Looks:
    """Looks of one sheet, which is read piece by piece."""
    places: dict = defaultdict(lambda: (array("i"), array("i")))
    hidden = {"row": array("i"), "col": array("i")}
    with book.open(part) as file:
        for data in cut_tags(file):
            for hit in _HIDDEN.finditer(data) if b"hidden=" in data else ():
                hidden[hit[1].decode()].append(int(hit[2]))
            if styles.codes or styles.struck or raised:
                _add_cells(places, data, styles, raised)
    return Looks(dict(places), hidden, tuple(_comments(book, part)))


def _add_cells(places, data: bytes, styles: _Styles, raised: dict[int, str]) -> None:
    for letters, row, style, kind, value in _CELL.findall(data):
        keys = []
        style = int(style or 0)
        if style in styles.codes and kind not in (b"s", b"inlineStr", b"str", b"e", b"b"):
            keys.append(("format", styles.codes[style]))
        if kind == b"s" and value and int(value) in raised:
            keys.append(("raised", raised[int(value)]))
        if style in styles.struck:
            keys.append(("struck", ""))
        for key in keys:
            rows, columns = places[key]
            rows.append(int(row) - 1)
            columns.append(_column(letters))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _comments(book: zipfile.ZipFile, part: str) -> Iterator[tuple[int, str, str]]:
    folder, _, name = part.rpartition("/")
    links = _part(book, f"{folder}/_rels/{name}.rels")
    for target in re.findall(r'Target="((?![^"]*threaded)[^"]*comment[^"]*\.xml)"', links):
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target.removeprefix('../')}"
        for letters, row, body in _COMMENT.findall(_part(book, path)):
            text = " ".join(html.unescape("".join(_WORD.findall(body))).split())
            if text:
                yield int(row), letters, text


def show_cells(grid: Grid, looks: Looks, start: tuple[int, int]) -> Grid:
    """Grid with the texts that its cells show, and findings about them.

    Parameters
    ----------
    grid : Grid
    looks : Looks
    start : tuple of int
        Row and column of the sheet at which the grid begins.
    """
    columns, findings = list(grid.columns), list(grid.findings)
    for (kind, detail), (rows, across) in looks.places.items():
        rows, across = np.array(rows) - start[0], np.array(across) - start[1]
        inside = (rows >= 0) & (rows < grid.n_rows) & (across >= 0) & (across < len(columns))
        changed: list[int] = []
        for j in np.unique(across[inside]).tolist():
            here = rows[inside & (across == j)]
            columns[j], moved = _rewrite(columns[j], here, kind, detail)
            changed += moved.tolist()
        if changed:
            row = int(grid.rows[min(changed)])
            findings.append(_about(grid, kind, detail, row, len(changed)))
    ends = {"row": int(grid.rows[-1]) if grid.n_rows else 0, "col": start[1] + len(columns)}
    for kind, numbers in looks.hidden.items():
        count = sum(n <= ends[kind] for n in numbers)
        findings += [_about_hidden(grid, kind, count)] if count else []
    findings += _about_comments(grid, looks.comments)
    return grid._replace(columns=tuple(columns), findings=tuple(findings))


def _rewrite(column: Column, rows: np.ndarray, kind: str, detail: str) -> tuple[Column, np.ndarray]:
    """Column with the shown texts in some rows, and the rows that changed."""
    codes, words = column.codes.copy(), column.words.tolist()
    old = column.codes[rows]
    at = {word: k for k, word in enumerate(words)}
    moved = np.zeros(len(rows), bool)
    for code in np.unique(old).tolist():
        new = _shown(words[code], kind, detail)
        if new != words[code]:
            hits = old == code
            moved |= hits
            if new not in at:
                at[new] = len(words)
                words.append(new)
            codes[rows[hits]] = at[new]
    return Column(codes, np.array(words, object)), rows[moved]


def _shown(word: str, kind: str, detail: str) -> str:
    if kind == "format" and not hides(detail):
        return show_number(detail, word)
    if kind == "raised":
        return detail
    remark = "struck through" if kind == "struck" else "hidden by its format"
    return f"{word} ({remark})" if parse_value(word).kind in ("exact", "below") else word


def _about(grid: Grid, kind: str, detail: str, row: int, count: int) -> Finding:
    kind = "hidden" if kind == "format" and hides(detail) else kind
    action, name, text = {
        "hidden": ("doubtful", "hidden number", "a number that its format hides is read"),
        "format": ("assumed", "number format", "cells are read as their number format shows them"),
        "raised": ("assumed", "raised sign", "raised signs are kept apart from the number"),
        "struck": ("doubtful", "struck through", "a number that is struck through is not used"),
    }[kind]
    return Finding(grid.file, name, action, text, grid.sheet, row, "", detail[:60], count)


def _about_hidden(grid: Grid, kind: str, count: int) -> Finding:
    name = "hidden row" if kind == "row" else "hidden column"
    text = f"{name}s are read like the others"
    return Finding(grid.file, name, "assumed", text, grid.sheet, count=count)


def _about_comments(grid: Grid, comments) -> Iterator[Finding]:
    """A finding for each of the first comments, doubtful where it speaks of values or limits."""
    for row, letters, text in comments[:_MOST_COMMENTS]:
        told = speaks_of_doubt(text) or _SPEAKS.search(text)
        action = "doubtful" if told else "ignored"
        message = f"a comment of cell {letters}{row} is not read: see what it says"
        yield Finding(grid.file, "comment", action, message, grid.sheet, row, letters, text[:60])
