"""Trophic indices: TLI of Chinese lakes, Carlson's TSI, TRIX, and the coastal nutrient surplus."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bayqa.assess.indices.scales import apply, grade, label
from bayqa.errors import InputError

__all__ = ["TrophicState", "carlson_tsi", "combine_trophic", "icep", "trix", "trophic_state"]

_TLI = {  # a, b of 10 (a + b ln x) and r2, the squared correlation with chlorophyll
    "chla": (2.5, 1.086, 1.0),
    "tp": (9.436, 1.624, 0.7056),
    "tn": (5.453, 1.694, 0.6724),
    "secchi": (5.118, -1.94, 0.6889),
    "cod_mn": (0.109, 2.66, 0.6889),
}
_TSI = {"secchi": (60.0, -14.41), "chla": (30.6, 9.81), "tp": (4.15, 14.42)}


class TrophicState(NamedTuple):
    """Comprehensive trophic level index with the figures behind it."""

    value: object
    sub_indices: dict
    weights: dict
    grade: object
    """1 oligotrophic ... 5 heavy eutrophic; 0 unknown."""
    state: object
    """In Chinese."""
    state_en: object


def trophic_state(*, chla=None, tp=None, tn=None, secchi=None, cod_mn=None) -> TrophicState:
    """Comprehensive trophic level index TLI of a lake, with sub-indices and state.

    Parameters
    ----------
    chla : float or array, optional
        Chlorophyll a, ug/L (mg/m3).
    tp, tn, cod_mn : float or array, optional
        Total phosphorus, total nitrogen, permanganate index, mg/L.
    secchi : float or array, optional
        Secchi depth, m.

    Returns
    -------
    TrophicState
        The weights of what is left out are shared among the rest. NaN where a given value is NaN
        or not above zero.

    Raises
    ------
    InputError
        If nothing is given.

    Source
    ------
    Assessment method for surface water 2011; r2 of 1, 0.7056, 0.6724, 0.6889, 0.6889.
    """
    given = {"chla": chla, "tp": tp, "tn": tn, "secchi": secchi, "cod_mn": cod_mn}
    subs = {}
    for name, value in given.items():
        if value is not None:
            a, b, _ = _TLI[name]
            subs[name] = apply(lambda v, a=a, b=b: 10 * (a + b * _log(v)), value)
    return combine_trophic(subs)


def combine_trophic(sub_indices: dict) -> TrophicState:
    """TLI and state from sub-indices that are already known.

    Parameters
    ----------
    sub_indices : dict of str to float or array
        Keys among chla, tp, tn, secchi, cod_mn.

    Returns
    -------
    TrophicState

    Raises
    ------
    InputError
        If there is no sub-index, or one that the index does not know.

    Source
    ------
    As `trophic_state`.
    """
    unknown = sorted(set(sub_indices) - set(_TLI))
    if unknown or not sub_indices:
        raise InputError(
            f"trophic index got {unknown or 'nothing'}; give at least one of {', '.join(_TLI)}"
        )
    total = sum(_TLI[name][2] for name in sub_indices)
    weights = {name: _TLI[name][2] / total for name in sub_indices}
    value = sum(
        weights[name] * np.asarray(sub, dtype=float)
        if not hasattr(sub, "dims")
        else weights[name] * sub
        for name, sub in sub_indices.items()
    )
    found = grade(value, "trophic-state")
    return TrophicState(
        value,
        dict(sub_indices),
        weights,
        found,
        label(found, "trophic-state"),
        label(found, "trophic-state", "en"),
    )


def carlson_tsi(*, secchi=None, chla=None, tp=None) -> dict:
    """Carlson's trophic state index of each parameter given.

    Parameters
    ----------
    secchi : float or array, optional
        Secchi depth, m.
    chla, tp : float or array, optional
        Chlorophyll a and total phosphorus, ug/L.

    Returns
    -------
    dict of str to float or array
        Grades by ``grade(value, "carlson")``. NaN where the value is not above zero.

    Raises
    ------
    InputError
        If nothing is given.

    Source
    ------
    Carlson 1977.
    """
    given = {"secchi": secchi, "chla": chla, "tp": tp}
    given = {name: value for name, value in given.items() if value is not None}
    if not given:
        raise InputError("Carlson's index got nothing; give secchi, chla or tp")
    return {
        name: apply(lambda v, c=_TSI[name]: c[0] + c[1] * _log(v), value)
        for name, value in given.items()
    }


def trix(chla, do_sat, din, tp, *, floor: float = 0.1):
    """TRIX, the trophic index of coastal seas.

    Parameters
    ----------
    chla, din, tp : float or array
        Chlorophyll a, inorganic nitrogen as N, total phosphorus as P, ug/L.
    do_sat : float or array
        Oxygen saturation, percent.
    floor : float
        Least departure from 100 % that counts, percent: at saturation the logarithm has no value,
        so the resolution of the measurement stands in.

    Returns
    -------
    float or array
        About 2 (high) to 8 (bad); grades by ``grade(value, "trix")``.

    Source
    ------
    Vollenweider et al. 1998; D.Lgs 152/99.
    """

    def index(c, o, n, p):
        product = c * np.maximum(np.abs(100 - o), floor) * n * p
        return (_log(product) / np.log(10) + 1.5) / 1.2

    return apply(index, chla, do_sat, din, tp)


def icep(nitrogen, phosphorus, silica):
    """Indicator of coastal eutrophication potential, kg C per km2 and day.

    Parameters
    ----------
    nitrogen, phosphorus, silica : float or array
        Fluxes to the sea as N, P and Si, kg per km2 of catchment and day.

    Returns
    -------
    float or array
        Above 0: nitrogen or phosphorus in surplus over silica, harmful blooms are favoured.

    Source
    ------
    SDG 14.1.1a level 1; Billen and Garnier 2007. N is limiting below a molar N:P of 16.
    """

    def index(n, p, si):
        limited_n = n / 14 < 16 * p / 31
        lead = np.where(limited_n, n / (14 * 16), p / 31)
        return (lead - si / (28 * 20)) * 106 * 12 + 0 * (n + p)

    return apply(index, nitrogen, phosphorus, silica)


def _log(v):
    return np.where(v > 0, np.log(np.where(v > 0, v, 1.0)), np.nan)
