"""Indices of sea water: eutrophication, organic pollution, nutrients, Nemerow, grade index."""

from __future__ import annotations

import numpy as np

from bayqa.assess.indices.scales import apply, grade, label
from bayqa.errors import InputError

__all__ = [
    "eqgi",
    "eutrophication",
    "eutrophication_grade",
    "nemerow",
    "nutrient_levels",
    "organic_pollution",
    "organic_pollution_grade",
]

_CLASS_I = {"cod": 2.0, "din": 0.2, "dip": 0.015, "do": 6.0}
_N, _P = 14.007, 30.974


def eutrophication(cod, din, dip):
    """Eutrophication index E of sea water.

    Parameters
    ----------
    cod, din, dip : float, array or DataArray
        Chemical oxygen demand (permanganate), inorganic nitrogen as N and phosphate as P, mg/L.

    Returns
    -------
    float, array or DataArray
        E, no unit; E >= 1 counts as eutrophic. NaN where any input is NaN.

    Source
    ------
    HJ 442-2008; E = COD DIN DIP 10^6 / 4500.
    """
    return apply(lambda c, n, p: c * n * p * 1e6 / 4500, cod, din, dip)


def eutrophication_grade(value, *, scale: str = "bulletin", language: str | None = None):
    """Grade of the eutrophication index on one of its two scales.

    Parameters
    ----------
    value : float or array
        E, as `eutrophication` gives it.
    scale : str
        "bulletin" (1, 3, 9: none, light, moderate, heavy) or "hj442" (1, 2, 5, 15: five grades).
    language : str, optional
        "zh" or "en" gives words instead of numbers.

    Returns
    -------
    int or str, shape of `value`
        1 is the best grade; 0 (or the empty word) where E is NaN.

    Source
    ------
    Marine environment bulletins; HJ 442-2008.
    """
    return _graded(value, f"eutrophication-{scale}", language)


def organic_pollution(cod, din, dip, do, *, limits: dict | None = None):
    """Organic pollution index A.

    Parameters
    ----------
    cod, din, dip, do : float or array
        mg/L; nitrogen as N, phosphate as P.
    limits : dict, optional
        Reference values for "cod", "din", "dip", "do", mg/L; class I of GB 3097-1997 by default.

    Returns
    -------
    float or array
        A, no unit: COD/COD0 + DIN/DIN0 + DIP/DIP0 - DO/DO0.

    Source
    ------
    A = sum of ratios; class I limits: GB 3097-1997 table 1.
    """
    ref = _CLASS_I | (limits or {})
    return apply(
        lambda c, n, p, o: c / ref["cod"] + n / ref["din"] + p / ref["dip"] - o / ref["do"],
        cod,
        din,
        dip,
        do,
    )


def organic_pollution_grade(value, *, language: str | None = None):
    """Grade of the organic pollution index, 1 (good) to 6 (severe); words with `language`."""
    return _graded(value, "organic-pollution", language)


def nutrient_levels(din, dip):
    """Nutrient level of sea water after Guo.

    Parameters
    ----------
    din, dip : float or array
        Inorganic nitrogen as N and phosphate as P, mg/L.

    Returns
    -------
    str or array of str
        "I", "II", "III", "IVP", "VP", "VIP", "IVN", "VN", "VIN"; "not classed" where the table has
        no row; the empty word where an input is NaN.

    Source
    ------
    Guo 1998, potential eutrophication by molar N/P; bounds from memory, names and order published.
    """
    n, p = np.broadcast_arrays(np.asarray(din, float), np.asarray(dip, float))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (n / _N) / (p / _P)
    balanced, few_p, few_n = (ratio >= 8) & (ratio <= 30), ratio > 30, ratio < 8
    mid_n, rich_n = (n >= 0.2) & (n <= 0.3), n > 0.3
    mid_p, rich_p = (p >= 0.03) & (p <= 0.045), p > 0.045
    rules = [
        (np.isnan(n) | np.isnan(p), ""),
        (balanced & (n < 0.2) & (p < 0.03), "I"),
        (balanced & mid_n & mid_p, "II"),
        (balanced & rich_n & rich_p, "III"),
        (few_p & mid_n, "IVP"),
        (few_p & rich_n & (ratio <= 60), "VP"),
        (few_p & rich_n & (ratio > 60), "VIP"),
        (few_n & mid_p, "IVN"),
        (few_n & rich_p & (ratio >= 4), "VN"),
        (few_n & rich_p & (ratio < 4), "VIN"),
    ]
    out = np.select([r[0] for r in rules], [r[1] for r in rules], default="not classed")
    return str(out) if out.ndim == 0 else out


