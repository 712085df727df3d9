"""Reads what a printed PDF says: poppler where it is installed, plain parsing where not."""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from pathlib import Path

import pytest

__all__ = ["ask_poppler", "find_rectangles"]


def ask_poppler(tool: str, *arguments: object) -> str:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed: install poppler-utils to check the PDF")
    run = subprocess.run([tool, *map(str, arguments)], capture_output=True, check=True, text=True)
    return run.stdout


def find_rectangles(path: Path) -> list[tuple[float, float]]:
    """Width and height in points of every closed four-sided path along the axes."""
    found = []
    number = rb"(-?[\d.]+) (-?[\d.]+)"
    pattern = re.compile(rb"%s m\s%s l\s%s l\s%s l\s(?:%s l\s)?h" % ((number,) * 5))
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", path.read_bytes(), re.S):
        try:
            text = zlib.decompress(stream)
        except zlib.error:
            continue
        for match in pattern.finditer(text):
            x = [float(v) for v in match.groups()[:8:2]]
            y = [float(v) for v in match.groups()[1:8:2]]
            if len({round(v, 3) for v in x}) == len({round(v, 3) for v in y}) == 2:
                found.append((max(x) - min(x), max(y) - min(y)))
    return found
