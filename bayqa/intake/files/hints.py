"""Hints that cells of .xls and .ods workbooks show more than their numbers, which is not read."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from bayqa.intake.files.formats import show_number, tells_more
from bayqa.intake.records.findings import Finding
from bayqa.intake.records.guards import BROKEN_ARCHIVE, cut_tags

__all__ = ["doubt_formats"]

_RECORD = re.compile(rb"\x1e\x04(..)(..)(..)([\x00\x01])", re.S)
"""Head of a record of a number format in an .xls file: its length, number, letters, width."""
_SHOWN = re.compile(
    rb'office:value-type="float"[^>]*\soffice:value="([^"]*)"[^>]*>\s*<text:p>([^<]*)</text:p>'
)
_MARKS = re.compile(r"^\s*[<>≤≥＜＞]|\d\s*[Ll]\s*$|\bn\.?d\b|检出", re.I)
_MOST = 5
_OLD = b"\xd0\xcf\x11\xe0"


def doubt_formats(path: Path) -> list[Finding]:
    """Findings about cells that show marks such as < or L beside numbers, which are not read.

    Those of .xlsx are read; this is about .xls and .ods.
    """
    if not path.is_file():
        return []
    with path.open("rb") as file:
        old = file.read(4) == _OLD
    found = dict.fromkeys(_old_formats(path) if old else _shown_marks(path))
    text = (
        "cells of this workbook show a mark beside numbers, which is not read from this kind of "
        "file; if it marks values below detection, save the workbook as .xlsx"
    )
    kind = "number format"
    return [Finding(path.name, kind, "doubtful", text, found=f) for f in list(found)[:_MOST]]


def _old_formats(path: Path) -> Iterator[str]:
    """Number formats of an .xls file that put marks beside numbers."""
    data = path.read_bytes()
    for hit in _RECORD.finditer(data):
        size, letters = (int.from_bytes(hit[k], "little") for k in (1, 3))
        wide = hit[4] == b"\x01"
        if size != 5 + letters * (1 + wide) or letters > 255:
            continue
        raw = data[hit.end() : hit.end() + letters * (1 + wide)]
        code = raw.decode("utf-16-le" if wide else "latin-1", "replace")
        if tells_more(code) and show_number(code, "1.5") != "1.5":
            yield code


def _shown_marks(path: Path) -> Iterator[str]:
    """Texts with marks that cells of an .ods file show instead of their numbers."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as book:
            if "content.xml" not in book.namelist():
                return
            with book.open("content.xml") as file:
                for data in cut_tags(file):
                    for _, shown in _SHOWN.findall(data):
                        text = html.unescape(shown.decode("utf-8", "replace"))
                        if _MARKS.search(text):
                            yield text
    except BROKEN_ARCHIVE:
        return  # the reader of workbooks says what is wrong with the file