def nemerow(ratios, axis: int = 0):
    """Nemerow index of ratios of value to limit.

    Parameters
    ----------
    ratios : array
        C/S of each parameter along `axis`.
    axis : int

    Returns
    -------
    float or array
        sqrt((mean^2 + max^2) / 2); NaN where any ratio is NaN.

    Source
    ------
    Nemerow 1974.
    """
    c = np.asarray(ratios, dtype=float)
    return np.sqrt((c.mean(axis=axis) ** 2 + c.max(axis=axis) ** 2) / 2)


def eqgi(value, limit, *, temperature=None):
    """Environmental quality grade index: a continuous class number.

    0 to 1 is class I, 1 to 2 class II and so on; beyond the last class the excess ratio is added.

    Parameters
    ----------
    value : float or array
        In the unit of the limit.
    limit : Limit
        A row of a standard with four classes ("max", "min" or "range").
    temperature : float or array, optional
        Water temperature, deg C; needed for "min" limits (oxygen), where 0 is saturation.

    Returns
    -------
    float or array
        The integer part tells the class.

    Raises
    ------
    InputError
        If an oxygen limit comes without a temperature.

    Source
    ------
    Formula of the environmental-quality-grade-index code (JET-NMEMC).
    """
    if limit.direction == "range":
        return apply(lambda v: _range_index(v, limit.edges), value)
    if limit.direction == "max":
        return apply(lambda v: _ladder(v, (0.0, *limit.edges)), value)
    if temperature is None:
        raise InputError(
            f"the grade index of {limit.parameter} needs the water temperature; "
            "give temperature= in deg C"
        )

    def oxygen(v, t):
        top = np.maximum(468 / (31.6 + t), limit.edges[0] + 1e-9)
        first = np.clip((top - v) / (top - limit.edges[0]), 0, 1)
        rest = _ladder(-v, [-e for e in limit.edges])
        return np.where(v >= limit.edges[0], first, 1 + rest)

    return apply(oxygen, value, temperature)


def _ladder(v, edges):
    """Piecewise linear 0, 1, 2 ... at the edges; beyond the last one the relative excess."""
    edges = np.asarray(edges, dtype=float)
    out = np.zeros(np.shape(v))
    for low, high in zip(edges[:-1], edges[1:], strict=True):
        # A shared limit has no width: the value jumps past the class it can never be in.
        step = (v > low).astype(float) if high == low else np.clip((v - low) / (high - low), 0, 1)
        out = out + step
    beyond = np.maximum(v - edges[-1], 0) / abs(edges[-1])
    return np.where(np.isnan(v), np.nan, out + beyond)


def _range_index(v, edges):
    bands = list(dict.fromkeys(edges))
    low, high = bands[0]
    inner = np.abs(v - (low + high) / 2) / ((high - low) / 2)
    out = inner
    for k, (wide_low, wide_high) in enumerate(bands[1:], start=1):
        below, above = (low - v) / (low - wide_low), (v - high) / (wide_high - high)
        depth = np.maximum(np.maximum(below, above), 0)
        # Bands shared by two classes start at the number of the better one: 2 for III = IV.
        out = np.where(depth > 0, 2 * k + np.minimum(depth, 1), out)
    last_low, last_high = bands[-1]
    beyond = np.maximum((last_low - v) / last_low, (v - last_high) / last_high)
    return np.where(beyond > 0, len(edges) + beyond, out)


def _graded(value, scale: str, language: str | None):
    found = grade(value, scale)
    return found if language is None else label(found, scale, language)
