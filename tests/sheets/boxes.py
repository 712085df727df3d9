"""Where the texts of a sheet stand: boxes in millimetres, and what is wrong with them."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from matplotlib.figure import Figure
from matplotlib.text import Text

from bayqa.sheets.drawing.typography import MM_PER_POINT, measure

__all__ = ["find_faults", "text_boxes"]

_ASCENT, _DESCENT = 0.73, 0.10
_LEAST_POINTS = 4.9
_ALONG = {"left": 0.0, "center": -0.5, "right": -1.0}


class TextBox(NamedTuple):
    """One line of text as it is printed."""

    text: str
    points: float
    left: float
    bottom: float
    right: float
    top: float


def text_boxes(figure: Figure) -> list[TextBox]:
    """Boxes of all texts of a sheet, mm from the lower left corner of the paper."""
    return [_box(text) for text in figure.axes[0].texts if text.get_text()]


def find_faults(figure: Figure, page: tuple[float, float]) -> list[str]:
    """Texts that overlap, leave the border of the paper or cannot be read; empty for none."""
    boxes = text_boxes(figure)
    faults = [f"off the page: {b}" for b in boxes if not _inside(b, page)]
    faults += [f"too small: {b}" for b in boxes if b.points < _LEAST_POINTS]
    faults += [f"overlap: {a} {b}" for a, b in combinations(boxes, 2) if _meet(a, b)]
    return faults


def _box(text: Text) -> TextBox:
    weight = "bold" if "Bold" in Path(text.get_fontproperties().get_file()).name else "regular"
    size, (x, y) = text.get_fontsize(), text.get_position()
    wide, high = measure(text.get_text(), size, weight), size * MM_PER_POINT
    shift = _ALONG[text.get_ha()] * wide
    if text.get_rotation():
        box = (x - _ASCENT * high, y + shift, x + _DESCENT * high, y + shift + wide)
    else:
        box = (x + shift, y - _DESCENT * high, x + shift + wide, y + _ASCENT * high)
    return TextBox(text.get_text(), size, *box)


def _inside(box: TextBox, page: tuple[float, float], border: float = 7.0) -> bool:
    return (
        box.left >= border
        and box.bottom >= border
        and box.right <= page[0] - border
        and box.top <= page[1] - border
    )


def _meet(a: TextBox, b: TextBox, least: float = 0.1) -> bool:
    return (
        min(a.right, b.right) - max(a.left, b.left) > least
        and min(a.top, b.top) - max(a.bottom, b.bottom) > least
    )
