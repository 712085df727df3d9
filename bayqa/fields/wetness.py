"""How much water lies in each cell, and in which separate pieces."""

from __future__ import annotations

from typing import NamedTuple

import exactextract
import numpy as np
import shapely
from exactextract.raster import NumPyRasterSource

__all__ = ["Frame", "Pieces", "cut_window", "find_pieces", "frame_area", "touch_cells"]

TILE = 8
_TINY = 1e-9
"""Share of a cell below which a piece is an artefact of rounding."""


class Frame(NamedTuple):
    """A grid in the plane: north-western corner, spacing in metres and shape (ny, nx)."""

    west: float
    north: float
    spacing: float
    shape: tuple[int, int]

    def centres(self, cell: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Metres east and north of the centres of flat cell indices."""
        row, column = np.divmod(cell, self.shape[1])
        return (
            self.west + (column + 0.5) * self.spacing,
            self.north - (row + 0.5) * self.spacing,
        )


class Pieces(NamedTuple):
    """The separate waters inside the cells: one row for each, in the order of the cells."""

    cell: np.ndarray
    """Flat index of the cell, ascending."""
    fraction: np.ndarray
    """Share of the cell that the piece covers."""
    x: np.ndarray
    y: np.ndarray
    """A place inside the piece: the centre of the cell wherever that is in it."""
    whole: np.ndarray
    """True where the piece is the whole cell."""


def frame_area(area: shapely.Geometry, spacing: float) -> Frame:
    """Smallest grid over an area whose cell edges are multiples of the spacing.

    Parameters
    ----------
    area : shapely geometry in the plane
    spacing : float, metres

    Returns
    -------
    Frame
    """
    west, south, east, north = area.bounds
    first, top = np.floor(west / spacing + 1e-9), np.ceil(north / spacing - 1e-9)
    nx = max(int(np.ceil(east / spacing - 1e-9) - first), 1)
    ny = max(int(top - np.floor(south / spacing + 1e-9)), 1)
    return Frame(float(first * spacing), float(top * spacing), float(spacing), (ny, nx))


def find_pieces(area: shapely.Geometry, frame: Frame) -> Pieces:
    """Every separate water inside every cell, with its exact share of the cell.

    Parameters
    ----------
    area : shapely Polygon or MultiPolygon
        The water.
    frame : Frame

    Returns
    -------
    Pieces
    """
    whole, partial = touch_cells(area, frame)
    row, column = np.divmod(partial, frame.shape[1])
    clipped = cut_window(area, frame, row, column)
    parts, index = shapely.get_parts(clipped, return_index=True)
    size = shapely.area(parts) / frame.spacing**2
    good = size > _TINY
    parts, index, size = parts[good], index[good], size[good]
    x, y = _inner_places(parts, frame, partial[index])
    xw, yw = frame.centres(whole)
    order = np.argsort(np.concatenate([whole, partial[index]]), kind="stable")
    joined = [
        np.concatenate(pair)[order]
        for pair in (
            (whole, partial[index]),
            (np.ones(len(whole)), size),
            (xw, x),
            (yw, y),
            (np.ones(len(whole), bool), np.zeros(len(size), bool)),
        )
    ]
    return Pieces(*joined)


def cut_window(
    area: shapely.Geometry,
    frame: Frame,
    row: np.ndarray,
    column: np.ndarray,
    size: tuple[int, int] = (1, 1),
) -> np.ndarray:
    """The water inside windows of whole cells.

    The area is first cut into tiles, so that each window only meets the coast near it.

    Parameters
    ----------
    area : shapely geometry
    frame : Frame
    row, column : array (n,) int
        North-western cell of each window.
    size : (rows, columns) of a window, at most `TILE`

    Returns
    -------
    array (n,) of geometries
    """
    if not len(row):
        return np.array([], dtype=object)
    tiles = np.stack([row // TILE, column // TILE])
    unique, index = np.unique(tiles, axis=1, return_inverse=True)
    coarse, parent = np.unique(unique // TILE, axis=1, return_inverse=True)
    wide = TILE * TILE
    shapely.prepare(area)
    regions = shapely.intersection(
        area, _boxes(frame, coarse[0] * wide, coarse[1] * wide, (wide + TILE, wide + TILE))
    )
    tile_boxes = _boxes(frame, unique[0] * TILE, unique[1] * TILE, (2 * TILE, 2 * TILE))
    near = shapely.intersection(regions[parent.ravel()], tile_boxes)
    return shapely.intersection(near[index.ravel()], _boxes(frame, row, column, size))


def touch_cells(area: shapely.Geometry, frame: Frame) -> tuple[np.ndarray, np.ndarray]:
    """Flat indices of the cells wholly and partly covered by an area, each ascending."""
    ny, nx = frame.shape
    east, south = frame.west + nx * frame.spacing, frame.north - ny * frame.spacing
    grid = NumPyRasterSource(
        np.zeros(frame.shape, np.uint8), frame.west, south, east, frame.north, srs_wkt=""
    )
    feature = {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(area)}
    found = exactextract.exact_extract(grid, [feature], ["cell_id", "coverage"])
    row = found[0]["properties"]
    cell, coverage = np.asarray(row["cell_id"], np.int64), np.asarray(row["coverage"], float)
    return np.sort(cell[coverage >= 1.0]), np.sort(cell[(coverage > 0.0) & (coverage < 1.0)])


def _inner_places(
    parts: np.ndarray, frame: Frame, cell: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    x, y = frame.centres(cell)
    off = ~shapely.contains_xy(parts, x, y)
    inner = shapely.point_on_surface(parts[off])
    x[off], y[off] = shapely.get_x(inner), shapely.get_y(inner)
    return x, y


def _boxes(frame: Frame, row: np.ndarray, column: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    west = frame.west + column * frame.spacing
    north = frame.north - row * frame.spacing
    return shapely.box(west, north - size[0] * frame.spacing, west + size[1] * frame.spacing, north)
