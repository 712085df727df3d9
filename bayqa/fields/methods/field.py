"""What every method takes and gives, and the checks at the door."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from bayqa.errors import CoverageError, MethodError

__all__ = ["Field", "Problem", "check_problem", "locate", "number_cells", "split_cells"]


class Field(NamedTuple):
    """One interpolated field on the wet cells, row-major over the mask.

    Attributes
    ----------
    mean, sd : ndarray, (n_wet,)
        Working scale; `sd` is that of the noise-free field; NaN where no station can be reached.
    draws : ndarray, (n_draws, n_wet), float32, or None
        Joint conditional simulations.
    info : dict
        Settings, scores and notes that go into the attributes of the output.
    """

    mean: np.ndarray
    sd: np.ndarray
    draws: np.ndarray | None = None
    info: dict[str, Any] = {}


class Problem(NamedTuple):
    """Checked input: only stations with a value are left, `kept` says which."""

    mask: np.ndarray
    spacing: float
    cells: np.ndarray
    values: np.ndarray
    noise: np.ndarray
    kept: np.ndarray


def check_problem(mask, spacing, cells, values, noise, *, least: int = 2) -> Problem:
    """Arrays of the right kind and shape, without the stations that have no value.

    Parameters
    ----------
    mask : array, (ny, nx), bool
        True is water, north first.
    spacing : float
        Metres.
    cells : array, (n,), int
        Flat index of each station into the wet cells.
    values, noise : array, (n,)
        Working scale and its variance; NaN in `values` is missing.
    least : int
        Fewest places with a value that the method can work with.

    Raises
    ------
    MethodError
        If the arrays do not fit together, or too few places have a value.
    CoverageError
        If a station is not on a wet cell.
    """
    mask = np.ascontiguousarray(mask, dtype=bool)
    cells = check_cells(mask, spacing, cells)
    values = np.asarray(values, dtype=float)
    noise = np.broadcast_to(np.asarray(noise, dtype=float), cells.shape)
    if values.shape != cells.shape:
        raise MethodError(
            f"{values.size} values for {cells.size} stations: give one value for each, "
            "NaN where there is none"
        )
    kept = np.isfinite(values)
    if not (noise[kept] >= 0).all():
        raise MethodError("noise is negative or NaN: give the variance of each value, 0 if exact")
    _check_count(cells[kept], least)
    return Problem(
        mask, float(spacing), cells[kept], values[kept], np.array(noise[kept]), np.flatnonzero(kept)
    )


def check_cells(mask: np.ndarray, spacing: float, cells) -> np.ndarray:
    """Station cells as integers, each on the water.

    Raises
    ------
    MethodError
        If the mask or the spacing make no grid.
    CoverageError
        If the grid has no water or a station lies outside of it.
    """
    if mask.ndim != 2 or not (np.isfinite(spacing) and spacing > 0):
        raise MethodError(
            f"mask has {mask.ndim} dimensions, spacing is {spacing}: "
            "give a mask (ny, nx) and a spacing in metres above 0"
        )
    n_wet = int(np.count_nonzero(mask))
    if not n_wet:
        raise CoverageError("the grid has no water cell: use a smaller spacing or another polygon")
    cells = np.asarray(cells)
    if cells.ndim != 1 or (cells.size and not np.issubdtype(cells.dtype, np.integer)):
        raise MethodError(f"cells is {cells.dtype} with {cells.ndim} dimensions: give n integers")
    outside = (cells < 0) | (cells >= n_wet)
    if outside.any():
        raise CoverageError(
            f"{int(outside.sum())} of {cells.size} stations lie outside the water of the grid "
            f"(first: station {int(np.argmax(outside))}): move them to a wet cell or leave them out"
        )
    return cells.astype(np.intp)


def _check_count(cells: np.ndarray, least: int) -> None:
    n_places = np.unique(cells).size
    if n_places >= least:
        return
    if cells.size > n_places:
        raise MethodError(
            f"{cells.size} stations at identical places give {n_places} place: "
            f"at least {least} places are needed; use a smaller spacing or more stations"
        )
    found = "1 station has" if cells.size == 1 else f"{cells.size} stations have"
    raise MethodError(f"{found} a value, at least {least} are needed: give more or the parameters")


def split_cells(mask: np.ndarray, block: int) -> tuple[np.ndarray, np.ndarray]:
    """Starts of blocks of the flat mask, and the number of the first wet cell of each.

    Returns
    -------
    starts : ndarray, (b,)
    firsts : ndarray, (b + 1,)
    """
    flat = mask.ravel()
    starts = np.arange(0, flat.size, block)
    counts = [np.count_nonzero(flat[start : start + block]) for start in starts]
    return starts, np.concatenate([[0], np.cumsum(counts)])


def number_cells(mask: np.ndarray) -> np.ndarray:
    """Running number of each wet cell on the grid, -1 on land; (ny, nx) int32."""
    numbers = np.full(mask.shape, -1, dtype=np.int32)
    numbers[mask] = np.arange(np.count_nonzero(mask), dtype=np.int32)
    return numbers


def locate(mask: np.ndarray, spacing: float, cells: np.ndarray) -> np.ndarray:
    """Metres east and south of the centre of the north-west cell; (n, 2)."""
    counts = np.count_nonzero(mask, axis=1)
    row_ends = np.cumsum(counts)
    rows = np.searchsorted(row_ends, cells, side="right")
    starts = row_ends - counts
    cols = [np.flatnonzero(mask[r])[c - starts[r]] for r, c in zip(rows, cells, strict=True)]
    return np.column_stack([np.asarray(cols, float), rows.astype(float)]) * spacing
