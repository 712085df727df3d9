"""Category polygons: the cells of each category, dissolved and cut by the bay."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import shapely
from rasterio.features import shapes

from bayqa.assess.assessment import Assessment
from bayqa.export.rasters import find_transform

__all__ = ["draw_category_polygons"]

_COLUMNS = ("bay_id", "year", "campaign", "parameter", "category", "rank", "label_zh", "label_en",
            "area_km2", "share", "share_low", "share_high")  # fmt: skip


def draw_category_polygons(result: Assessment) -> gpd.GeoDataFrame:
    """Polygons of every bay, campaign, parameter (and overall) and category.

    A cell counts with the part that lies in the bay, as in the shares, so the area of a polygon is
    the area in the table; `area_km2` and the shares are copied from there.

    Parameters
    ----------
    result : Assessment

    Returns
    -------
    GeoDataFrame, EPSG:4326
        Columns bay_id, year, campaign, parameter, category, rank (0 = not assessed), label_zh,
        label_en, area_km2, share, share_low, share_high, geometry. Categories without area have
        no row.
    """
    crs = result.water.attrs["crs"]
    bays = result.bays.geometry.to_crs(crs)
    rows, pieces = [], []
    for key, ranks in _maps(result):
        whole = _dissolve(ranks, result)
        for bay_id, bay in bays.items():
            for rank, polygon in _cut(whole, bay):
                rows.append((bay_id, *key, rank))
                pieces.append(polygon)
    names = ["bay_id", "year", "campaign", "parameter", "rank"]
    table = gpd.GeoDataFrame(
        {name: [row[k] for row in rows] for k, name in enumerate(names)}, geometry=pieces, crs=crs
    )
    placed = _described(table, result).to_crs(4326)
    placed.geometry = [_mend(polygon) for polygon in placed.geometry]
    return placed


def _mend(polygon: shapely.Geometry) -> shapely.Geometry:
    """Valid polygon on a raster of a tenth of a millimetre; slivers can turn over in projection."""
    valid = polygon if polygon.is_valid else _polygonal(shapely.make_valid(polygon))
    return shapely.set_precision(valid, 1e-9)


def _maps(result: Assessment) -> Iterator[tuple[tuple, np.ndarray]]:
    classes = result.classes
    years = classes.year.to_numpy().tolist()
    for k, campaign in enumerate(classes.campaign.to_numpy().tolist()):
        here = classes.isel(campaign=k)
        yield (years[k], campaign, "overall"), here.category.to_numpy()
        for name in classes.parameter.to_numpy().tolist():
            yield (years[k], campaign, name), here.parameter_category.sel(parameter=name).to_numpy()


def _dissolve(ranks: np.ndarray, result: Assessment) -> dict[int, shapely.Geometry]:
    """One (multi)polygon a rank; rings that touch at a corner are mended."""
    found: dict[int, list] = {}
    assessed = ranks > 0
    for shape, value in shapes(ranks, mask=assessed, transform=find_transform(result)):
        rings = [np.asarray(ring) for ring in shape["coordinates"]]
        found.setdefault(int(value), []).append(shapely.Polygon(rings[0], rings[1:]))
    return {rank: shapely.make_valid(shapely.MultiPolygon(found[rank])) for rank in sorted(found)}


def _cut(whole: dict[int, shapely.Geometry], bay: shapely.Geometry) -> Iterator[tuple]:
    parts = []
    for rank, polygon in whole.items():
        part = _polygonal(shapely.intersection(polygon, bay))
        if not part.is_empty:
            parts.append(part)
            yield rank, part
    # Less than a millionth of the bay is what rounding of coordinates leaves along the cuts.
    if bay.area - sum(part.area for part in parts) > 1e-6 * bay.area:
        yield 0, _polygonal(shapely.difference(bay, shapely.union_all(parts)))


def _polygonal(geometry: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(geometry, return_index=False)
    kept = [p for p in shapely.get_parts(parts) if p.geom_type == "Polygon" and p.area > 0]
    return shapely.MultiPolygon(kept)


def _described(table: gpd.GeoDataFrame, result: Assessment) -> gpd.GeoDataFrame:
    categories = result.standard.categories
    ids = ["not assessed", *(c.id for c in categories)]
    zh = ["未评价", *(c.label_zh for c in categories)]
    en = ["not assessed", *(c.label_en for c in categories)]
    named = table.assign(
        category=[ids[k] for k in table["rank"]], label_zh=[zh[k] for k in table["rank"]],
        label_en=[en[k] for k in table["rank"]],
    )  # fmt: skip
    keys = ["bay_id", "year", "campaign", "parameter", "category"]
    numbers = ["area_km2", "share", "share_low", "share_high"]
    joined = named.merge(result.shares[keys + numbers], on=keys, how="left", validate="m:1")
    return joined[[*_COLUMNS, "geometry"]]
