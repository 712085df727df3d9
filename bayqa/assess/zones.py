"""Zones with target classes of their own: attained area, overlaps, gaps, overlays."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from bayqa.assess.assessment import Assessment
from bayqa.assess.good_water import find_good_shares
from bayqa.assess.shares import NOT_ASSESSED, tabulate_shares
from bayqa.assess.targets import target_number
from bayqa.errors import InputError

__all__ = ["find_overlaps", "overlay_zones", "rate_zones"]

COLUMNS = (
    "zone_id",
    "name_zh",
    "name_en",
    "kind",
    "target",
    "year",
    "campaign",
    "zone_km2",
    "assessed_km2",
    "attained_km2",
    "share",
    "share_low",
    "share_high",
    "required_share",
    "status",
    "status_zh",
    "main",
)
STATUS = {
    "met": "达标",
    "not met": "未达标",
    "within interval": "目标在区间内",
    "not assessed": "未评价",
}
_LEAST_M2 = 100.0


def rate_zones(
    result: Assessment,
    zones: gpd.GeoDataFrame,
    *,
    target: str = "target",
    required: float = 1.0,
    draws: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Attained area of each zone against its own target class.

    Parameters
    ----------
    result : Assessment
    zones : GeoDataFrame
        Districts, environmental function zones, control units; zone_id as column or index, and a
        column with the target category of each. Zones that do not touch the assessed bays are left
        out.
    target : str
        Name of that column; zones without a target take the last good category.
    required : float
        Share of the zone that must attain the target.
    draws : DataFrame, optional
        Shares of the zones from `tabulate_shares`, where they were made with draws; by default
        they come from the classes of `result`.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, a row per zone and campaign and for the year. share is attained area of
        assessed area; status: "met", "not met", "within interval", "not assessed"; main names the
        parameters over target, worst share first.

    Raises
    ------
    InputError
        If zones have no zone_id or no CRS.
    StandardError
        If a target is not a category of the standard.
    """
    zones = _named(zones)
    area = result.bays.to_crs(zones.crs).union_all()
    zones = zones[zones.intersects(area)]
    if not len(zones):
        return pd.DataFrame(columns=list(COLUMNS))
    shares = tabulate_shares(result.classes, zones) if draws is None else draws
    ids = [c.id for c in result.standard.categories]
    rows = []
    for zone_id, zone in zones.iterrows():
        wanted = zone.get(target)
        wanted = wanted if isinstance(wanted, str) and wanted else None
        number = target_number(result.standard, wanted)
        own = shares[shares["bay_id"] == str(zone_id)]
        rows += _zone_rows(zone_id, zone, own, ids[:number], required)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def find_overlaps(zones: gpd.GeoDataFrame, bays: gpd.GeoDataFrame) -> pd.DataFrame:
    """Overlaps between zones, and water of the bays that no zone covers.

    Parameters
    ----------
    zones : GeoDataFrame
        zone_id as column or index.
    bays : GeoDataFrame
        Index bay_id.

    Returns
    -------
    DataFrame
        kind ("overlap", "gap"), first, second (zones of an overlap; bay of a gap), area_km2,
        share (of the smaller zone, or of the bay). Slivers below 100 m2 are left out.

    Raises
    ------
    InputError
        If zones have no zone_id or no CRS.
    """
    zones = _named(zones)
    areas, water = _equal_area(zones, bays), _equal_area(bays, bays)
    rows = []
    for i, j in areas.sindex.query(areas, predicate="intersects").T:
        if i < j:
            size = areas.iloc[i].intersection(areas.iloc[j]).area
            smaller = min(areas.iloc[i].area, areas.iloc[j].area)
            rows.append(("overlap", str(zones.index[i]), str(zones.index[j]), size, smaller))
    covered = areas.union_all()
    rows += [
        ("gap", str(bay), "", shape.difference(covered).area, shape.area)
        for bay, shape in zip(bays.index, water, strict=True)
    ]
    rows = [
        (kind, a, b, size / 1e6, size / whole)
        for kind, a, b, size, whole in rows
        if size > _LEAST_M2
    ]
    return pd.DataFrame(rows, columns=["kind", "first", "second", "area_km2", "share"])


