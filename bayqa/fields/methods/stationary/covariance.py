"""Covariance models in the definitions of PyKrige, and the tables that the kernels read."""

from __future__ import annotations

import numpy as np
from scipy.special import kv

from bayqa.errors import MethodError

__all__ = ["MODELS", "check_definite", "correlate", "make_table", "model_code"]

MODELS = (
    "exponential",
    "spherical",
    "gaussian",
    "matern-0.5",
    "matern-1",
    "matern-1.5",
    "matern-2.5",
)
TABLE_NODES = 8192
# x K_1(x) is below 1e-16 beyond this.
TABLE_END = 42.0


def model_code(model: str) -> int:
    """Number of a model for the kernels.

    Raises
    ------
    MethodError
        If the model is not one of `MODELS`.
    """
    if model not in MODELS:
        raise MethodError(f"model {model!r} is not known: use one of {', '.join(MODELS)}")
    return MODELS.index(model)


def correlate(model: str, distance: np.ndarray, range_m: float) -> np.ndarray:
    """Correlation at `distance` (metres), 1 at 0.

    Parameters
    ----------
    model : str
        exponential: exp(-3h/r); spherical; gaussian: exp(-(h / (4r/7))^2); matern-nu with
        kappa = sqrt(8 nu) / r.
    distance : ndarray
    range_m : float

    Source
    ------
    PyKrige variogram models; Matern as in Lindgren, Rue and Lindstrom (2011).
    """
    code = model_code(model)
    h = np.asarray(distance, dtype=float) / range_m
    if code == 0:
        return np.exp(-3 * h)
    if code == 1:
        return np.where(h < 1, 1 - 1.5 * h + 0.5 * h**3, 0.0)
    if code == 2:
        return np.exp(-((7 * h / 4) ** 2))
    return _matern(float(model.split("-")[1]), h)


def make_table() -> np.ndarray:
    """Cubic pieces of x K_1(x) by sqrt(x), where it is smooth at 0; (nodes, 4)."""
    t = np.linspace(0, np.sqrt(TABLE_END), TABLE_NODES + 1)
    value, slope = _bessel(t**2), _bessel_slope(t)
    step = t[1]
    left, right = slope[:-1] * step, slope[1:] * step
    rise = np.diff(value)
    return np.column_stack([value[:-1], left, 3 * rise - 2 * left - right, left + right - 2 * rise])


def check_definite(covariance: np.ndarray) -> None:
    """Refuse a covariance that no field can have.

    Raises
    ------
    MethodError
        If an eigenvalue is clearly negative.
    """
    if not np.isfinite(covariance).all():
        raise MethodError("the covariance holds NaN or inf: check range, sill and nugget")
    roots = np.linalg.eigvalsh(covariance)
    if roots[0] < -1e-8 * max(roots[-1], 1e-300):
        raise MethodError(
            f"the covariance of the stations is indefinite (smallest eigenvalue {roots[0]:.2g}): "
            "use a valid model, such as matern on the water"
        )


def _matern(nu: float, h: np.ndarray) -> np.ndarray:
    x = np.sqrt(8 * nu) * h
    if nu == 0.5:
        return np.exp(-x)
    if nu == 1:
        return _bessel(x)
    if nu == 1.5:
        return (1 + x) * np.exp(-x)
    return (1 + x + x**2 / 3) * np.exp(-x)


def _bessel(x: np.ndarray) -> np.ndarray:
    safe = np.where(x > 0, x, 1.0)
    return np.where(x > 0, safe * kv(1, safe), 1.0)


def _bessel_slope(t: np.ndarray) -> np.ndarray:
    x = np.where(t > 0, t**2, 1.0)
    return np.where(t > 0, -2 * t * x * kv(0, x), 0.0)
