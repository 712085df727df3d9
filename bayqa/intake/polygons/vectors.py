"""Vector files of any GDAL driver: bytes to a GeoDataFrame in WGS84, faults as findings."""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from pyproj import CRS
from pyproj.exceptions import ProjError

from bayqa.errors import InputError
from bayqa.intake.places.projected import read_crs
from bayqa.intake.records.findings import Finding
from bayqa.intake.records.guards import check_archive, check_database, check_exists, check_markup

__all__ = ["is_vector", "read_vector"]

_VECTORS = {".gpkg", ".shp", ".geojson", ".kml", ".kmz", ".gml", ".fgb", ".gdb", ".tab", ".mif",
            ".parquet", ".zip", ".gpx", ".sqlite", ".dxf", ".topojson"}  # fmt: skip
_TOLD = "Non closed ring"
"""Beginning of a message of the driver that a finding of its own tells better."""
_DBF = ((4, 8), (8, 10), (10, 12))
_MARKUP = {".kml", ".gml", ".gpx", ".xml", ".vrt", ".svg", ".xlsx"}


def is_vector(path: Path) -> bool:
    """Whether the name of a path is that of a vector file."""
    return path.suffix.lower() in _VECTORS


def read_vector(path: str | Path, *, layer: str | None = None, crs: str | int | None = None,
                usual: tuple[str, ...] = ()):  # fmt: skip
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
    _check_safety(path)
    findings: list[Finding] = []
    layer = _choose_layer(path, layer, usual)
    frame = _read(path, layer, findings)
    frame = _placed(path, frame, crs, findings)
    return frame, findings


def _check_safety(path: Path) -> None:
    if path.is_dir():
        return
    if path.suffix.lower() == ".shp":
        _check_whole(path)
    with path.open("rb") as file:
        start = file.read(4096)
    if start.lstrip()[:1] == b"<" or path.suffix.lower() in _MARKUP:
        check_markup(path.name, path.read_bytes())
    if start[:15] == b"SQLite format 3":
        check_database(path)
    if start[:4] == b"PK\x03\x04":
        for member in check_archive(path):
            if member.filename.lower().endswith((".kml", ".gml", ".xml", ".vrt")):
                with zipfile.ZipFile(path) as archive:
                    check_markup(path.name, _member(path, archive, member))


def _check_whole(path: Path) -> None:
    """Refuse a shapefile that is shorter than its own header says; GDAL would read the rest."""
    table = _part(path, ".dbf")
    says = {path: 2 * int.from_bytes(_head(path)[24:28], "big")}
    if table.exists():
        head = _head(table)
        n, lead, width = (int.from_bytes(head[a:b], "little") for a, b in _DBF)
        says[table] = lead + n * width
    for part, size in says.items():
        if part.stat().st_size < size:
            raise InputError(
                f"{part.name}: the file is cut short ({part.stat().st_size} of {size} bytes); copy "
                "all its parts again"
            )


def _part(path: Path, end: str) -> Path:
    """Part of a shapefile with another ending, in the case that its file has."""
    upper = path.with_suffix(end.upper())
    return upper if upper.exists() and not path.with_suffix(end).exists() else path.with_suffix(end)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(100)


