"""How figures are printed: rounded each by itself at the very end, half to even (GB/T 8170)."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Decimal

__all__ = ["format_area", "format_interval", "format_share", "round_figure"]

_TRACE = 0.0005
"""Half of the last digit of a printed share."""


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
    """Area with the digits that suit the whole water: 0.01, 0.1 or 1 km2; nothing is "0"."""
    decimals = 2 if total_km2 < 10 else 1 if total_km2 < 10_000 else 0
    return _above_nothing(area_km2, decimals)


def format_share(share: float) -> str:
    """Percent with one decimal; nothing is "0", a trace is "<0.1"."""
    return _above_nothing(share * 100, 1)


def format_interval(low: float, high: float) -> str:
    """Percent range without decimals, such as 12–34; one figure where both ends print alike."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return "–"
    ends = [round_figure(value * 100, 0) for value in (low, high)]
    if ends[0] != ends[1]:
        return "–".join(ends)
    if ends[1] == "0":
        return "0" if high < _TRACE else "<1"
    return ">99" if ends[0] == "100" and low < 1 - _TRACE else ends[0]


def _above_nothing(value: float, decimals: int) -> str:
    text = round_figure(value, decimals)
    if text == "–" or float(text) != 0:
        return text
    # Sums of exact parts leave crumbs of 1e-16; they are nothing.
    return "0" if abs(value) < 1e-9 else f"<{Decimal(1).scaleb(-decimals)}"
