"""Number formats of workbooks that show more than the number: "<"0.00 looks like <0.01."""

from __future__ import annotations

import html
import re
import zipfile
import zlib
from pathlib import Path

from bayqa.intake.records.findings import Finding

__all__ = ["doubt_formats"]

_STYLES = "xl/styles.xml"
_MOST_BYTES = 20_000_000
_FORMAT = re.compile(r'<numFmt\b[^>]*\bformatCode="([^"]*)"')
_TEXT = re.compile(r'"([^"]*)"|\\(.)')
_MARKS = re.compile(r"[<>≤≥＜＞*]|^\s*[Ll]\s*$|\bND\b|检出")


def doubt_formats(path: Path) -> list[Finding]:
    """Findings about formats that put marks such as < or L around numbers, which are not read."""
    styles = _read_styles(path)
    found = [f for f in map(html.unescape, _FORMAT.findall(styles)) if _shows_marks(f)]
    text = (
        "a number format of this workbook shows a mark beside numbers, which is not read; if cells "
        "use it for values below detection, write the mark into the cells"
    )
    return [Finding(path.name, "number format", "doubtful", text, found=f) for f in found[:5]]


def _read_styles(path: Path) -> str:
    """Text of the styles of a workbook; empty for other files and for damaged ones."""
    if not path.is_file() or not zipfile.is_zipfile(path):
        return ""
    try:
        with zipfile.ZipFile(path) as book:
            if _STYLES not in book.namelist() or book.getinfo(_STYLES).file_size > _MOST_BYTES:
                return ""
            return book.read(_STYLES).decode("utf-8", "replace")
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, ValueError):
        return ""  # the reader of workbooks says what is wrong with the file


def _shows_marks(code: str) -> bool:
    return any(_MARKS.search(a or b) for a, b in _TEXT.findall(code))
