"""Rivers and lakes: China's city index of surface water and the American sanitation index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from bayqa.assess.indices.scales import grade, label
from bayqa.assess.targets import limit_at, target_number
from bayqa.errors import InputError
from bayqa.standards.loader import load_standard
from bayqa.standards.standard import Standard

__all__ = ["Cwqi", "NsfWqi", "city_cwqi", "cwqi", "nsf_wqi"]

_NSF = {
    "do_sat": 0.17,
    "faecal_coliforms": 0.16,
    "ph": 0.11,
    "bod5": 0.11,
    "temperature_change": 0.10,
    "tp": 0.10,
    "no3": 0.10,
    "turbidity": 0.08,
    "total_solids": 0.07,
}


class Cwqi(NamedTuple):
    """City index of surface water: the sum, and the index of each item."""

    value: float
    items: dict


class NsfWqi(NamedTuple):
    """Sanitation index, 100 best, with its grade and the weight of the tests known."""

    value: float
    grade: int
    label: str
    weight: float


def cwqi(values: Mapping[str, float], standard: Standard | None = None) -> Cwqi:
    """Index of the mean concentrations of a city's rivers, or lakes: the sum over the items.

    Parameters
    ----------
    values : mapping of parameter to float
        Arithmetic means over sections and time, canonical units; NaN is left out.
    standard : Standard, optional
        GB 3838-2002 by default; its variant "lake" for lakes. Limits of class III count.

    Returns
    -------
    Cwqi
        Value over limit; for oxygen limit over value; for pH its distance from 7 over that of the
        limit on its side. Low is good.

    Raises
    ------
    InputError
        If no item of the standard is known.

    Source
    ------
    Technical rule of the ranking of city surface water (trial), 2017 [K].
    """
    standard = load_standard("GB 3838-2002") if standard is None else standard
    number = target_number(standard, "III")
    items = {
        name: _item_index(float(values[name]), standard.limits[name], number)
        for name in standard.parameters
        if name in values and not np.isnan(values[name])
    }
    if not items:
        raise InputError(
            f"none of {', '.join(map(str, values)) or 'nothing'} is an item of {standard.id} "
            "with a value; give means by parameter id"
        )
    return Cwqi(float(sum(items.values())), items)


def city_cwqi(rivers: float, lakes: float, n_rivers: int, n_lakes: int) -> float:
    """Index of a city: those of its rivers and its lakes, by their numbers of sections.

    Parameters
    ----------
    rivers, lakes : float
        From `cwqi`; NaN, or anything, where there is no section.
    n_rivers, n_lakes : int

    Returns
    -------
    float
        NaN without any section.

    Source
    ------
    Technical rule of the ranking of city surface water (trial), 2017 [K].
    """
    total = n_rivers + n_lakes
    parts = [value * n for value, n in ((rivers, n_rivers), (lakes, n_lakes)) if n]
    return float(sum(parts) / total) if total else np.nan


def nsf_wqi(scores: Mapping[str, float]) -> NsfWqi:
    """Weighted mean of the sanitation foundation's nine test scores.

    Parameters
    ----------
    scores : mapping of test to float
        Q-values, 0 to 100, read off the foundation's curves: do_sat, faecal_coliforms, ph, bod5,
        temperature_change, tp, no3, turbidity, total_solids. The curves are graphs, and their
        tabulations differ between packages. What is left out shares its weight among the rest.

    Returns
    -------
    NsfWqi

    Raises
    ------
    InputError
        If a test is unknown, none is given, or a score is not within 0 and 100.

    Source
    ------
    Brown and others (1970), additive form; Mitchell and Stapp, field manual.
    """
    unknown = [str(name) for name in scores if name not in _NSF]
    known = {name: float(v) for name, v in scores.items() if name in _NSF and not np.isnan(v)}
    if unknown or not known:
        raise InputError(
            f"scores of {', '.join(unknown) or 'no test'} are not of this index; give some of "
            f"{', '.join(_NSF)}"
        )
    beyond = [f"{name} {score:g}" for name, score in known.items() if not 0 <= score <= 100]
    if beyond:
        raise InputError(
            f"scores {', '.join(beyond)} are not within 0 and 100; give the scores of the curves, "
            "not what was measured"
        )
    weight = sum(_NSF[name] for name in known)
    value = sum(_NSF[name] * score for name, score in known.items()) / weight
    found = int(grade(value, "nsf"))
    return NsfWqi(value, found, label(found, "nsf", "en"), weight)


def _item_index(value: float, limit, number: int) -> float:
    edge = limit_at(limit, number)
    if limit.direction == "range":
        return (7 - value) / (7 - edge[0]) if value <= 7 else (value - 7) / (edge[1] - 7)
    if limit.direction == "min":
        return edge / value if value > 0 else np.inf
    return value / edge
