"""Estuaries: overall eutrophic condition of ASSETS, and nutrients brought to one salinity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from scipy.stats import linregress

from bayqa.assess.indices.scales import grade, label
from bayqa.errors import InputError

__all__ = ["Assets", "assets_condition", "normalise_salinity"]

# Row: level of the primary symptoms, low to high; column: that of the secondary ones.
_CONDITION = np.array([[1, 2, 4], [2, 3, 5], [3, 4, 5]])
_WORDS = ("", "low", "moderate low", "moderate", "moderate high", "high")


class Assets(NamedTuple):
    """Overall eutrophic condition with the expression of both kinds of symptoms."""

    grade: int
    """1 low ... 5 high, 0 unknown."""
    label: str
    primary: float
    primary_label: str
    secondary: float
    secondary_label: str
    symptoms: dict
    """Area-weighted expression of each symptom, 0 to 1."""


def assets_condition(areas, primary: Mapping, secondary: Mapping) -> Assets:
    """Overall eutrophic condition of an estuary from the symptoms in its zones.

    Parameters
    ----------
    areas : array (n_zones,)
        Of the salinity zones, in any unit.
    primary, secondary : mapping of symptom to array (n_zones,)
        Expression of each symptom in each zone, 0, 0.25, 0.5 or 1: chlorophyll a and macroalgae;
        dissolved oxygen, loss of submerged vegetation, nuisance and toxic blooms. A symptom with an
        unknown zone (NaN) is left out.

    Returns
    -------
    Assets
        Primary symptoms count by their mean, secondary ones by the worst.

    Raises
    ------
    InputError
        If an area is not above 0, or a symptom has not one value from 0 to 1 a zone.

    Source
    ------
    Bricker and others (2003), Ecological Modelling 169, 39-60, and the tables of the register of
    assessments; the matrix [K], three of its nine cells by published results.
    """
    weights = np.asarray(areas, dtype=float)
    if not (weights.size and (weights > 0).all()):
        raise InputError(f"areas of the zones are {areas}; give one number above 0 a zone")
    levels = {
        name: _expression(name, values, weights / weights.sum())
        for name, values in {**primary, **secondary}.items()
    }
    first = _known(levels, primary)
    second = _known(levels, secondary)
    one = float(np.mean(first)) if first else np.nan
    two = max(second) if second else np.nan
    ranks = [int(grade(v, "assets-expression")) for v in (one, two)]
    words = [label(rank, "assets-expression", "en") for rank in ranks]
    found = int(_CONDITION[ranks[0] - 1, ranks[1] - 1]) if all(ranks) else 0
    return Assets(found, _WORDS[found], one, words[0], two, words[1], levels)


def normalise_salinity(value, salinity, reference: float, *, significance: float | None = None):
    """Concentrations brought to one salinity along their straight line of mixing.

    Parameters
    ----------
    value, salinity : array (n,)
        Of the same samples, such as winter nitrogen of an estuary; NaN is left out of the line.
    reference : float
        Salinity wanted, such as 32 for coastal waters.
    significance : float, optional
        Leave the values as they are where the slope has a p-value above this.

    Returns
    -------
    ndarray (n,)
        Each value moved along the slope; their mean is the line at the reference.

    Raises
    ------
    InputError
        If fewer than three samples, or all of one salinity, are known, or the two differ in number.

    Source
    ------
    Dissolved inorganic nitrogen of the Water Framework Directive in British waters [K]; least
    squares.
    """
    value, salinity = np.asarray(value, dtype=float), np.asarray(salinity, dtype=float)
    if value.shape != salinity.shape:
        raise InputError(
            f"{value.size} values and {salinity.size} salinities; give those of the same samples"
        )
    known = ~np.isnan(value) & ~np.isnan(salinity)
    if known.sum() < 3 or np.ptp(salinity[known]) == 0:
        raise InputError(
            f"{known.sum()} samples with value and salinity give no line of mixing; give three or "
            "more of different salinity"
        )
    line = linregress(salinity[known], value[known])
    if significance is not None and not line.pvalue <= significance:
        return value.copy()
    return value + line.slope * (reference - salinity)


def _expression(name: str, values, shares: np.ndarray) -> float:
    """Expression of a symptom in the whole estuary, NaN where a zone is unknown."""
    if np.shape(values) != shares.shape:
        raise InputError(
            f"symptom {name!r} has values of shape {np.shape(values)} for {shares.size} "
            "zones; give one value a zone"
        )
    level = np.asarray(values, dtype=float)
    if ((level < 0) | (level > 1)).any():
        raise InputError(f"symptom {name!r} has values of {values}; give 0, 0.25, 0.5 or 1")
    return float(shares @ level)


def _known(levels: dict, names) -> list[float]:
    return [levels[name] for name in names if not np.isnan(levels[name])]
