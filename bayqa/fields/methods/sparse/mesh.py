"""The water as a graph: links between cells, basins, and coarser meshes that keep every barrier.

A coarse node is a connected piece of water within a block of cells, so a spit inside a block still
parts it in two, and a channel of one cell stays open.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from bayqa.fields.methods.field import number_cells

__all__ = ["Mesh", "build_mesh", "find_basins", "link_cells", "prolong"]


class Mesh(NamedTuple):
    """Nodes of the solve grid.

    Attributes
    ----------
    factor : int
        Cells along the side of a block; 1 is the grid itself.
    volume : ndarray, (m,)
        Cells in each node.
    edges : ndarray, (e, 2), int
    conductance : ndarray, (e,)
        Width of the opening over the distance between the nodes; 1 in open water.
    prolongation : csr_array, (n_wet, m), or None
        Weights of the nodes for each cell; None is the identity.
    node : ndarray, (n_wet,), int
        Node that holds each cell, -1 for a cell left out.
    place : ndarray, (m, 2), int
        Row and column of the block of each node.
    """

    factor: int
    volume: np.ndarray
    edges: np.ndarray
    conductance: np.ndarray
    prolongation: sparse.csr_array | None
    node: np.ndarray
    place: np.ndarray


def link_cells(mask: np.ndarray, links=None) -> np.ndarray:
    """Pairs of neighbouring wet cells that water can pass between; (e, 2) running numbers.

    Parameters
    ----------
    mask : ndarray, (ny, nx), bool
    links : tuple of ndarray (link_east, link_south), (ny, nx), bool, or None
        False where land thinner than a cell lies between; None opens all.
    """
    numbers = number_cells(mask)
    east = mask[:, :-1] & mask[:, 1:]
    south = mask[:-1] & mask[1:]
    if links is not None:
        east = east & np.asarray(links[0], bool)[:, :-1]
        south = south & np.asarray(links[1], bool)[:-1]
    pairs = (
        np.column_stack([numbers[:, :-1][east], numbers[:, 1:][east]]),
        np.column_stack([numbers[:-1][south], numbers[1:][south]]),
    )
    return np.concatenate(pairs)


def find_basins(n_cells: int, edges: np.ndarray) -> np.ndarray:
    """Number of the separate water each cell belongs to; (n_cells,) int."""
    return _label(n_cells, edges)


def build_mesh(mask: np.ndarray, edges: np.ndarray, used: np.ndarray, factor: int) -> Mesh:
    """Mesh of the `used` cells with blocks of `factor` x `factor` cells.

    Parameters
    ----------
    mask : ndarray, (ny, nx), bool
    edges : ndarray, (e, 2), int
        From `link_cells`.
    used : ndarray, (n_wet,), bool
        Cells of the basins that hold a station.
    factor : int
    """
    edges = edges[used[edges[:, 0]]]
    row, col = (index.astype(np.int32) for index in np.nonzero(mask))
    if factor == 1:
        node = np.where(used, np.cumsum(used) - 1, -1)
        size = int(used.sum())
        prolongation = None if size == used.size else _selection(node, size)
        place = np.column_stack([row, col])[used]
        return Mesh(1, np.ones(size), node[edges], np.ones(len(edges)), prolongation, node, place)
    width = mask.shape[1] // factor + 1
    block = (row // factor) * width + col // factor
    inside = block[edges[:, 0]] == block[edges[:, 1]]
    piece = _label(used.size, edges[inside])
    node = np.full(used.size, -1)
    node[used] = np.unique(piece[used], return_inverse=True)[1]
    volume = np.bincount(node[used]).astype(float)
    crossing = edges[~inside]
    south = (row[crossing[:, 1]] != row[crossing[:, 0]]).astype(int)
    joined, count = _count(np.column_stack([node[crossing], south]))
    prolongation = _prolongation(row, col, node, joined, count, factor)
    place = np.empty((volume.size, 2), dtype=int)
    place[node[used]] = np.column_stack([row, col])[used] // factor
    return Mesh(factor, volume, joined[:, :2], count / factor, prolongation, node, place)


def prolong(mesh: Mesh, values: np.ndarray) -> np.ndarray:
    """Values of the nodes carried to the cells; (n_wet, ...), 0 on cells left out."""
    return values if mesh.prolongation is None else mesh.prolongation @ values


def _label(n_cells: int, edges: np.ndarray) -> np.ndarray:
    ones = np.ones(len(edges), dtype=np.int8)
    graph = sparse.csr_array((ones, (edges[:, 0], edges[:, 1])), shape=(n_cells, n_cells))
    return connected_components(graph, directed=False)[1]


def _count(triples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Different triples (node, node, 0 or 1), rising, and how often each one is there."""
    if not len(triples):
        return np.zeros((0, 3), dtype=int), np.zeros(0)
    wide = triples.max() + 1
    code, count = np.unique(triples @ [wide * 2, 2, 1], return_counts=True)
    return np.column_stack([code // (2 * wide), code // 2 % wide, code % 2]), count


def _selection(node: np.ndarray, size: int) -> sparse.csr_array:
    cell = np.flatnonzero(node >= 0)
    return sparse.csr_array((np.ones(cell.size), (cell, node[cell])), shape=(node.size, size))


def _prolongation(row, col, node, joined, count, factor) -> sparse.csr_array:
    """Bilinear weights between block centres; a neighbour behind land gives its weight up."""
    cell = np.flatnonzero(node >= 0)
    own = node[cell]
    u = (col[cell] % factor + 0.5) / factor - 0.5
    v = (row[cell] % factor + 0.5) / factor - 0.5
    nearest = _neighbours(joined, count, own.max(initial=0) + 1)
    side = np.where(u > 0, nearest[0][own], nearest[1][own])
    below = np.where(v > 0, nearest[2][own], nearest[3][own])
    corner = _corner(nearest, side, below, u, v)
    u, v = np.abs(u), np.abs(v)
    weights = np.array([(1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v])
    nodes = np.array([own, side, below, corner])
    _give_up(weights, nodes)
    cells = np.broadcast_to(cell, weights.shape)
    shape = (node.size, nearest.shape[1])
    keep = weights.ravel() > 0
    where = (cells.ravel()[keep], nodes.ravel()[keep])
    return sparse.csr_array((weights.ravel()[keep], where), shape=shape)


def _neighbours(joined: np.ndarray, count: np.ndarray, size: int) -> np.ndarray:
    """Widest joined node to the east, west, south and north of each node; (4, m), -1 for none."""
    nearest = np.full((4, size), -1)
    order = np.argsort(count, kind="stable")
    for south in (0, 1):
        of = order[joined[order, 2] == south]
        first, second = joined[of, 0], joined[of, 1]
        nearest[2 * south, first] = second
        nearest[2 * south + 1, second] = first
    return nearest


def _corner(nearest, side, below, u, v) -> np.ndarray:
    by_side = np.where(v > 0, nearest[2][side], nearest[3][side])
    by_below = np.where(u > 0, nearest[0][below], nearest[1][below])
    same = (by_side == by_below) & (side >= 0) & (below >= 0)
    return np.where(same, by_side, -1)


def _give_up(weights: np.ndarray, nodes: np.ndarray) -> None:
    """Move the weight of absent corners to the sides, then of absent sides to the own node."""
    gone = nodes[3] < 0
    half = np.where(gone, weights[3] / 2, 0)
    weights[1:3] += half
    weights[3, gone] = 0
    for k in (1, 2):
        gone = nodes[k] < 0
        weights[0] += np.where(gone, weights[k], 0)
        weights[k, gone] = 0