def overlay_zones(zones: gpd.GeoDataFrame, layer: gpd.GeoDataFrame) -> pd.DataFrame:
    """Area that each zone shares with each feature of another layer, such as red lines.

    Parameters
    ----------
    zones : GeoDataFrame
        zone_id as column or index.
    layer : GeoDataFrame
        Its index names the features.

    Returns
    -------
    DataFrame
        zone_id, feature, area_km2, share (of the zone).

    Raises
    ------
    InputError
        If zones have no zone_id or no CRS.
    """
    zones = _named(zones)
    first, second = _equal_area(zones, zones), _equal_area(layer, zones)
    rows = []
    for zone_id, shape in zip(zones.index, first, strict=True):
        for feature, other in zip(layer.index, second, strict=True):
            size = shape.intersection(other).area
            if size > _LEAST_M2:
                rows.append((str(zone_id), str(feature), size / 1e6, size / shape.area))
    return pd.DataFrame(rows, columns=["zone_id", "feature", "area_km2", "share"])


def _named(zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if zones.crs is None:
        raise InputError("zones have no CRS; set it with zones.set_crs(...)")
    if "zone_id" in zones:
        zones = zones.set_index("zone_id")
    if zones.index.name != "zone_id":
        raise InputError(
            f"zones have no zone_id; name the column with the ids so (found "
            f"{', '.join(map(str, zones.columns))})"
        )
    return zones.set_axis(zones.index.astype(str))


def _equal_area(shapes, about) -> gpd.GeoSeries:
    west, south, east, north = about.to_crs(4326).total_bounds
    crs = (
        f"+proj=laea +lat_0={(south + north) / 2:.1f} +lon_0={(west + east) / 2:.1f} "
        "+datum=WGS84 +units=m"
    )
    return shapes.geometry.to_crs(crs).make_valid().reset_index(drop=True)


def _zone_rows(zone_id, zone, shares, attained, required):
    good = find_good_shares(shares, tuple(attained))
    overall = shares[shares["parameter"] == "overall"]
    rows = []
    for one in good.to_dict("records"):
        here = overall[(overall["campaign"] == one["campaign"]) & (overall["year"] == one["year"])]
        assessed = here.loc[here["category"] != NOT_ASSESSED, "area_km2"].sum()
        share = one["share"] if assessed > 0 else np.nan
        status = _status(share, one["share_low"], one["share_high"], required)
        rows.append(
            {
                "zone_id": str(zone_id),
                "name_zh": zone.get("name_zh", ""),
                "name_en": zone.get("name_en", ""),
                "kind": zone.get("kind", ""),
                "target": attained[-1],
                "year": one["year"],
                "campaign": one["campaign"],
                "zone_km2": here["area_km2"].sum(),
                "assessed_km2": assessed,
                "attained_km2": assessed * share,
                "share": share,
                "share_low": one["share_low"],
                "share_high": one["share_high"],
                "required_share": required,
                "status": status,
                "status_zh": STATUS[status],
                "main": _main(shares, one, attained),
            }
        )
    return rows


def _main(shares, one, attained):
    own = shares[(shares["campaign"] == one["campaign"]) & (shares["year"] == one["year"])]
    own = own[~own["category"].isin([*attained, NOT_ASSESSED]) & (own["parameter"] != "overall")]
    over = own.groupby("parameter", sort=False)["share"].sum()
    over = over[over > 1e-9].sort_values(ascending=False, kind="stable")
    return "; ".join(over.index)


def _status(share, low, high, required):
    if np.isnan(share):
        return "not assessed"
    if low + 1e-9 < required < high - 1e-9:
        return "within interval"
    return "met" if share >= required - 1e-9 else "not met"
