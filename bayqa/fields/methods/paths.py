"""Shortest ways by water, turning only where land makes them turn."""

from __future__ import annotations

import numpy as np

from bayqa.fields.methods.field import number_cells
from bayqa.fields.methods.threads import run_blocks
from bayqa.machine import compiled

__all__ = ["nearest_distance", "trace_path", "water_distances"]


def water_distances(mask, spacing, cells, links=None, *, to=None) -> np.ndarray:
    """Distance by water from each station to each wet cell; (n, n_wet) metres, inf if cut off.

    Parameters
    ----------
    mask : ndarray, (ny, nx), bool
    spacing : float
    cells : ndarray, (n,), int
    links : tuple of ndarray (link_east, link_south), optional
    to : ndarray, (m,), int, optional
        Wet cells that are wanted; by default all.

    Source
    ------
    Lazy Theta*: Nash, Koenig and Tovey (2010), AAAI-10; ways keep off the corners of land.
    """
    east, south = _openings(mask, links)
    flat = np.flatnonzero(mask)
    wanted = flat if to is None else flat[to]

    def work(cell):
        return search(east, south, flat[[cell]])[0][wanted] * spacing

    return np.stack(run_blocks(work, np.asarray(cells)))


def nearest_distance(mask, spacing, cells, links=None) -> np.ndarray:
    """Distance by water of each wet cell to the nearest station; (n_wet,) metres, inf if cut off.

    Parameters
    ----------
    mask, spacing, cells, links
        As for `water_distances`; one search for all stations, and no cells give inf everywhere.
    """
    flat = np.flatnonzero(mask)
    if not len(cells):
        return np.full(flat.size, np.inf)
    east, south = _openings(mask, links)
    return search(east, south, flat[np.unique(cells)])[0][flat] * spacing


def trace_path(mask, spacing, start, end, links=None) -> np.ndarray:
    """Turning points of the shortest way by water between two wet cells.

    Parameters
    ----------
    mask, spacing, links
        As for `water_distances`.
    start, end : int
        Flat index into the wet cells.

    Returns
    -------
    ndarray, (p, 2)
        Metres east and south of the centre of the north-west cell; empty if there is no way.
    """
    east, south = _openings(mask, links)
    flat = np.flatnonzero(mask)
    distance, parent = search(east, south, flat[[start]])
    node = flat[end]
    if not np.isfinite(distance[node]):
        return np.zeros((0, 2))
    way = [node]
    while parent[way[-1]] != way[-1]:
        way.append(parent[way[-1]])
    row, col = np.divmod(np.array(way[::-1]), mask.shape[1])
    return np.column_stack([col, row]) * float(spacing)


def _openings(mask, links) -> tuple[np.ndarray, np.ndarray]:
    """Whether water passes to the next cell east and south; uint8 (ny, nx)."""
    mask = np.asarray(mask, dtype=bool)
    numbers = number_cells(mask) >= 0
    east, south = np.zeros_like(mask), np.zeros_like(mask)
    east[:, :-1] = numbers[:, :-1] & numbers[:, 1:]
    south[:-1] = numbers[:-1] & numbers[1:]
    if links is not None:
        east &= np.asarray(links[0], dtype=bool)
        south &= np.asarray(links[1], dtype=bool)
    return east.astype(np.uint8), south.astype(np.uint8)


@compiled
def _step_open(east, south, r, c, dr, dc):
    """Whether one step is open; a corner is passed only if both ways round it are open."""
    if dr == 0:
        return east[r, min(c, c + dc)] == 1
    if dc == 0:
        return south[min(r, r + dr), c] == 1
    one = east[r, min(c, c + dc)] == 1 and south[min(r, r + dr), c + dc] == 1
    two = south[min(r, r + dr), c] == 1 and east[r + dr, min(c, c + dc)] == 1
    return one and two


