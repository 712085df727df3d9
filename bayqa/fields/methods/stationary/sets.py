"""Sets of stations and the cells that have them as their nearest, until a batch is full.

Cells beside each other mostly share their nearest stations; put together, they share a factor.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bayqa.fields.methods.loops.lanes import LANES, factorise_lanes, krige_lanes
from bayqa.machine import compiled

__all__ = ["Sets", "add_cell", "find_set", "krige_sets", "make_sets"]

# Sets of a batch, and cells of a set: more of either share more factors, and leave the caches.
SETS = 8 * LANES
CELLS = 32


class Sets(NamedTuple):
    """Stations (SETS, k) of each set with their key, and its cells so far.

    `cell` (2, SETS, CELLS) is column and row, `at` the number of the wet cell, `used` (1,) how many
    sets there are.
    """

    key: np.ndarray
    station: np.ndarray
    count: np.ndarray
    cell: np.ndarray
    at: np.ndarray
    used: np.ndarray


@compiled
def make_sets(k):
    """No sets of k stations."""
    return Sets(
        np.zeros(SETS, dtype=np.int64),
        np.zeros((SETS, k), dtype=np.int64),
        np.zeros(SETS, dtype=np.int64),
        np.zeros((2, SETS, CELLS)),
        np.zeros((SETS, CELLS), dtype=np.int64),
        np.zeros(1, dtype=np.int64),
    )


@compiled
def find_set(sets, key, marked):
    """Number of the set of all `marked` stations that can take a cell; -1 if there is none."""
    for s in range(sets.used[0] - 1, -1, -1):
        if sets.key[s] != key or sets.count[s] == CELLS:
            continue
        same = True
        for i in sets.station[s]:
            same = same and marked[i]
        if same:
            return s
    return -1


@compiled
def add_cell(sets, s, x, y, at):
    """Give set `s` a cell; `s` if it can take more, else -1."""
    n = sets.count[s]
    sets.cell[0, s, n] = x
    sets.cell[1, s, n] = y
    sets.at[s, n] = at
    sets.count[s] = n + 1
    return s if n + 1 < CELLS else -1


@compiled
def _fill_lanes(lanes, sets, order, stations):
    points, values, extra = stations
    for j in range(order.size):
        for a in range(len(lanes.x)):
            i = sets.station[order[j], a]
            lanes.x[a, j] = points[0, i]
            lanes.y[a, j] = points[1, i]
            lanes.value[a, j] = values[i]
            lanes.noise[a, j] = extra[i]


@compiled
def _krige_turn(lanes, sets, order, turn, model, fields):
    """The cell number `turn` of each set that has so many; sets with more cells come first."""
    mean, sd, sums = fields
    active = 0
    while active < order.size and sets.count[order[active]] > turn:
        lanes.cell[0, active] = sets.cell[0, order[active], turn]
        lanes.cell[1, active] = sets.cell[1, order[active], turn]
        active += 1
    krige_lanes(lanes, model, sums)
    for j in range(active):
        at = sets.at[order[j], turn]
        mean[at] = sums[0, j]
        sd[at] = np.sqrt(max(sums[1, j], 0.0))


@compiled
def krige_sets(sets, lanes, stations, model, fields):
    """Mean and sd (unit sill) of the cells of all sets, into `fields`; no set is left."""
    used = sets.used[0]
    # Sets with as many cells share lanes, so that few turns have idle lanes.
    order = np.argsort(-sets.count[:used])
    for first in range(0, used, LANES):
        batch = order[first : min(first + LANES, used)]
        _fill_lanes(lanes, sets, batch, stations)
        factorise_lanes(lanes, model)
        for turn in range(sets.count[batch[0]]):
            _krige_turn(lanes, sets, batch, turn, model, fields)
    sets.count[:used] = 0
    sets.used[0] = 0
