"""Free fields of a stationary covariance on a rectangle, up to a constant.

A covariance on a plane becomes one on a torus, where the Fourier transform is its root. Beyond the
rectangle it may be chosen freely: a parabola that reaches a constant makes the rough models exact
at any range. Smooth models of long range, for which no torus is found, are of low rank instead.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import fft

from bayqa.fields.methods.stationary.covariance import correlate

__all__ = ["Root", "find_root", "simulate"]

EXACT = 1e-5
"""Error of the semivariance, as a part of the sill, that passes for none."""
CUTS = (0.0, 1.06, 1.45, 2.9)
"""Diagonals of the rectangle at which the covariance is flat; 0 leaves it as it is."""
MOST_COLUMNS = 500
COLUMN_BYTES = 400_000_000


class Root(NamedTuple):
    """Square root of a correlation: either `spectrum` on a torus or `columns` on the cells.

    Attributes
    ----------
    spectrum : ndarray, (my, mx // 2 + 1), or None
        Roots of the eigenvalues.
    shape : tuple (my, mx)
    columns : ndarray, (r, n_wet), or None
    rest : ndarray, (n_wet,), or None
        Sd of what the columns leave.
    error : float
        Largest error of the semivariance, as a part of the sill.
    """

    spectrum: np.ndarray | None
    shape: tuple[int, int]
    columns: np.ndarray | None
    rest: np.ndarray | None
    error: float


def find_root(mask: np.ndarray, spacing: float, model: str, range_m: float) -> Root:
    """The smallest root of the correlation on the wet cells that is exact, else the best one.

    Parameters
    ----------
    mask : ndarray, (ny, nx), bool
    spacing : float
    model : str
        One of `MODELS`.
    range_m : float
        Metres.

    Source
    ------
    Wood and Chan (1994), doi:10.1080/10618600.1994.10474655; Gneiting et al. (2006),
    doi:10.1198/106186006X128551, for the covariance cut off by a parabola.
    """
    best = None
    for cut in CUTS:
        found = _embed(mask.shape, cut, lambda h: correlate(model, h * spacing, range_m))
        if best is None or found.error < best.error:
            best = found
        if best.error < EXACT:
            return best
    low = _peel(mask, lambda h: correlate(model, h * spacing, range_m))
    return low if low.error < best.error else best


def simulate(root: Root, mask: np.ndarray, white: np.ndarray, rng) -> np.ndarray:
    """Fields of unit sill, up to a constant; (draws, n_wet) float32.

    Parameters
    ----------
    root : Root
    mask : ndarray, (ny, nx), bool
    white : ndarray, (draws, n_wet)
        Standard normal numbers of the cells: fields from the same ones go together.
    rng : numpy Generator
        For the numbers beyond the cells.
    """
    if root.spectrum is None:
        # As many numbers as columns, each a sum over its own share of the cells.
        share = np.arange(white.shape[1]) % len(root.columns)
        size = np.bincount(share, minlength=len(root.columns))
        few = np.stack([np.bincount(share, w, len(root.columns)) for w in white])
        own = rng.standard_normal(white.shape) * root.rest
        made = few / np.sqrt(np.maximum(size, 1)) @ root.columns + own
        return made.astype(np.float32)
    rows, columns = np.nonzero(mask)
    made = np.empty(white.shape, np.float32)
    for k, numbers in enumerate(white):
        noise = rng.standard_normal(root.shape, dtype=np.float32)
        noise[rows, columns] = numbers
        field = fft.irfft2(fft.rfft2(noise) * root.spectrum, s=root.shape)
        made[k] = field[rows, columns]
    return made


def _embed(shape: tuple[int, int], cut: float, correlation) -> Root:
    """Root on a torus of twice the rectangle, or on one that holds the parabola."""
    diagonal = float(np.hypot(*shape))
    end = max(cut * diagonal, 1.0)
    sides = [max(2 * n, int(np.ceil(2 * end)) if cut else 2) for n in shape]
    sides = tuple(fft.next_fast_len(n, real=True) for n in sides)
    steps = [np.minimum(np.arange(m), m - np.arange(m)) for m in sides]
    lag = np.hypot(steps[0][:, None], steps[1][None])
    value = correlation(lag) if not cut else _flatten(lag, diagonal, end, correlation)
    power = fft.rfft2(value).real
    kept = np.maximum(power, 0.0)
    made = fft.irfft2(kept, s=sides)[: shape[0], : shape[1]]
    wanted = value[: shape[0], : shape[1]]
    gap = (made[0, 0] - made) - (wanted[0, 0] - wanted)
    spectrum = np.sqrt(kept).astype(np.float32)
    return Root(spectrum, sides, None, None, float(np.abs(gap).max()))


def _flatten(lag, start: float, end: float, correlation) -> np.ndarray:
    """Correlation up to `start`, then a parabola of the same slope that is flat at `end`."""
    step = 1e-3 * start
    value, ahead, behind = correlation(np.array([start, start + step, start - step]))
    bend = (behind - ahead) / (2 * step) / (2 * (end - start))
    floor = value - bend * (end - start) ** 2
    tail = floor + bend * (end - np.clip(lag, start, end)) ** 2
    return np.where(lag <= start, correlation(np.minimum(lag, start)), tail) - floor


def _peel(mask: np.ndarray, correlation) -> Root:
    """Root by pivoted Cholesky: each column takes away the largest variance that is left."""
    place = np.argwhere(mask).astype(float)
    most = int(min(MOST_COLUMNS, len(place), max(COLUMN_BYTES // (8 * len(place)), 1)))
    left, columns = np.ones(len(place)), np.zeros((most, len(place)))
    for k in range(most):
        pivot = int(left.argmax())
        if left[pivot] < EXACT:
            columns = columns[:k]
            break
        column = correlation(np.hypot(*(place - place[pivot]).T))
        column -= columns[:k, pivot] @ columns[:k]
        columns[k] = column / np.sqrt(left[pivot])
        left = np.maximum(left - columns[k] ** 2, 0.0)
    return Root(None, mask.shape, columns, np.sqrt(left), float(left.max()))
