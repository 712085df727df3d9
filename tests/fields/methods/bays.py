"""Small masks with a wall, a spit, an island, two basins; and a random bay."""

from __future__ import annotations

import numpy as np

SPACING = 100.0


def number(mask, row, col):
    """Index of a grid place among the wet cells."""
    assert mask[row, col]
    return int(np.count_nonzero(mask.ravel()[: row * mask.shape[1] + col]))


def open_water(ny=12, nx=14):
    return np.ones((ny, nx), dtype=bool)


def two_basins(ny=12, nx=15):
    mask = open_water(ny, nx)
    mask[:, nx // 2] = False
    return mask


def spit(ny=20, nx=21, length=16):
    mask = open_water(ny, nx)
    mask[:length, nx // 2] = False
    return mask


def island(n=20, low=8, high=12):
    mask = open_water(n, n)
    mask[low:high, low:high] = False
    return mask


def thin_wall(mask, column):
    """Links with a closed wall of no width east of a column."""
    east, south = np.ones_like(mask), np.ones_like(mask)
    east[:, column] = False
    return east, south


def sample(mask, n, seed, noise=0.1):
    """Stations and the values of a smooth field at them."""
    rng = np.random.default_rng(seed)
    row, col = np.nonzero(mask)
    cells = np.sort(rng.choice(row.size, n, replace=False))
    values = np.sin(col[cells] / 4) + np.cos(row[cells] / 5) + noise * rng.standard_normal(n)
    return cells, values
