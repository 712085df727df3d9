"""A STAC item that names every file of the folder, for catalogues."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyproj
import shapely
from shapely.geometry import mapping

from bayqa.assess.assessment import Assessment
from bayqa.export.manifest import plain
from bayqa.export.periods import find_periods
from bayqa.export.rasters import find_transform, list_rasters, slug
from bayqa.files import hash_file

__all__ = ["write_stac"]

_TYPES = {
    ".nc": "application/netcdf", ".gpkg": "application/geopackage+sqlite3",
    ".tif": "image/tiff; application=geotiff; profile=cloud-optimized", ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet", ".json": "application/json",
    ".qml": "application/x-qgis-layer-settings", ".sld": "application/vnd.ogc.sld+xml",
}  # fmt: skip
_STYLES = (".qml", ".sld")


def write_stac(result: Assessment, folder: Path, *, colors: Sequence[str] = ()) -> list[Path]:
    """Paths of ``item.json``, a STAC 1.1 item whose assets are the files already in `folder`.

    See "Arguments of writers" in docs/conventions.md.

    Source
    ------
    SpatioTemporal Asset Catalog 1.1.0; extensions projection 2.0 and file 2.1.
    """
    path = folder / "item.json"
    text = json.dumps(plain(_item(result, folder)), ensure_ascii=False, indent=1) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
    return [path]


def _item(result: Assessment, folder: Path) -> dict:
    outline = shapely.envelope(shapely.union_all(result.bays.to_crs(4326).geometry.to_numpy()))
    facts = result.provenance
    name = "-".join(slug(str(b)) for b in result.bays.index[:3])
    return {
        "type": "Feature", "stac_version": "1.1.0",
        "stac_extensions": [
            "https://stac-extensions.github.io/projection/v2.0.0/schema.json",
            "https://stac-extensions.github.io/file/v2.1.0/schema.json",
        ],
        "id": f"{name}-{slug(str(facts.get('run_id') or 'run'))}",
        "geometry": mapping(outline), "bbox": [round(v, 7) for v in outline.bounds],
        "properties": _properties(result), "links": [], "assets": _assets(result, folder),
    }  # fmt: skip


def _properties(result: Assessment) -> dict:
    campaigns = result.classes.campaign.to_numpy().tolist()
    periods = find_periods(campaigns, result.settings.get("campaigns", "CN-sea"))
    last = max(p.end for p in periods) - pd.Timedelta(seconds=1)
    names = ", ".join(result.bays["name_en"].astype(str))
    shape = [result.grids.sizes["y"], result.grids.sizes["x"]]
    return {
        "datetime": None, "start_datetime": _iso(min(p.start for p in periods)),
        "end_datetime": _iso(last), "title": f"Water quality categories of {names}",
        "description": f"{result.standard.id}. {result.provenance.get('data_note_en', '')}".strip(),
        "proj:code": None, "proj:shape": shape,
        "proj:wkt2": pyproj.CRS(result.water.attrs["crs"]).to_wkt(),
        "proj:transform": list(find_transform(result))[:6],
        "bayqa:campaigns": campaigns, "bayqa:standard": result.standard.id,
        "bayqa:settings": dict(result.settings),
    }  # fmt: skip


def _assets(result: Assessment, folder: Path) -> dict[str, dict]:
    titles = {raster.name: raster.title for raster in list_rasters(result)}
    assets = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        if name == "item.json":
            continue
        role = "style" if path.suffix in _STYLES else "data"
        role = "metadata" if path.suffix == ".json" else role
        assets[name.replace("/", "-")] = {
            "href": f"./{name}", "type": _TYPES.get(path.suffix, "application/octet-stream"),
            "title": titles.get(path.stem, path.name), "roles": [role],
            "file:size": path.stat().st_size,
            # A multihash says which function made it: 0x12 is SHA-256, 0x20 its length.
            "file:checksum": f"1220{hash_file(path)}",
        }  # fmt: skip
    return assets


def _iso(time: pd.Timestamp) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
