"""Vector files of any GDAL driver: bytes to a GeoDataFrame in WGS84, faults as findings."""

from __future__ import annotations

import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio

from bayqa.errors import InputError
from bayqa.intake.polygons.cells import holds_cells, read_cells
from bayqa.intake.polygons.degrees import place_shapes
from bayqa.intake.polygons.shapefiles import find_part
from bayqa.intake.polygons.sources import Source, open_source
from bayqa.intake.records.findings import Finding
from bayqa.intake.records.guards import check_exists

__all__ = ["is_vector", "read_vector"]

_VECTORS = {".gpkg", ".shp", ".geojson", ".kml", ".kmz", ".gml", ".fgb", ".gdb", ".tab", ".mif",
            ".parquet", ".zip", ".gpx", ".sqlite", ".dxf", ".topojson", ".geojsonl", ".ndjson",
            ".geojsons", ".shz", ".geoparquet", ".jml"}  # fmt: skip
_ONE_LAYER = {".geojson", ".geojsonl", ".ndjson", ".geojsons"}
_MOST_CELLS = 1_000_000
_TOLD = "Non closed ring"
"""Beginning of a message of the driver that a finding of its own tells better."""
_SECOND = {"track_points", "route_points", "layer_styles"}
"""Layers that only repeat or adorn another."""
_ONE_KIND = {"Polygon": ("Polygon", "MultiPolygon", "CurvePolygon", "MultiSurface")}


def is_vector(path: Path) -> bool:
    """Whether the name of a path is that of a vector file."""
    return path.suffix.lower() in _VECTORS or path.name.lower().endswith(".geojson.gz")


def read_vector(path: str | Path, *, layer: str | None = None, crs: str | int | None = None,
                usual: tuple[str, ...] = (), kind: str = ""):  # fmt: skip
    """Features of one layer in EPSG:4326, and the findings about the file.

    Parameters
    ----------
    path : path
    layer : str, optional
        Needed where the file has several layers.
    crs : str or int, optional
        CRS that the file should have said; wins over the one it says.
    usual : tuple of str
        Names of the layer to take where several are there and none is asked for.
    kind : str
        "Polygon" to take the only layer of polygons among several.

    Returns
    -------
    GeoDataFrame, list of Finding

    Raises
    ------
    InputError
        When the file is missing, damaged, dangerous, has no such layer or no CRS.
    """
    path = Path(path)
    check_exists(path)
    with open_source(path, layer, usual) as source:
        findings: list[Finding] = list(source.findings)
        if holds_cells(source.path):
            frame, unread = read_cells(source.path, source.name, findings), False
        else:
            chosen = _choose_layer(source, usual, kind, findings)
            frame = _read(source, chosen, findings)
            unread = frame.crs is None and find_part(source.path, ".prj").exists()
            unread = unread and source.path.suffix.lower() == ".shp"
    return place_shapes(source.name, frame, crs, unread, findings), findings


def _list_layers(source: Source) -> dict[str, str | None]:
    """Kind of shape of each layer; files that would blow up a table are refused."""
    if source.path.suffix.lower() not in _ONE_LAYER:
        return dict(pyogrio.list_layers(source.path).tolist())
    # Opening such a file parses all of it, so that both questions are asked at once.
    info = pyogrio.read_info(source.path)
    cells = len(info["fields"]) * max(info["features"], 0)
    if cells > _MOST_CELLS + source.path.stat().st_size:
        raise InputError(
            f"{source.name}: {info['features']} features of {len(info['fields'])} columns, nearly "
            "all of them empty; write the same columns for each feature"
        )
    return {info["layer_name"]: info["geometry_type"]}


def _choose_layer(source: Source, usual: tuple[str, ...], kind: str, findings: list) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            kinds = _list_layers(source)
    except (pyogrio.errors.DataSourceError, ValueError, UnicodeDecodeError) as error:
        raise InputError(_damaged(source, error)) from None
    if source.layer is not None:
        if source.layer not in kinds:
            raise InputError(
                f"{source.name}: there is no layer {source.layer!r}; the layers are "
                f"{', '.join(kinds)}"
            )
        return source.layer
    layers = _likely(source, kinds)
    known = [name for name in layers if name.casefold() in usual]
    if len(layers) == 1 or len(known) == 1:
        return known[0] if len(known) == 1 else layers[0]
    if not layers:
        raise InputError(f"{source.name}: the file holds no layer; export it again")
    alone = [name for name in layers if kinds[name] in _ONE_KIND.get(kind, ())]
    others = [name for name in layers if kinds[name] in (None, "Unknown", "GeometryCollection")]
    if len(alone) == 1 and not others:
        text = f"the only layer of polygons of {len(layers)} is taken"
        findings.append(Finding(source.name, "layer", "assumed", text, alone[0]))
        return alone[0]
    raise InputError(
        f"{source.name}: holds several layers; say which with layer=: {', '.join(layers)}"
    )


