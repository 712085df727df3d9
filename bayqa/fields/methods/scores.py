"""Scores of left-out stations and Student-t quantities."""

from __future__ import annotations

import numpy as np
from scipy.special import betaln, stdtr, stdtrit

__all__ = ["crps_student", "score_left_out", "student_quantile"]


def score_left_out(values, mean, sd, dof: float) -> dict[str, float]:
    """RMSE, ME, CRPS, coverage and width of the 90 % interval of predictions left out.

    Parameters
    ----------
    values, mean, sd : ndarray, (n,)
        Measured, predicted, and the sd of a new measurement; NaN is left out of the scores.
    dof : float
        Student-t degrees of freedom; inf is normal.
    """
    known = np.isfinite(values) & np.isfinite(mean) & np.isfinite(sd)
    if not known.any():
        return {"n": 0}
    error = mean[known] - values[known]
    spread = sd[known]
    half = student_quantile(0.95, dof) * spread
    return {
        "n": int(known.sum()),
        "rmse": float(np.sqrt(np.mean(error**2))),
        "me": float(np.mean(error)),
        "crps": float(np.mean(crps_student(error, spread, dof))),
        "coverage90": float(np.mean(np.abs(error) <= half)),
        "width90": float(np.mean(2 * half)),
    }


def student_quantile(probability: float, dof: float) -> float:
    """Quantile of the standard Student-t distribution."""
    return float(stdtrit(min(dof, 1e8), probability))


def crps_student(error: np.ndarray, sd: np.ndarray, dof: float) -> np.ndarray:
    """Continuous ranked probability score of Student-t predictions; the absolute error for sd 0.

    Source
    ------
    Jordan, Krueger and Lerch (2019), doi:10.18637/jss.v090.i12, appendix A.
    """
    dof = min(max(dof, 1.0001), 1e6)
    safe = np.where(sd > 0, sd, 1.0)
    z = np.abs(error) / safe
    log_density = -betaln(0.5, dof / 2) - np.log(dof) / 2 - (dof + 1) / 2 * np.log1p(z**2 / dof)
    tail = 2 * np.exp(log_density) * (dof + z**2) / (dof - 1)
    ratio = np.exp(betaln(0.5, dof - 0.5) - 2 * betaln(0.5, dof / 2))
    score = z * (2 * stdtr(dof, z) - 1) + tail - 2 * np.sqrt(dof) / (dof - 1) * ratio
    return np.where(sd > 0, safe * score, np.abs(error))
