"""Vector layers: bays, stations and category polygons as GeoPackage 1.3 and GeoParquet 1.1."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from bayqa.assess.assessment import Assessment
from bayqa.export.polygons import draw_category_polygons
from bayqa.export.styles import vector_styles

__all__ = ["build_layers", "write_geopackage", "write_geoparquet"]

_STAMP = "1970-01-01T00:00:00.000Z"


def write_geopackage(result: Assessment, folder: Path, *, colors: Sequence[str]) -> list[Path]:
    """Paths of ``layers.gpkg`` with the layers bays, stations, categories and their styles.

    See "Arguments of writers" in docs/conventions.md.

    Source
    ------
    OGC GeoPackage 1.3; the table ``layer_styles`` is that of QGIS.
    """
    path = folder / "layers.gpkg"
    # GDAL stamps the present time into the contents table; a fixed one gives the same bytes twice.
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _stamp(result)})
    try:
        for name, layer in build_layers(result).items():
            pyogrio.write_dataframe(layer, path, layer=name, driver="GPKG", append=path.exists(),
                                    dataset_options={"VERSION": "1.3"})  # fmt: skip
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    _write_layer_styles(path, vector_styles(result, colors), _stamp(result))
    return [path]


def write_geoparquet(result: Assessment, folder: Path, *, colors: Sequence[str] = ()) -> list[Path]:
    """Paths of the layers written as ``geoparquet/<layer>.parquet``, GeoParquet 1.1."""
    (folder / "geoparquet").mkdir(parents=True, exist_ok=True)
    paths = []
    for name, layer in build_layers(result).items():
        paths.append(folder / "geoparquet" / f"{name}.parquet")
        layer.to_parquet(paths[-1], schema_version="1.1.0", write_covering_bbox=True,
                         compression="zstd", index=False)  # fmt: skip
    return paths


def build_layers(result: Assessment) -> dict[str, gpd.GeoDataFrame]:
    """Layers of an assessment in EPSG:4326, keyed by name.

    Parameters
    ----------
    result : Assessment

    Returns
    -------
    dict of str to GeoDataFrame
        `bays` with the annual overall shares of the last year, `stations` with a row a station and
        campaign, `categories` with a polygon a bay, campaign, parameter and category.
    """
    layers = {"bays": _bays(result), "stations": _stations(result),
              "categories": draw_category_polygons(result)}  # fmt: skip
    for layer in layers.values():
        # What readers note about a table (a report of findings) is no part of the layer.
        layer.attrs = {}
    return layers


def _bays(result: Assessment) -> gpd.GeoDataFrame:
    bays = result.bays.to_crs(4326).reset_index()
    plain = [c for c in bays.columns if c == "geometry" or not bays[c].map(_is_nested).any()]
    shares = _last_shares(result).reindex(bays["bay_id"].astype(str))
    wide = bays[plain].drop(columns="geometry").assign(**{c: shares[c].to_numpy() for c in shares})
    return gpd.GeoDataFrame(wide, geometry=bays.geometry, crs=bays.crs)


def _last_shares(result: Assessment) -> pd.DataFrame:
    """Annual overall shares of the last year, a row a bay and a column a category."""
    table = result.shares
    annual = table[(table["parameter"] == "overall") & (table["campaign"] == "annual")]
    last = annual[annual["year"] == annual["year"].max()]
    wide = last.assign(bay_id=last["bay_id"].astype(str)).pivot_table(
        index="bay_id", columns="category", values="share", sort=False, dropna=False
    )
    names = {c: f"share_{c}".replace(" ", "_") for c in wide.columns}
    return wide.rename(columns=names).rename_axis(columns=None).assign(year=annual["year"].max())


def _is_nested(value: object) -> bool:
    return isinstance(value, list | tuple | dict | set)


def _stations(result: Assessment) -> gpd.GeoDataFrame:
    stations, judged = result.stations, result.station_classes
    ids = ["not assessed", *(category.id for category in result.standard.categories)]
    names = [n for n in stations.data_vars if f"{n}_sd" in stations]
    parts = []
    for campaign in stations.campaign.to_numpy().tolist():
        here = stations.sel(campaign=campaign)
        row = {"station": here.station.to_numpy().astype(str), "campaign": campaign,
               "year": int(here.year)}  # fmt: skip
        for name in names:
            row[name] = here[name].to_numpy()
            row |= {f"{name}_{end}": here[f"{name}_{end}"].to_numpy() for end in ("lower", "upper")}
        if campaign in judged.campaign:
            row |= _judged(judged.sel(campaign=campaign), ids)
        parts.append(pd.DataFrame(row))
    table = pd.concat(parts, ignore_index=True)
    lon, lat = stations.lon.to_numpy(), stations.lat.to_numpy()
    points = gpd.points_from_xy(lon, lat, crs=4326).tolist() * len(parts)
    return gpd.GeoDataFrame(table, geometry=points, crs=4326)


def _judged(classes, ids: list[str]) -> dict[str, list[str]]:
    parameters = classes.parameter.to_numpy().astype(str)
    found = {"category": [ids[k] for k in classes.category.to_numpy()]}
    names = ["", *parameters]
    found["limiting"] = [names[k] for k in classes.limiting.to_numpy()]
    for name in parameters:
        ranks = classes.parameter_category.sel(parameter=name).to_numpy()
        found[f"{name}_category"] = [ids[k] for k in ranks]
    return found


def _stamp(result: Assessment) -> str:
    date = pd.to_datetime(str(result.provenance.get("date", "")), errors="coerce")
    return _STAMP if pd.isna(date) else date.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _write_layer_styles(path: Path, styles: dict[str, tuple[str, str]], stamp: str) -> None:
    with sqlite3.connect(path) as base:
        base.execute(
            "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "
            "f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256), "
            "f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, "
            "useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), "
            "update_time DATETIME)"
        )
        for layer, (qml, sld) in styles.items():
            base.execute(
                "INSERT INTO layer_styles VALUES "
                "(NULL, '', '', ?, 'geom', ?, ?, ?, 1, ?, '', NULL, ?)",
                (layer, layer, qml, sld, f"{layer} by category", stamp),
            )
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, "
            "last_change) VALUES ('layer_styles', 'attributes', 'layer_styles', 'QGIS styles', ?)",
            (stamp,),
        )
    base.close()
