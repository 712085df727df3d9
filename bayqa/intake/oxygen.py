"""Oxygen in percent of saturation, as a concentration."""

from __future__ import annotations

import numpy as np

__all__ = ["oxygen_solubility"]

_A = (2.00907, 3.22014, 4.05010, 4.94457, -0.256847, 3.88767)
_B = (-6.24523e-3, -7.37614e-3, -1.03410e-2, -8.17083e-3)
_C0 = -4.88682e-7
_MG_PER_ML = 31.998 / 22.3916


def oxygen_solubility(temperature: np.ndarray, salinity: np.ndarray) -> np.ndarray:
    """Oxygen in water in balance with moist air at one atmosphere.

    Parameters
    ----------
    temperature : ndarray
        Degrees Celsius, -2 to 40.
    salinity : ndarray
        Practical salinity, 0 to 42.

    Returns
    -------
    ndarray
        mg/L.

    Source
    ------
    Garcia and Gordon (1992), equation 8 with the constants fitted to Benson and Krause, mL/L.
    """
    t = np.log((298.15 - temperature) / (273.15 + temperature))
    fresh = sum(a * t**k for k, a in enumerate(_A))
    salt = salinity * sum(b * t**k for k, b in enumerate(_B)) + _C0 * salinity**2
    return np.exp(fresh + salt) * _MG_PER_ML
