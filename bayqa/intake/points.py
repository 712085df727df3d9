"""Tables of samples that come as a layer of points: GeoPackage, shapefile, zipped or not."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bayqa.errors import InputError
from bayqa.intake.files.packed import holds_tables
from bayqa.intake.polygons.vectors import is_vector, read_vector
from bayqa.intake.records.grid import Grid, make_grid

__all__ = ["holds_points", "read_points"]

_TABLES = {".parquet", ".json", ".geojson", ".xlsx", ".xml", ".tab"}
"""Endings that are read as tables, whatever else they may hold."""


def holds_points(path: Path) -> bool:
    """Whether a file is a vector layer of points and nothing else."""
    return _points(path) is not None


def read_points(path: Path) -> list[Grid] | None:
    """Grid of the attributes of points with their longitude and latitude; None for other files.

    Row numbers are those of the features, after one row of headings.
    """
    if path.suffix.lower() in _TABLES:
        return None
    found = _points(path)
    if found is None:
        return None
    frame, findings = found
    plain = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    names = [str(c) for c in plain.columns]
    own = {n.casefold() for n in names}
    places = {"lon": frame.geometry.x, "lat": frame.geometry.y} if not own & {"lon", "lat"} else {
        "longitude": frame.geometry.x, "latitude": frame.geometry.y}  # fmt: skip
    cells = plain.assign(**places).astype(object)
    rows = [["" if pd.isna(c) else str(c) for c in row] for row in cells.itertuples(index=False)]
    grid = make_grid(path.name, [[*names, *places], *rows])
    return [grid._replace(findings=tuple(findings))]


def _points(path: Path):
    """Features and findings of a layer of points, or None."""
    table = path.suffix.lower() == ".zip" and path.is_file() and holds_tables(path)
    if path.suffix.lower() == ".parquet" or not is_vector(path) or table:
        return None
    try:
        frame, findings = read_vector(path, usual=("samples", "stations", "points"))
    except InputError:
        return None
    there = frame.geometry.notna() & ~frame.geometry.is_empty
    kinds = set(frame.geometry[there].geom_type)
    return (frame[there], findings) if kinds == {"Point"} else None
