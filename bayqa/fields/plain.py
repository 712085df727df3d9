"""Settings and scores as plain values, so that they can be written as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

__all__ = ["plain"]


def plain(value: object) -> object:
    """Lists, dicts, text and numbers instead of arrays and numpy scalars; rounded to 6 digits.

    Parameters
    ----------
    value : object
        Mappings and sequences are walked; large arrays (more than 64 numbers) become their shape.

    Returns
    -------
    object that `json.dumps` takes; numbers that are not finite become None
    """
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, np.ndarray) and value.size > 64:
        return f"array {value.shape}"
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    return value if isinstance(value, str | int | bool | None) else str(value)
