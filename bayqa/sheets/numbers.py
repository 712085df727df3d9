"""How figures are printed: rounded each by itself at the very end, half to even (GB/T 8170)."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Decimal

__all__ = ["format_area", "format_interval", "format_share", "round_figure"]


def round_figure(value: float, decimals: int) -> str:
    """Decimal text of a number, half to even on its shortest decimal form.

    Parameters
    ----------
    value : float
        NaN gives an en dash.
    decimals : int

    Returns
    -------
    str
    """
    if not math.isfinite(value):
        return "–"
    step = Decimal(1).scaleb(-decimals)
    # Shortest form of 12 digits: 0.125 stays a tie, 0.1 + 0.2 becomes 0.3.
    return str(Decimal(f"{value:.12g}").quantize(step, ROUND_HALF_EVEN))


def format_area(area_km2: float, total_km2: float) -> str:
    """Area with the digits that suit the whole water: 0.01, 0.1 or 1 km2."""
    decimals = 2 if total_km2 < 10 else 1 if total_km2 < 10_000 else 0
    return round_figure(area_km2, decimals)


def format_share(share: float) -> str:
    """Percent with one decimal."""
    return round_figure(share * 100, 1) if math.isfinite(share) else "–"


def format_interval(low: float, high: float) -> str:
    """Percent range without decimals, such as 12–34."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return "–"
    return f"{round_figure(low * 100, 0)}–{round_figure(high * 100, 0)}"
