"""Bays, rivers and land: valid shapes with ids and names, faults mended and reported."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Geod

from bayqa.errors import InputError
from bayqa.intake.polygons.naming import name_features
from bayqa.intake.polygons.overlaps import report_overlaps
from bayqa.intake.polygons.repair import repair_shapes
from bayqa.intake.polygons.vectors import read_vector
from bayqa.intake.records.findings import Finding, combine_findings, list_rows, make_report

__all__ = ["read_bays", "read_land", "read_rivers"]

_EARTH = Geod(ellps="WGS84")
_GIANT_KM2, _GIANT_DEGREES = 500_000, 120
_KM2 = 6371.0**2 * np.pi / 180


def read_bays(path, *, layer: str | None = None, crs=None, bay_id: str | None = None,
              strict: bool = False) -> gpd.GeoDataFrame:  # fmt: skip
    """Bays of a vector file: polygons of water with an id.

    Parameters
    ----------
    path : path or sequence of paths
        Any vector format of GDAL.
    layer : str, optional
        Layer of a file that has several.
    crs : str or int, optional
        CRS that the file should have said.
    bay_id : str, optional
        Column that holds the id; bay_id, id, or the name otherwise.
    strict : bool
        Refuse the file when its report holds anything doubtful.

    Returns
    -------
    GeoDataFrame, EPSG:4326, index bay_id
        Columns name_zh, name_en, those of the file, and geometry (valid polygons, exterior rings
        counter-clockwise, no Z). `attrs["report"]` holds the findings.

    Raises
    ------
    InputError
        When the file cannot be read, has no polygon, or ids are double.
    """
    frame, findings = _read_all(path, layer, crs, ("bays", "bay", "海湾"))
    frame = repair_shapes(frame, ("Polygon",), findings)
    frame = name_features(frame, bay_id, findings)
    report_overlaps(frame, findings)
    _report_giants(frame, findings)
    return _finished(frame, findings, strict)


def read_rivers(path, *, layer: str | None = None, crs=None, river_id: str | None = None,
                strict: bool = False) -> gpd.GeoDataFrame:  # fmt: skip
    """Rivers of a vector file, lines or polygons; arguments as for `read_bays`.

    Returns
    -------
    GeoDataFrame, EPSG:4326, index river_id

    Raises
    ------
    InputError
        When the file cannot be read or has neither line nor polygon.
    """
    frame, findings = _read_all(path, layer, crs, ("rivers", "river", "河流"), "")
    frame = repair_shapes(frame, ("LineString", "Polygon"), findings)
    frame = name_features(frame, river_id, findings, index="river_id")
    return _finished(frame, findings, strict)


def read_land(
    path, *, layer: str | None = None, crs=None, strict: bool = False
) -> gpd.GeoDataFrame:
    """Land polygons of a vector file; arguments as for `read_bays`.

    Returns
    -------
    GeoDataFrame, EPSG:4326

    Raises
    ------
    InputError
        When the file cannot be read or has no polygon.
    """
    frame, findings = _read_all(path, layer, crs, ("land", "陆地"))
    frame = repair_shapes(frame, ("Polygon",), findings)
    return _finished(frame.reset_index(drop=True), findings, strict)


def _read_all(path, layer, crs, usual: tuple[str, ...], kind: str = "Polygon"):
    paths = [path] if isinstance(path, (str, Path)) else list(path)
    if not paths:
        raise InputError("no vector file is given; wanted at least one path")
    frames, findings = [], []
    for one in paths:
        frame, found = read_vector(one, layer=layer, crs=crs, usual=usual, kind=kind)
        frames.append(
            frame.assign(**{"_file": Path(one).name, "_row": np.arange(1, len(frame) + 1)})
        )
        findings += found
    frame = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
    findings.append(Finding(Path(paths[0]).name, "features", "read", "features", count=len(frame)))
    return frame, findings


def _finished(frame: gpd.GeoDataFrame, findings: list, strict: bool) -> gpd.GeoDataFrame:
    report = make_report(combine_findings(findings))
    doubts = report[~report["action"].isin(["read", "converted", "assumed", "ignored"])]
    if strict and len(doubts):
        first = doubts.iloc[0]
        raise InputError(
            f"{first['file']}: {first['message']} (strict reading; {len(doubts)} doubts in all)"
        )
    out = frame.drop(columns=["_file", "_row"])
    out.attrs = {"report": list_rows(report)}
    return out


def _report_giants(frame: gpd.GeoDataFrame, findings: list) -> None:
    """A finding for each shape so large that it is a sea or land, and no bay."""
    shapes = frame.geometry.to_numpy()
    # Longitude against the sine of latitude keeps areas on a sphere, a thousand times sooner.
    flat = shapely.transform(
        shapes, lambda xy: np.stack([xy[:, 0], np.sin(np.radians(xy[:, 1]))], axis=1)
    )
    rough = shapely.area(flat) * _KM2
    for k, shape in enumerate(shapes):
        width = _width(shape)
        if rough[k] < 0.9 * _GIANT_KM2 and width <= _GIANT_DEGREES:
            continue
        area = abs(_EARTH.geometry_area_perimeter(shape)[0]) / 1e6
        if area > _GIANT_KM2 or width > _GIANT_DEGREES:
            text = f"the shape covers {area:.3g} km2, {width:.0f} degrees wide; land or a sea?"
            more = {"row": int(frame["_row"].iloc[k]), "found": str(frame.index[k])}
            findings.append(Finding(frame["_file"].iloc[0], "size", "doubtful", text, **more))


def _width(shape) -> float:
    """Degrees of longitude that a shape spans, across the date line where that is less."""
    west, east = shapely.bounds(shapely.get_parts(shape))[:, ::2].T
    around = np.ptp([west % 360, np.where(east < 0, east + 360, east)])
    return float(max(min(east.max() - west.min(), around), (east - west).max()))
