"""Refusals before allocating: how much memory a task needs, and which spacing would fit."""

from __future__ import annotations

import math
import os
from pathlib import Path

from bayqa.errors import MethodError

__all__ = ["find_free_memory", "require_memory", "round_spacing_up"]

_MEMINFO = Path("/proc/meminfo")
_UNKNOWN = 4 * 1024**3
"""Bytes assumed free where the system does not tell."""


def find_free_memory() -> int:
    """Bytes that can be used now; `BAYQA_MEMORY` (in GB) overrides what the system says."""
    told = os.environ.get("BAYQA_MEMORY")
    if told:
        return int(float(told) * 1024**3)
    if _MEMINFO.exists():
        for line in _MEMINFO.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return _UNKNOWN


def require_memory(task: str, n_bytes: float, n_cells: int, spacing: float, **advice: str) -> None:
    """Refuse a task that does not fit, naming the spacing that would.

    Parameters
    ----------
    task : str
        What is to be made, for the message.
    n_bytes : float
        Estimate of the peak.
    n_cells : int
        Cells of the grid; the need is taken to be proportional to them.
    spacing : float
        Metres.
    advice : str
        `hint=` another way out, added to the message.

    Raises
    ------
    MethodError
        If the estimate exceeds the free memory.
    """
    free = find_free_memory()
    if n_bytes <= free:
        return
    fits = round_spacing_up(spacing * math.sqrt(n_bytes / free))
    hint = advice.get("hint", "")
    raise MethodError(
        f"{task} of {n_cells:,} cells at a spacing of {spacing:g} m needs about "
        f"{n_bytes / 1024**3:.1f} GB, {free / 1024**3:.1f} GB are free: "
        f"a spacing of {fits:g} m would fit{hint}"
    )


def round_spacing_up(spacing: float) -> float:
    """The next spacing with two leading digits, in metres."""
    step = 10.0 ** (math.floor(math.log10(spacing)) - 1)
    return math.ceil(spacing / step - 1e-9) * step
