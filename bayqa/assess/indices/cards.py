"""Report-card indices: CCME and Korea WQI, Great Barrier Reef score, SDG 6.3.2, NCCA."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bayqa.assess.indices.scales import apply, grade, label
from bayqa.errors import InputError

__all__ = [
    "CcmeWqi",
    "ccme_wqi",
    "cfd_reference",
    "gbr_score",
    "korea_wqi",
    "ncca_region_index",
    "ncca_site_index",
    "sdg_632",
]

_KOREA = {  # chla ug/L, oxygen saturation %, Secchi m, din ug/L, dip ug/L
    "East Sea": (2.1, 90, 8.5, 140, 20),
    "Korea Strait": (6.3, 90, 2.5, 220, 35),
    "Southwest": (3.7, 90, 0.5, 230, 25),
    "Mid West": (2.2, 90, 1.0, 425, 30),
    "Jeju": (1.6, 90, 8.0, 165, 15),
}
_CFD_B = 0.0429945
_RATINGS = {"g": 1, "f": 2, "p": 3}


class CcmeWqi(NamedTuple):
    """CCME water quality index with its three factors and the counts behind them."""

    value: float
    f1: float
    f2: float
    f3: float
    category: str
    n_variables: int
    n_tests: int
    n_failed_variables: int
    n_failed_tests: int
    nse: float
    enough: bool
    """True with at least four variables of four values each, as the manual asks."""


class KoreaWqi(NamedTuple):
    """Korean water quality index, its grade (1 to 5) and the score of each part."""

    value: object
    grade: object
    scores: dict


class Sdg632(NamedTuple):
    """Share of values meeting their target in each body, whether it is good, and the indicator."""

    percent: object
    good: object
    indicator: float


def ccme_wqi(values, limits: dict) -> CcmeWqi:
    """CCME water quality index of one site.

    Parameters
    ----------
    values : mapping or DataFrame
        Parameter to the values of all dates, in the unit of the limit; NaN is not a test.
    limits : dict
        Parameter to an upper limit, or a pair (low, high) with None where a side is open.

    Returns
    -------
    CcmeWqi
        Value 0 to 100; NaN where there is no test at all. Bands cut at 44, 64, 79, 94.

    Raises
    ------
    InputError
        If a parameter has no limit.

    Source
    ------
    CCME Water Quality Index 1.0, technical report and user's manual 2001.
    """
    tests, failed, variables, failed_variables, excursion = 0, 0, 0, 0, 0.0
    long_enough = 0
    for name in values:
        if name not in limits:
            raise InputError(f"CCME index: {name!r} has no limit; give it in limits or drop it")
        v = np.asarray(values[name], dtype=float)
        v = v[~np.isnan(v)]
        excess = _excursions(v, limits[name])
        variables += bool(v.size)
        long_enough += v.size >= 4
        tests += v.size
        failed += int((excess > 0).sum())
        failed_variables += bool((excess > 0).any())
        excursion += float(excess.sum())
    if not tests:
        return CcmeWqi(np.nan, np.nan, np.nan, np.nan, "", 0, 0, 0, 0, np.nan, False)
    f1, f2, nse = 100 * failed_variables / variables, 100 * failed / tests, excursion / tests
    f3 = 100.0 if np.isinf(nse) else nse / (0.01 * nse + 0.01)
    value = float(100 - np.sqrt(f1**2 + f2**2 + f3**2) / 1.732)
    word = label(grade(value, "ccme"), "ccme", "en")
    return CcmeWqi(
        value, f1, f2, f3, word, variables, tests, failed_variables, failed, nse, long_enough >= 4
    )


def korea_wqi(region: str, do_sat, chla, secchi, din, dip) -> KoreaWqi:
    """Korean sea water quality index.

    Parameters
    ----------
    region : str
        "East Sea", "Korea Strait", "Southwest", "Mid West" or "Jeju".
    do_sat : float or array
        Oxygen saturation at the bottom, percent.
    chla, din, dip : float or array
        Surface chlorophyll a, inorganic nitrogen as N and phosphate as P, ug/L.
    secchi : float or array
        Secchi depth, m.

    Returns
    -------
    KoreaWqi
        Value 20 (best) to 100, grade 1 to 5 (0 unknown), scores 1 to 5 of each part.

    Raises
    ------
    InputError
        If the region is unknown.

    Source
    ------
    Korean marine environment standard; WQI = 10 DO + 6 (Chl + Secchi)/2 + 4 (DIN + DIP)/2.
    """
    if region not in _KOREA:
        raise InputError(f"Korean region {region!r} is unknown; take one of {', '.join(_KOREA)}")
    ref = _KOREA[region]
    scores = {
        "chla": _score(chla, ref[0], high_is_bad=True),
        "do_sat": _score(do_sat, ref[1], high_is_bad=False),
        "secchi": _score(secchi, ref[2], high_is_bad=False),
        "din": _score(din, ref[3], high_is_bad=True),
        "dip": _score(dip, ref[4], high_is_bad=True),
    }
    value = (
        10 * scores["do_sat"]
        + 6 * (scores["chla"] + scores["secchi"]) / 2
        + 4 * (scores["din"] + scores["dip"]) / 2
    )
    return KoreaWqi(value, grade(value, "korea"), scores)


def cfd_reference(space):
    """Chesapeake Bay reference curve: fraction of time that may be exceeded, by fraction of space.

    Parameters
    ----------
    space : float or array
        Fraction of the area in violation, 0 to 1.

    Returns
    -------
    float or array
        Fraction of time, 0 to 1; a point above the curve fails. The area under the curve is 0.1.

    Source
    ------
    Chesapeake cumulative frequency diagram, 10 % reference curve: (x+b)(y+b) = b^2+b with
    b = 0.0429945.
    """
    return apply(lambda x: (_CFD_B**2 + _CFD_B) / (x + _CFD_B) - _CFD_B, space)


def gbr_score(value, guideline, *, high_is_bad: bool = True):
    """Great Barrier Reef water quality score, -1 to 1.

    Parameters
    ----------
    value, guideline : float or array
        In one unit.
    high_is_bad : bool
        False for parameters such as Secchi depth.

    Returns
    -------
    float or array
        0 at the guideline, +-1 at half and twice; grades by ``grade(value, "gbr")``.

    Source
    ------
    Marine Monitoring Program: log2 of the ratio, capped.
    """

    def score(v, g):
        ratio = g / v if high_is_bad else v / g
        return np.clip(np.log2(ratio), -1, 1)

    return apply(score, value, guideline)


def sdg_632(meeting, total) -> Sdg632:
    """SDG 6.3.2 level 1: bodies of water with good ambient quality.

    Parameters
    ----------
    meeting, total : int or array, one per body
        Values that meet their target, and all values.

    Returns
    -------
    Sdg632
        A body is good at 80 % and more; the indicator is good bodies per assessed bodies, percent.

    Source
    ------
    SDG 6.3.2 methodology, level 1.
    """
    meeting, total = np.asarray(meeting, dtype=float), np.asarray(total, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = np.where(total > 0, 100 * meeting / total, np.nan)
    # 0.8 has no exact binary form: counts decide.
    good = (total > 0) & (5 * meeting >= 4 * total)
    n = int((total > 0).sum())
    return Sdg632(percent[()], good[()], 100 * float(good.sum()) / n if n else np.nan)


def ncca_site_index(ratings) -> str:
    """EPA coastal assessment: index of a site from its component ratings.

    Parameters
    ----------
    ratings : str or sequence of str
        "good", "fair", "poor" or their first letters ("GGFFP"); anything else is missing.

    Returns
    -------
    str
        "good", "fair", "poor", or "missing" where the missing ratings could change the answer.

    Source
    ------
    National Coastal Condition Assessment: poor with two or more poor; good with no poor and at
    most one fair; else fair.
    """
    codes = [_RATINGS.get(str(r).strip()[:1].lower(), 0) for r in ratings]
    if not codes:
        return "missing"
    best, worst = (_site([c or fill for c in codes]) for fill in (1, 3))
    return best if best == worst else "missing"


def ncca_region_index(good, poor) -> str:
    """EPA coastal assessment: index of a region from the percent of its area that is good and poor.

    Parameters
    ----------
    good, poor : float
        Percent of the area.

    Returns
    -------
    str
        "poor" above 20 % poor; "good" below 10 % poor and above 50 % good; else "fair"; "missing"
        where a share is NaN.

    Source
    ------
    National Coastal Condition Report.
    """
    if np.isnan(good) or np.isnan(poor):
        return "missing"
    if poor > 20:
        return "poor"
    return "good" if poor < 10 and good > 50 else "fair"


def _excursions(v, limit):
    low, high = limit if isinstance(limit, (tuple, list)) else (None, limit)
    out = np.zeros(v.shape)
    with np.errstate(divide="ignore"):
        if high is not None and not np.isnan(high):
            out = np.where(v > high, v / high - 1, out)
        if low is not None and not np.isnan(low):
            out = np.where(v < low, low / v - 1, out)
    return out


def _score(value, ref, *, high_is_bad):
    def count(v):
        # Percent of the reference, rounded so that a value printed at a step is at the step.
        percent = np.round(100 * v / ref, 9)
        if high_is_bad:
            steps = sum((percent >= edge).astype(float) for edge in (100, 110, 125, 150))
        else:
            steps = sum((percent <= edge).astype(float) for edge in (100, 90, 75, 50))
        return np.where(np.isnan(v), np.nan, 1 + steps)

    return apply(count, value)


def _site(codes):
    poor, fair = codes.count(3), codes.count(2)
    if poor >= 2:
        return "poor"
    return "good" if poor == 0 and fair <= 1 else "fair"