def _member(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    try:
        return archive.read(member)
    except Exception as error:  # zlib, struct and zipfile raise a dozen kinds on broken bytes
        raise InputError(f"{path.name}: the archive is damaged ({error}); copy it again") from None


def _choose_layer(path: Path, layer: str | None, usual: tuple[str, ...]) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            layers = [row[0] for row in pyogrio.list_layers(path)]
    except (pyogrio.errors.DataSourceError, ValueError, UnicodeDecodeError) as error:
        raise InputError(_damaged(path, error)) from None
    if layer is not None:
        if layer not in layers:
            raise InputError(
                f"{path.name}: there is no layer {layer!r}; the layers are {', '.join(layers)}"
            )
        return layer
    if path.suffix.lower() == ".gpx" and len(layers) > 1:
        layers = [name for name in layers if _count(path, name)]
    known = [name for name in layers if name.casefold() in usual]
    if len(layers) == 1 or len(known) == 1:
        return known[0] if len(known) == 1 else layers[0]
    if not layers:
        raise InputError(f"{path.name}: the file holds no layer; export it again")
    raise InputError(
        f"{path.name}: holds several layers; say which with layer=: {', '.join(layers)}"
    )


def _count(path: Path, layer: str) -> int:
    return pyogrio.read_info(path, layer=layer, force_feature_count=True)["features"]


def _damaged(path: Path, error: Exception) -> str:
    text = " ".join(str(error).replace(str(path), path.name).split())[:140]
    lacking = [e for e in (".shx", ".dbf") if path.suffix.lower() == ".shp"
               and not _part(path, e).exists()]  # fmt: skip
    hint = f"{', '.join(lacking)} beside it is missing" if lacking else text
    return f"{path.name}: cannot be read as a vector file ({hint}); copy all its parts again"


def _read(path: Path, layer: str | None, findings: list[Finding]) -> gpd.GeoDataFrame:
    encoding = _encoding(path)
    try:
        frame, caught = _read_frame(path, layer, encoding)
    except UnicodeDecodeError as error:
        if path.suffix.lower() != ".shp" or encoding is not None:
            raise InputError(_damaged(path, error)) from None
        encoding = "GB18030"
        frame, caught = _read_again(path, layer, encoding)
    except Exception as error:  # GDAL, shapely and pyogrio each have their own kinds
        raise InputError(_damaged(path, error)) from None
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError(f"{path.name}: the layer holds a table without shapes; wanted polygons")
    texts = dict.fromkeys(str(w.message).replace(str(path), path.name) for w in caught)
    for text in (t for t in texts if not t.startswith(_TOLD)):
        findings.append(Finding(path.name, "vector file", "doubtful", text[:160], layer or ""))
    if encoding:
        findings.append(
            Finding(path.name, "encoding", "assumed", f"names are read as {encoding}", layer or "")
        )
    if not len(frame):
        raise InputError(f"{path.name}: the layer holds no feature; export it again")
    if path.suffix.lower() == ".shp" and not _part(path, ".dbf").exists():
        text = "the .dbf beside the shapefile is missing: its names and ids are lost"
        findings.append(Finding(path.name, "vector file", "doubtful", text, layer or ""))
    return _closed(path, layer, encoding, frame, findings)


def _read_frame(path: Path, layer: str | None, encoding: str | None, on_invalid: str = "ignore"):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        frame = pyogrio.read_dataframe(path, layer=layer, encoding=encoding, on_invalid=on_invalid)
    return frame, caught


def _read_again(path: Path, layer: str | None, encoding: str):
    try:
        return _read_frame(path, layer, encoding)
    except Exception as error:  # as above
        raise InputError(_damaged(path, error)) from None


def _closed(path: Path, layer, encoding, frame: gpd.GeoDataFrame, findings: list):
    """Features with the rings closed that the file leaves open, which read as no shape at all."""
    gone = frame.geometry.isna().to_numpy()
    if not gone.any():
        return frame
    try:
        fixed, _ = _read_frame(path, layer, encoding, "fix")
    except Exception:  # then nothing can be closed, and the features are left out by name
        return frame
    back = gone & ~fixed.geometry.isna().to_numpy() & ~fixed.geometry.is_empty.to_numpy()
    if not back.any():
        return frame
    text, row = "the ring of the shape is not closed; it is closed", int(np.argmax(back)) + 1
    more = {"row": row, "count": int(back.sum())}
    findings.append(Finding(path.name, "open ring", "doubtful", text, layer or "", **more))
    return fixed


def _encoding(path: Path) -> str | None:
    """GBK where a shapefile has no .cpg and its table is not UTF-8; None where GDAL knows."""
    table = _part(path, ".dbf")
    if path.suffix.lower() != ".shp" or not table.exists() or _part(path, ".cpg").exists():
        return None
    data = table.read_bytes()[: 8 * 2**20]
    if data.isascii() or (len(data) > 29 and data[29] not in (0, 0x57)):
        return None
    body = data[32:]
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "GB18030"
    return "UTF-8"


def _placed(path: Path, frame: gpd.GeoDataFrame, crs, findings: list) -> gpd.GeoDataFrame:
    """Features in EPSG:4326."""
    if crs is not None:
        declared = read_crs(crs, f"{path.name}, crs=")
        if isinstance(declared, str):
            raise InputError(f"{path.name}: {declared} polygons are not supported; convert them")
        if frame.crs is not None and frame.crs != declared:
            findings.append(
                Finding(
                    path.name,
                    "crs",
                    "assumed",
                    f"the file says {frame.crs.name}; {declared.name} is used as asked",
                )
            )
        frame = frame.set_crs(declared, allow_override=True)
    frame = _unswapped(path, frame, findings)
    _check_range(path, frame, findings)
    if frame.crs is None:
        text = "the file states no CRS; the numbers are degrees, taken as WGS84"
        if path.suffix.lower() == ".shp" and _part(path, ".prj").exists():
            text = "its .prj cannot be understood; the numbers are degrees, taken as WGS84"
        findings.append(Finding(path.name, "crs", "doubtful", text))
        return frame.set_crs(4326)
    if frame.crs == CRS.from_epsg(4326):
        return frame
    findings.append(
        Finding(path.name, "crs", "converted", f"{frame.crs.name} to WGS84", count=len(frame))
    )
    return _to_degrees(path, frame)


def _to_degrees(path: Path, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    try:
        return frame.to_crs(4326)
    except ProjError as error:
        short = " ".join(str(error).split())[:100]
        raise InputError(
            f"{path.name}: the CRS {frame.crs.name} cannot be turned into degrees ({short}); say "
            "the true one with crs="
        ) from None


def _unswapped(path: Path, frame: gpd.GeoDataFrame, findings: list) -> gpd.GeoDataFrame:
    """Features with x and y exchanged where every latitude would be beyond the poles."""
    bounds = frame.total_bounds
    degrees = frame.crs is None or frame.crs.is_geographic
    if not degrees or not np.isfinite(bounds).all():
        return frame
    if not ((90 < np.abs(bounds[[1, 3]])) & (np.abs(bounds[[1, 3]]) <= 180)).all():
        return frame
    if (np.abs(bounds[[0, 2]]) > 90).any() or bounds[1] * bounds[3] < 0:
        return frame
    text = "latitude stands before longitude in every shape; put right"
    found = f"x {bounds[0]:.6g} to {bounds[2]:.6g}, y {bounds[1]:.6g} to {bounds[3]:.6g}"
    count = len(frame)
    findings.append(Finding(path.name, "position", "doubtful", text, found=found, count=count))
    turned = shapely.transform(frame.geometry.to_numpy(), lambda xy: xy[:, ::-1])
    return frame.set_geometry(gpd.GeoSeries(turned, index=frame.index, crs=frame.crs))


def _check_range(path: Path, frame: gpd.GeoDataFrame, findings: list) -> None:
    """Refuse numbers that cannot be what the CRS says."""
    bounds = frame.total_bounds
    if not np.isfinite(bounds).all():
        raise InputError(f"{path.name}: no shape has valid coordinates; export the layer again")
    degrees = bool((np.abs(bounds[[0, 2]]) <= 360).all() and (np.abs(bounds[[1, 3]]) <= 90).all())
    numbers = f"x {bounds[0]:.6g} to {bounds[2]:.6g}, y {bounds[1]:.6g} to {bounds[3]:.6g}"
    if frame.crs is None and not degrees:
        raise InputError(
            f"{path.name}: the file states no CRS and {numbers} are no degrees; say "
            "which with crs=, such as crs='EPSG:4549'"
        )
    if frame.crs is not None and frame.crs.is_geographic and not degrees:
        raise InputError(
            f"{path.name}: the CRS {frame.crs.name} is in degrees, but {numbers} are "
            "not; say the true one with crs="
        )
    if frame.crs is not None and frame.crs.is_projected and degrees:
        findings.append(
            Finding(
                path.name,
                "crs",
                "doubtful",
                f"the CRS {frame.crs.name} is in "
                f"metres, but {numbers} look like degrees; check crs=",
            )
        )
