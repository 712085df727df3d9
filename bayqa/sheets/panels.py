"""Several maps in one box: rows and columns that let the maps be as large as can be."""

from __future__ import annotations

import math
from collections.abc import Mapping

from bayqa.sheets.drawing.layout import Box

__all__ = ["split_box"]


def split_box(
    box: Box, n_parts: tuple[int, int], shape: float, sizes: Mapping[str, float]
) -> tuple[list[Box], Box | None]:
    """Boxes of equal size, row by row from the upper left, and what stays free.

    Parameters
    ----------
    box : Box
    n_parts : (int, int)
        How many boxes are wanted, and how many there must be room for.
    shape : float
        Width by height of what each part shows.
    sizes : mapping
        Sizes of the layout; frame and degrees lie between the parts.

    Returns
    -------
    list of Box
    Box or None
        The end of the last row that no part takes.
    """
    # Only the lower and left edge of a part bear degrees.
    gap = 2 * sizes["frame_mm"] + sizes["degree"] * 0.353 * 0.8 + 0.9 + 2.2
    wanted, held = n_parts
    best = max(range(1, held + 1), key=lambda n: (round(_room(box, held, n, shape, gap), 6), n))
    n_rows = math.ceil(held / best)
    wide = (box.width - (best - 1) * gap) / best
    high = (box.height - (n_rows - 1) * gap) / n_rows
    boxes = [
        Box(
            box.left + (k % best) * (wide + gap),
            box.top - high - (k // best) * (high + gap),
            wide,
            high,
        )
        for k in range(n_rows * best)
    ]
    if wanted == len(boxes):
        return boxes, None
    first, last = boxes[wanted], boxes[-1]
    return boxes[:wanted], Box(first.left, last.bottom, last.right - first.left, high)


def _room(box: Box, n_parts: int, n_columns: int, shape: float, gap: float) -> float:
    n_rows = math.ceil(n_parts / n_columns)
    wide = (box.width - (n_columns - 1) * gap) / n_columns
    high = (box.height - (n_rows - 1) * gap) / n_rows
    return min(wide / shape, high)
