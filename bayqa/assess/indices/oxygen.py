"""Oxygen, pH and ammonia: saturation, single-factor indices and the un-ionised part."""

from __future__ import annotations

import numpy as np

from bayqa.assess.indices.scales import apply
from bayqa.errors import InputError

__all__ = ["do_index", "do_percent", "do_saturation", "ph_index", "unionised_ammonia"]


def do_saturation(temperature, salinity=0.0, *, formula: str = "HJ"):
    """Dissolved oxygen at saturation, mg/L, at one atmosphere.

    Parameters
    ----------
    temperature : float or array
        deg C.
    salinity : float or array
        Practical salinity; 0 is fresh water.
    formula : str
        "HJ" (the formulas of the Chinese guidelines, fresh water where salinity is 0) or
        "garcia-gordon" (oceanographic).

    Returns
    -------
    float or array

    Raises
    ------
    InputError
        If the formula is unknown.

    Source
    ------
    HJ 2.3-2018: 468/(31.6+T), (491-2.65 S)/(33.5+T). Garcia and Gordon 1992, Benson-Krause fit.
    """
    if formula == "HJ":
        return apply(
            lambda t, s: np.where(s == 0, 468 / (31.6 + t), (491 - 2.65 * s) / (33.5 + t)),
            temperature,
            salinity,
        )
    if formula == "garcia-gordon":
        return apply(_garcia_gordon, temperature, salinity)
    raise InputError(f"saturation formula {formula!r} is unknown; take 'HJ' or 'garcia-gordon'")


def do_percent(do, temperature, salinity=0.0, *, formula: str = "HJ"):
    """Oxygen saturation in percent from mg/L, deg C and practical salinity."""
    return apply(
        lambda o, f: 100 * o / f, do, do_saturation(temperature, salinity, formula=formula)
    )


def do_index(do, saturation, standard, *, version: str = "HJ/T 2.3-93"):
    """Single-factor index of dissolved oxygen; above 1 the limit is not met.

    Parameters
    ----------
    do, saturation, standard : float or array
        Measured oxygen, oxygen at saturation and the limit, mg/L.
    version : str
        "HJ/T 2.3-93" or "HJ 2.3-2018"; the same input gives different numbers.

    Returns
    -------
    float or array

    Raises
    ------
    InputError
        If the version is unknown.

    Source
    ------
    HJ/T 2.3-93: |f-DO|/(f-s) for DO >= s, else 10 - 9 DO/s. HJ 2.3-2018: s/DO for DO <= f, else
    |f-DO|/(f-s).
    """
    if version == "HJ/T 2.3-93":
        return apply(
            lambda o, f, s: np.where(o >= s, np.abs(f - o) / (f - s), 10 - 9 * o / s) + 0 * o,
            do,
            saturation,
            standard,
        )
    if version == "HJ 2.3-2018":
        return apply(
            lambda o, f, s: np.where(o <= f, s / o, np.abs(f - o) / (f - s)) + 0 * o,
            do,
            saturation,
            standard,
        )
    raise InputError(
        f"version {version!r} of the oxygen index is unknown; take 'HJ/T 2.3-93' or 'HJ 2.3-2018'"
    )


def ph_index(ph, low: float = 7.8, high: float = 8.5, *, version: str = "midpoint"):
    """Single-factor index of pH; above 1 the range is left.

    Parameters
    ----------
    ph : float or array
    low, high : float
        Ends of the permitted range; classes I and II of GB 3097-1997 by default.
    version : str
        "midpoint" (distance from the middle in half-widths) or "HJ 2.3" (distance from 7).

    Returns
    -------
    float or array

    Raises
    ------
    InputError
        If the version is unknown, or the range does not hold 7 where "HJ 2.3" needs it.

    Source
    ------
    Midpoint form: marine practice. HJ 2.3: (7-pH)/(7-low), (pH-7)/(high-7).
    """
    if version == "midpoint":
        return apply(lambda v: np.abs(v - (low + high) / 2) / ((high - low) / 2), ph)
    if version == "HJ 2.3":
        if high <= 7 or low == 7:
            raise InputError(
                f"pH range {low}-{high} cannot be measured from 7; take version='midpoint'"
            )
        # A sea range above 7 leaves the acid branch without meaning: below 7 it is never met.
        acid = (lambda v: (7 - v) / (7 - low)) if low < 7 else (lambda v: np.full_like(v, np.inf))
        return apply(
            lambda v: np.where(v <= 7, np.where(v == 7, 0, acid(v)), (v - 7) / (high - 7)) + 0 * v,
            ph,
        )
    raise InputError(f"version {version!r} of the pH index is unknown; take 'midpoint' or 'HJ 2.3'")


def unionised_ammonia(nh4_n, salinity, temperature, ph, *, unit: str = "umol/L"):
    """Un-ionised ammonia as N, mg/L, from total ammonium nitrogen.

    Parameters
    ----------
    nh4_n : float or array
        Ammonium as N, in `unit`.
    salinity, temperature, ph : float or array
        Practical salinity, deg C, pH.
    unit : str
        "umol/L" (as the formula is published) or "mg/L".

    Returns
    -------
    float or array
        mg/L as N; the limit of GB 3097-1997 is 0.020 in every class.

    Raises
    ------
    InputError
        If the unit is unknown.

    Source
    ------
    GB 3097-1997 annex B: pKa = 9.245 + 0.002949 S + 0.0324 (298 - T in K), f = 100/(10^(pKa-pH)+1).
    """
    factors = {"umol/L": 14e-5, "mg/L": 1e-2}
    if unit not in factors:
        raise InputError(f"ammonium unit {unit!r} is unknown; take 'umol/L' or 'mg/L'")

    def part(n, s, t, p):
        pka = 9.245 + 0.002949 * s + 0.0324 * (298 - (t + 273.15))
        return factors[unit] * n * 100 / (10 ** (pka - p) + 1)

    return apply(part, nh4_n, salinity, temperature, ph)


def _garcia_gordon(t, s):
    ts = np.log((298.15 - t) / (273.15 + t))
    a = (2.00907, 3.22014, 4.05010, 4.94457, -0.256847, 3.88767)
    b = (-0.00624523, -0.00737614, -0.0103410, -0.00817083)
    log_c = sum(k * ts**i for i, k in enumerate(a))
    log_c = log_c + s * sum(k * ts**i for i, k in enumerate(b)) - 4.88682e-7 * s**2
    # ml/L at standard conditions; 1 ml of oxygen weighs 1.42905 mg.
    return np.exp(log_c) * 1.42905