@compiled
def _in_sight(east, south, r, c, to_r, to_c):
    """Whether the straight line between two cell centres stays on the water."""
    n_c, n_r = abs(to_c - c), abs(to_r - r)
    sign_c = 1 if to_c > c else -1
    sign_r = 1 if to_r > r else -1
    i_c = i_r = 0
    while i_c < n_c or i_r < n_r:
        side = (1 + 2 * i_c) * n_r - (1 + 2 * i_r) * n_c
        dr = sign_r if side >= 0 else 0
        dc = sign_c if side <= 0 else 0
        if not _step_open(east, south, r, c, dr, dc):
            return False
        r += dr
        c += dc
        i_r += abs(dr)
        i_c += abs(dc)
    return True


@compiled
def _push(keys, nodes, size, key, node):
    k = size
    while k > 0:
        up = (k - 1) // 2
        if keys[up] <= key:
            break
        keys[k] = keys[up]
        nodes[k] = nodes[up]
        k = up
    keys[k] = key
    nodes[k] = node


@compiled
def _pop(keys, nodes, size):
    """Drop the top of a heap of `size` entries."""
    key = keys[size - 1]
    node = nodes[size - 1]
    k = 0
    while True:
        child = 2 * k + 1
        if child >= size - 1:
            break
        if child + 1 < size - 1 and keys[child + 1] < keys[child]:
            child += 1
        if keys[child] >= key:
            break
        keys[k] = keys[child]
        nodes[k] = nodes[child]
        k = child
    keys[k] = key
    nodes[k] = node


@compiled
def _settle(east, south, s, distance, parent, closed):
    """Check the sight line of a popped cell; without it come from the best closed neighbour."""
    width = east.shape[1]
    r, c = s // width, s % width
    p = parent[s]
    if _in_sight(east, south, p // width, p % width, r, c):
        return
    distance[s] = np.inf
    for dr in range(-1, 2):
        for dc in range(-1, 2):
            inside = 0 <= r + dr < east.shape[0] and 0 <= c + dc < width
            if (dr == 0 and dc == 0) or not inside:
                continue
            t = (r + dr) * width + c + dc
            if closed[t] and _step_open(east, south, r, c, dr, dc):
                way = distance[t] + np.sqrt(float(dr * dr + dc * dc))
                if way < distance[s]:
                    distance[s] = way
                    parent[s] = t


@compiled
def _relax(east, south, s, state, heap):
    """Offer the neighbours of a settled cell a way from its parent; the new size of the heap."""
    distance, parent, closed = state
    keys, nodes, size = heap
    height, width = east.shape
    r, c = s // width, s % width
    p = parent[s]
    for dr in range(-1, 2):
        for dc in range(-1, 2):
            inside = 0 <= r + dr < height and 0 <= c + dc < width
            if (dr == 0 and dc == 0) or not inside:
                continue
            t = (r + dr) * width + c + dc
            if closed[t] or not _step_open(east, south, r, c, dr, dc):
                continue
            gap_r, gap_c = float(r + dr - p // width), float(c + dc - p % width)
            way = distance[p] + np.sqrt(gap_r * gap_r + gap_c * gap_c)
            if way < distance[t]:
                distance[t] = way
                parent[t] = p
                _push(keys, nodes, size, way, t)
                size += 1
    return size


@compiled
def search(east, south, starts):
    """Distances in cells and parents of all cells reached from the nearest of some flat cells."""
    height, width = east.shape
    distance = np.full(height * width, np.inf)
    parent = np.full(height * width, -1)
    closed = np.zeros(height * width, dtype=np.uint8)
    keys = np.empty(1024 + starts.size)
    nodes = np.empty(1024 + starts.size, dtype=np.int64)
    for k in range(starts.size):
        distance[starts[k]] = 0.0
        parent[starts[k]] = starts[k]
        keys[k], nodes[k] = 0.0, starts[k]
    size = starts.size
    while size > 0:
        s = nodes[0]
        _pop(keys, nodes, size)
        size -= 1
        if closed[s]:
            continue
        _settle(east, south, s, distance, parent, closed)
        closed[s] = 1
        if size + 8 >= keys.size:
            keys = np.concatenate((keys, np.empty_like(keys)))
            nodes = np.concatenate((nodes, np.empty_like(nodes)))
        size = _relax(east, south, s, (distance, parent, closed), (keys, nodes, size))
    return distance, parent
