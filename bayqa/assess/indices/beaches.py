"""Beaches: litter, bathing grade and suitability, and the European bathing water class."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bayqa.assess.indices.scales import apply, grade, label
from bayqa.errors import InputError

__all__ = [
    "EuBathing",
    "Suitability",
    "bathing_grade",
    "bathing_suitability",
    "clean_coast_index",
    "eu_bathing_class",
    "hk_beach_grade",
]

_EU = {
    "coastal": {"IE": (100, 200, 185), "EC": (250, 500, 500)},
    "inland": {"IE": (200, 400, 330), "EC": (500, 1000, 900)},
}
_WORDS = ("", "excellent", "good", "sufficient", "poor")


class Suitability(NamedTuple):
    """Suitability for bathing, 1 best, with words and the reason."""

    grade: int
    label: str
    label_en: str
    reason: str
    reason_en: str


class EuBathing(NamedTuple):
    """European bathing water class with the percentiles of both organisms."""

    label: str
    """"excellent", "good", "sufficient", "poor", or "not classified" with too few samples."""
    grade: int
    """1 to 4; 0 not classified."""
    by_parameter: dict
    """IE and EC: mean and sd of log10, p90, p95, label."""
    n: int


def clean_coast_index(items_per_m2):
    """Clean Coast Index of a beach.

    Parameters
    ----------
    items_per_m2 : float or array
        Plastic items per square metre.

    Returns
    -------
    float or array
        Twenty times the density; grades by ``grade(value, "clean-coast")``.

    Source
    ------
    Alkalay et al. 2007.
    """
    return apply(lambda v: 20 * v, items_per_m2)


def bathing_grade(faecal_coliforms, *, scheme: str = "2021", language: str | None = None):
    """Water quality grade of a bathing beach.

    Parameters
    ----------
    faecal_coliforms : float or array
        Per litre.
    scheme : str
        "2021" (three grades) or "2018" (four grades, up to 2018).
    language : str, optional
        "zh" or "en" gives words instead of numbers.

    Returns
    -------
    int or str, shape of the input
        1 is the best grade, 0 unknown.

    Source
    ------
    National beach reports; cut points from memory except "above 2000 per litre is poor".
    """
    found = grade(faecal_coliforms, f"bathing-{scheme}")
    return found if language is None else label(found, f"bathing-{scheme}", language)


def bathing_suitability(
    *,
    water_grade: int = 1,
    temperature: float | None = None,
    temperature_limits: tuple = (20.0, 23.0, 30.0, 33.0),
) -> Suitability:
    """Suitability of a beach for bathing by its water grade and temperature.

    Parameters
    ----------
    water_grade : int
        1 to 3, as `bathing_grade` of the scheme of 2021 gives it; 0 is unknown.
    temperature : float, optional
        Water temperature, deg C.
    temperature_limits : tuple of four floats
        Unsuitable below the first or above the last; suitable between the two in the middle.
        The published reports only bracket them: 19.3 is too low, 33.4 too high, 25.9 suitable and
        32.0 fairly suitable.

    Returns
    -------
    Suitability
        Grade 1 suitable, 2 fairly suitable, 3 unsuitable, 0 unknown (a NaN temperature or an
        unknown grade, unless the other alone makes it unsuitable).

    Source
    ------
    Weekly beach reports of the national marine monitoring centre.
    """
    heat, reason, reason_en = _heat(temperature, temperature_limits)
    parts = [int(water_grade)] + ([] if heat is None else [heat])
    value = 3 if 3 in parts else (0 if 0 in parts else max(parts))
    if value == 3 and water_grade == 3:
        reason, reason_en = "水质差" + (f"，{reason}" if heat == 3 else ""), "poor water"
    names = (
        ("", "unknown"),
        ("适宜", "suitable"),
        ("较适宜", "fairly suitable"),
        ("不适宜", "unsuitable"),
    )
    return Suitability(value, *names[value], reason, reason_en)


def eu_bathing_class(
    enterococci,
    e_coli,
    *,
    water: str = "coastal",
    min_samples: int = 16,
    detection_limit: float | None = None,
    short_term=None,
) -> EuBathing:
    """Class of a European bathing water.

    Parameters
    ----------
    enterococci, e_coli : array of n counts
        cfu per 100 mL of four seasons; NaN is left out.
    water : str
        "coastal" (and transitional) or "inland".
    min_samples : int
        Fewer samples give "not classified".
    detection_limit : float, optional
        Stands in for zeros.
    short_term : array of bool, optional
        Samples of short-term pollution to discard; at most 15 % of them, or four.

    Returns
    -------
    EuBathing
        The worse of the two organisms; limits inclusive.

    Raises
    ------
    InputError
        If a count is zero without a detection limit or negative, if too many samples are
        discarded, or the water is unknown.

    Source
    ------
    Directive 2006/7/EC, annexes I and II: p90 = 10^(mean + 1.282 sd), p95 = 10^(mean + 1.65 sd).
    """
    if water not in _EU:
        raise InputError(f"bathing water {water!r} is unknown; take 'coastal' or 'inland'")
    parts, counts = {}, []
    for name, values in (("IE", enterococci), ("EC", e_coli)):
        logs = _log_counts(np.asarray(values, dtype=float), detection_limit, short_term)
        counts.append(logs.size)
        parts[name] = _percentiles(logs, _EU[water][name])
    n = min(counts)
    worst = max(p["grade"] for p in parts.values())
    if n < min_samples:
        return EuBathing("not classified", 0, parts, n)
    return EuBathing(_WORDS[worst], worst, parts, n)


def hk_beach_grade(counts) -> int:
    """Weekly grade of a Hong Kong beach from its most recent samples.

    Parameters
    ----------
    counts : array (n,)
        Escherichia coli per 100 mL, the newest last; NaN is left out, and a count below 1 is 1.

    Returns
    -------
    int
        1 good to 4 very poor by the geometric mean of the last five; 4 as well where the last is
        above 1600; 0 with fewer than five. Words by ``label(grade, "hk-beach")``.

    Source
    ------
    Hong Kong Environmental Protection Department, beach grading system.
    """
    known = np.asarray(counts, dtype=float)
    known = known[~np.isnan(known)][-5:]
    if known.size < 5:
        return 0
    mean = float(np.exp(np.log(np.maximum(known, 1)).mean()))
    return 4 if known[-1] > 1600 else int(grade(mean, "hk-beach"))


def _heat(temperature, limits):
    if temperature is None:
        return None, "", ""
    if np.isnan(temperature):
        return 0, "", ""
    low, mild, warm, high = limits
    if temperature < mild:
        return (3 if temperature < low else 2), "水温偏低", "water too cold"
    if temperature > warm:
        return (3 if temperature > high else 2), "水温略高", "water too warm"
    return 1, "", ""


def _log_counts(values, detection_limit, short_term):
    if short_term is not None:
        drop = np.asarray(short_term, dtype=bool)
        if drop.sum() > max(4, 0.15 * drop.size):
            raise InputError(
                f"{drop.sum()} of {drop.size} samples are discarded as short-term "
                "pollution; at most 15 % or one a season may be"
            )
        values = values[~drop]
    values = values[~np.isnan(values)]
    if (values < 0).any() or ((values == 0).any() and detection_limit is None):
        raise InputError(
            "a bathing water count is zero or negative; give detection_limit= for "
            "zeros and correct negative counts"
        )
    return np.log10(np.where(values == 0, detection_limit or 1.0, values))


def _percentiles(logs, limits):
    if logs.size < 2:
        return {
            "mean_log10": np.nan,
            "sd_log10": np.nan,
            "p90": np.nan,
            "p95": np.nan,
            "grade": 0,
            "label": "",
        }
    mean, sd = float(logs.mean()), float(logs.std(ddof=1))
    p90, p95 = 10 ** (mean + 1.282 * sd), 10 ** (mean + 1.65 * sd)
    # Limits are inclusive; going through logarithms leaves noise in the last digits.
    excellent, good, sufficient = (limit * (1 + 1e-9) for limit in limits)
    rank = 1 if p95 <= excellent else 2 if p95 <= good else 3 if p90 <= sufficient else 4
    return {
        "mean_log10": mean,
        "sd_log10": sd,
        "p90": p90,
        "p95": p95,
        "grade": rank,
        "label": _WORDS[rank],
    }