def _likely(source: Source, kinds: dict) -> list[str]:
    """Layers that are not empty, without shapes or only a repetition, unless nothing else is."""
    layers = [name for name in kinds if name not in _SECOND] or list(kinds)
    layers = [name for name in layers if kinds[name] is not None] or layers
    if source.path.suffix.lower() == ".gpx" and len(layers) > 1:
        layers = [name for name in layers if _count(source.path, name)]
    return layers


def _count(path: Path, layer: str) -> int:
    return pyogrio.read_info(path, layer=layer, force_feature_count=True)["features"]


def _damaged(source: Source, error: Exception) -> str:
    text = " ".join(str(error).replace(str(source.path), source.name).split())[:140]
    lacking = source.path.suffix.lower() == ".shp" and not find_part(source.path, ".dbf").exists()
    hint = ".dbf beside it is missing" if lacking else text
    return f"{source.name}: cannot be read as a vector file ({hint}); copy all its parts again"


def _read(source: Source, layer: str | None, findings: list[Finding]) -> gpd.GeoDataFrame:
    encoding = source.encoding
    try:
        frame, caught = _read_frame(source.path, layer, encoding)
    except UnicodeDecodeError as error:
        if encoding is not None:
            raise InputError(_damaged(source, error)) from None
        encoding = "GB18030"
        frame, caught = _read_again(source, layer, encoding)
        text = f"names are read as {encoding}"
        findings.append(Finding(source.name, "encoding", "assumed", text, layer or ""))
    except Exception as error:  # GDAL, shapely and pyogrio each have their own kinds
        raise InputError(_damaged(source, error)) from None
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError(f"{source.name}: the layer holds a table without shapes; wanted polygons")
    texts = dict.fromkeys(str(w.message).replace(str(source.path), source.name) for w in caught)
    for text in (t for t in texts if not t.startswith(_TOLD)):
        findings.append(Finding(source.name, "vector file", "doubtful", text[:160], layer or ""))
    if not len(frame):
        raise InputError(f"{source.name}: the layer holds no feature; export it again")
    if source.path.suffix.lower() == ".shp" and not find_part(source.path, ".dbf").exists():
        text = "the .dbf beside the shapefile is missing: its names and ids are lost"
        findings.append(Finding(source.name, "vector file", "doubtful", text, layer or ""))
    return _closed(source, layer, encoding, frame, findings)


def _read_frame(path: Path, layer: str | None, encoding: str | None, on_invalid: str = "ignore"):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        frame = pyogrio.read_dataframe(path, layer=layer, encoding=encoding, on_invalid=on_invalid)
    return frame, caught


def _read_again(source: Source, layer: str | None, encoding: str):
    try:
        return _read_frame(source.path, layer, encoding)
    except Exception as error:  # as above
        raise InputError(_damaged(source, error)) from None


def _closed(source: Source, layer, encoding, frame: gpd.GeoDataFrame, findings: list):
    """Features with the rings closed that the file leaves open, which read as no shape at all."""
    gone = frame.geometry.isna().to_numpy()
    if not gone.any():
        return frame
    try:
        fixed, _ = _read_frame(source.path, layer, encoding, "fix")
    except Exception:  # then nothing can be closed, and the features are left out by name
        return frame
    back = gone & ~fixed.geometry.isna().to_numpy() & ~fixed.geometry.is_empty.to_numpy()
    if not back.any():
        return frame
    text, row = "the ring of the shape is not closed; it is closed", int(np.argmax(back)) + 1
    more = {"row": row, "count": int(back.sum())}
    findings.append(Finding(source.name, "open ring", "doubtful", text, layer or "", **more))
    return fixed
