"""Bays, rivers and land: valid shapes with ids and names, faults mended and reported."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Geod

from bayqa.errors import InputError
from bayqa.intake.polygons.repair import repair_shapes
from bayqa.intake.polygons.vectors import read_vector
from bayqa.intake.records.findings import Finding, combine_findings, list_rows, make_report
from bayqa.intake.vocabulary.text import clean_text, fold_text

__all__ = ["read_bays", "read_land", "read_rivers"]

_ID = (
    "bay_id",
    "id",
    "bayid",
    "code",
    "编号",
    "代码",
    "海湾编号",
    "zone_no",
    "unit_id",
    "river_id",
    "湾区编号",
)
_NAMES = {
    "name_zh": ("name_zh", "名称", "海湾名称", "海湾", "湾名", "name", "zone_zh", "河流名称",
                "湾区名称", "chname", "name_ch", "name_chn", "unit_zh", "中文名"),
    "name_en": ("name_en", "name", "zone", "english", "name_eng", "en_name", "unit_en", "英文名"),
}  # fmt: skip

_EARTH = Geod(ellps="WGS84")
_GIANT_KM2, _GIANT_DEGREES = 500_000, 120


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
    frame = _named(frame, bay_id, findings)
    _report_overlaps(frame, findings)
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
    frame, findings = _read_all(path, layer, crs, ("rivers", "river", "河流"))
    frame = repair_shapes(frame, ("LineString", "Polygon"), findings)
    frame = _named(frame, river_id, findings, index="river_id")
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


def _read_all(path, layer, crs, usual: tuple[str, ...]):
    paths = [path] if isinstance(path, (str, Path)) else list(path)
    if not paths:
        raise InputError("no vector file is given; wanted at least one path")
    frames, findings = [], []
    for one in paths:
        frame, found = read_vector(one, layer=layer, crs=crs, usual=usual)
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


def _named(frame: gpd.GeoDataFrame, wanted: str | None, findings: list, index: str = "bay_id"):
    """Features with an index of ids and both names."""
    frame = frame.rename(columns={c: c.strip() for c in frame.columns if isinstance(c, str)})
    names = {kind: _name_column(frame, kind, words) for kind, words in _NAMES.items()}
    ids = _ids(frame, wanted, names, findings)
    double = ids[ids.duplicated()].unique().tolist()
    if double:
        rows = frame.loc[(ids == double[0]).to_numpy(), "_row"].tolist()
        raise InputError(
            f"{frame['_file'].iloc[0]}: the id {double[0]!r} is there twice (features "
            f"{', '.join(map(str, rows[:4]))}); join or rename them"
        )
    rest = frame.drop(columns=[c for c in ("name_zh", "name_en") if c in frame])
    out = rest.assign(**names).drop(columns=[c for c in (index,) if c in rest])
    out.index = pd.Index(ids.to_numpy(), name=index)
    for kind in ("name_zh", "name_en"):
        twice = out[kind][(out[kind] != "") & out[kind].duplicated(keep=False)]
        if len(twice):
            findings.append(
                Finding(
                    frame["_file"].iloc[0],
                    "double name",
                    "doubtful",
                    "several features share a name",
                    column=kind,
                    found=twice.iloc[0],
                    count=len(twice),
                )
            )
    out = _complete_names(out, names, index)
    lead = ["name_zh", "name_en"]
    return out[[*lead, *[c for c in out.columns if c not in lead]]]


def _complete_names(frame: gpd.GeoDataFrame, names: dict, index: str) -> gpd.GeoDataFrame:
    """A name in one language stands for a missing one, and the id of a bay for both."""
    ids = frame.index.astype(str) if index == "bay_id" else ""
    other = {"name_zh": names["name_en"], "name_en": names["name_zh"]}
    filled = {k: np.where(v == "", np.where(other[k] == "", ids, other[k]), v)
              for k, v in names.items()}  # fmt: skip
    return frame.assign(**filled)


def _name_column(frame: gpd.GeoDataFrame, kind: str, words: tuple[str, ...]) -> np.ndarray:
    folded = {fold_text(str(c)): c for c in frame.columns if c != "geometry"}
    for word in words:
        column = folded.get(fold_text(word))
        if column is None:
            continue
        texts = ["" if pd.isna(v) else clean_text(str(v)) for v in frame[column]]
        chinese = any("\u4e00" <= c <= "\u9fff" for t in texts for c in t)
        if word != "name" or chinese == (kind == "name_zh"):
            return np.array(texts, object)
    return np.full(len(frame), "", object)


def _ids(frame: gpd.GeoDataFrame, wanted: str | None, names: dict, findings: list) -> pd.Series:
    if wanted is not None and wanted not in frame:
        raise InputError(
            f"{frame['_file'].iloc[0]}: there is no column {wanted!r} for the id; the "
            f"columns are {', '.join(c for c in frame if c[0] != '_')}"
        )
    folded = {fold_text(str(c)): c for c in frame.columns}
    column = wanted or next((folded[fold_text(w)] for w in _ID if fold_text(w) in folded), None)
    blank = f"the ids of column {column!r} have gaps" if column is not None else ""
    blank = "no column of ids" if column is None or frame[column].isna().all() else blank
    if column is not None and frame[column].notna().all():
        return frame[column].map(_id_text)
    file, count = frame["_file"].iloc[0], len(frame)
    for kind in ("name_en", "name_zh"):
        texts = pd.Series(names[kind], index=frame.index)
        if (texts != "").all() and not texts.duplicated().any():
            text = f"{blank}; {kind} stands for it"
            findings.append(Finding(file, "id", "assumed", text, count=count))
            return texts
    text = f"{blank}; features are numbered in the order of the file"
    findings.append(Finding(file, "id", "assumed", text, count=count))
    return frame["_row"].map(lambda n: f"{n:03d}")


def _id_text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return clean_text(str(value))


def _report_giants(frame: gpd.GeoDataFrame, findings: list) -> None:
    """A finding for each shape so large that it is a sea or land, and no bay."""
    for k, shape in enumerate(frame.geometry):
        area = abs(_EARTH.geometry_area_perimeter(shape)[0]) / 1e6
        width = shape.bounds[2] - shape.bounds[0]
        if area > _GIANT_KM2 or width > _GIANT_DEGREES:
            text = f"the shape covers {area:.3g} km2, {width:.0f} degrees wide; land or a sea?"
            more = {"row": int(frame["_row"].iloc[k]), "found": str(frame.index[k])}
            findings.append(Finding(frame["_file"].iloc[0], "size", "doubtful", text, **more))


def _report_overlaps(frame: gpd.GeoDataFrame, findings: list) -> None:
    """A finding for each pair of bays that share more than a sliver of area."""
    shapes = frame.geometry.to_numpy()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = [(a, b) for a, b in zip(left, right, strict=True) if a < b]
    for a, b in pairs:
        shared = shapely.area(shapely.intersection(shapes[a], shapes[b]))
        smaller = min(shapely.area(shapes[a]), shapely.area(shapes[b]))
        if shared > 1e-4 * smaller:
            findings.append(
                Finding(
                    frame["_file"].iloc[0],
                    "overlap",
                    "doubtful",
                    f"two bays overlap: {shared / smaller:.2%} of the smaller one is counted twice",
                    row=int(frame["_row"].iloc[a]),
                    found=f"{frame.index[a]}, {frame.index[b]}",
                )
            )
