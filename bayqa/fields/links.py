"""Which neighbouring cells are joined by water, and which water a cell split by land stands for."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from bayqa.fields.wetness import Frame, Pieces, cut_window

__all__ = ["Links", "choose_pieces", "link_pieces"]

_MOST_TRIES = 200
"""Channels looked at when waters that the grid has cut apart are joined again."""


class Links(NamedTuple):
    """Pairs of pieces joined by water: first is west or north of second."""

    first: np.ndarray
    second: np.ndarray
    eastward: np.ndarray
    """True where second lies east of first, False where south."""


def link_pieces(area: shapely.Geometry, frame: Frame, pieces: Pieces) -> Links:
    """All pairs of pieces in neighbouring cells between which water can pass.

    Two pieces are joined when they belong to one water inside the two cells taken together; land
    thinner than a cell keeps them apart.

    Parameters
    ----------
    area : shapely Polygon or MultiPolygon
    frame : Frame
    pieces : Pieces

    Returns
    -------
    Links
    """
    found = [_link(area, frame, pieces, eastward) for eastward in (True, False)]
    return Links(
        np.concatenate([f[0] for f in found]),
        np.concatenate([f[1] for f in found]),
        np.concatenate([np.full(len(f[0]), e) for f, e in zip(found, (True, False), strict=True)]),
    )


def choose_pieces(pieces: Pieces, links: Links) -> tuple[np.ndarray, np.ndarray]:
    """The one water each cell stands for, so that waters joined in nature stay joined.

    A cell stands for its largest piece. Where that cuts a channel that runs through a corner of
    the cell, the cell is given to the channel if more water hangs together by it.

    Parameters
    ----------
    pieces : Pieces
    links : Links

    Returns
    -------
    chosen : array (n_cells,) int
        Row of `pieces` for each wet cell, ascending by cell.
    body : array (n_pieces,) int
        Number of the connected water that each piece belongs to, 1 the largest.
    """
    n = len(pieces.cell)
    body = _number_bodies(_components(n, links, np.ones(n, bool)), pieces.fraction)
    order = np.lexsort((-pieces.fraction, pieces.cell))
    is_chosen = np.zeros(n, bool)
    is_chosen[order[np.unique(pieces.cell[order], return_index=True)[1]]] = True
    if not is_chosen.all():
        is_chosen = _reopen(pieces, links, body, is_chosen)
    return np.flatnonzero(is_chosen), body


def _link(area: shapely.Geometry, frame: Frame, pieces: Pieces, eastward: bool) -> tuple:
    first, second = _neighbours(frame, pieces, eastward)
    sure = pieces.whole[first] & pieces.whole[second]
    ask = np.flatnonzero(~sure)
    a, b = first[ask], second[ask]
    row, column = np.divmod(pieces.cell[a], frame.shape[1])
    window = cut_window(area, frame, row, column, (1, 2) if eastward else (2, 1))
    sure[ask] = _share_water(window, pieces, a, b)
    return first[sure], second[sure]


def _neighbours(frame: Frame, pieces: Pieces, eastward: bool) -> tuple[np.ndarray, np.ndarray]:
    """All pairs of pieces in cells that share an edge."""
    nx = frame.shape[1]
    inside = pieces.cell % nx != nx - 1 if eastward else np.ones(len(pieces.cell), bool)
    target = pieces.cell + (1 if eastward else nx)
    start = np.searchsorted(pieces.cell, target, "left")
    count = np.searchsorted(pieces.cell, target, "right") - start
    count[~inside] = 0
    first = np.repeat(np.arange(len(pieces.cell)), count)
    before = np.repeat(np.cumsum(count) - count, count)
    return first, np.repeat(start, count) + np.arange(len(first)) - before


def _share_water(window: np.ndarray, pieces: Pieces, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """True where the places of both pieces lie in one part of the window's water."""
    single = shapely.get_num_geometries(window) == 1
    joined = single & (shapely.get_type_id(window) == 3)
    hard = np.flatnonzero(~joined)
    parts, index = shapely.get_parts(window[hard], return_index=True)
    at = hard[index]
    both = shapely.intersects_xy(parts, pieces.x[a[at]], pieces.y[a[at]])
    both &= shapely.intersects_xy(parts, pieces.x[b[at]], pieces.y[b[at]])
    joined[at[both]] = True
    return joined


def _components(n: int, links: Links, used: np.ndarray) -> np.ndarray:
    keep = used[links.first] & used[links.second]
    pair = (links.first[keep], links.second[keep])
    graph = sparse.coo_array((np.ones(keep.sum(), np.int8), pair), shape=(n, n))
    return connected_components(graph, directed=False)[1]


def _number_bodies(label: np.ndarray, size: np.ndarray) -> np.ndarray:
    total = np.bincount(label, weights=size)
    rank = np.empty(len(total), int)
    rank[np.argsort(-total, kind="stable")] = np.arange(1, len(total) + 1)
    return rank[label]


def _reopen(pieces: Pieces, links: Links, body: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Give cells to channels while that joins more water."""
    label = _components(len(chosen), links, chosen)
    best = _joined_water(pieces, body, chosen, label)
    for path in _channels(links, chosen, label)[:_MOST_TRIES]:
        trial = chosen & ~np.isin(pieces.cell, pieces.cell[path])
        trial[path] = True
        label = _components(len(trial), links, trial)
        water = _joined_water(pieces, body, trial, label)
        if water > best + 1e-12:
            chosen, best = trial, water
    return chosen


def _joined_water(pieces: Pieces, body: np.ndarray, chosen: np.ndarray, label: np.ndarray) -> float:
    """Water, in cells, of the largest connected part of each body."""
    size = np.bincount(label[chosen], weights=pieces.fraction[chosen], minlength=label.max() + 1)
    largest = np.zeros(body.max() + 1)
    np.maximum.at(largest, body[chosen], size[label[chosen]])
    return float(largest.sum())


def _channels(links: Links, chosen: np.ndarray, label: np.ndarray) -> list[np.ndarray]:
    """Paths through pieces not chosen that join two parts, shortest first."""
    free = ~chosen
    neighbours: dict[int, list[int]] = {}
    for a, b in zip(links.first, links.second, strict=True) if free.any() else ():
        if free[a] or free[b]:
            neighbours.setdefault(int(a), []).append(int(b))
            neighbours.setdefault(int(b), []).append(int(a))
    paths = [_shortest(start, neighbours, free, label) for start in np.flatnonzero(free).tolist()]
    kept = {tuple(sorted(p)) for p in paths if p}
    return [np.array(p) for p in sorted(kept, key=lambda p: (len(p), p))]


def _shortest(
    start: int, neighbours: dict[int, list[int]], free: np.ndarray, label: np.ndarray
) -> list[int]:
    """Free pieces on the shortest way from one part through `start` to another part."""
    came, queue, ends = {start: -1}, [start], {}
    for node in queue:
        for other in neighbours.get(node, ()):
            if free[other] and other not in came:
                came[other] = node
                queue.append(other)
            elif not free[other]:
                ends.setdefault(int(label[other]), node)
        if len(ends) > 1:
            break
    if len(ends) < 2:
        return []
    path: set[int] = set()
    for node in list(ends.values())[:2]:
        while node != -1:
            path.add(node)
            node = came[node]
    return sorted(path)
