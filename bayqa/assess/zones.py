"""Zones with target classes of their own: attained area, overlaps, gaps, overlays."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import xarray as xr

from bayqa.assess.areas.good import tabulate_good_shares
from bayqa.assess.areas.good_water import find_good_shares
from bayqa.assess.areas.shares import NOT_ASSESSED, combine_shares, tabulate_shares
from bayqa.assess.assessment import Assessment
from bayqa.assess.targets import target_number
from bayqa.errors import InputError

__all__ = ["clip_zones", "find_overlaps", "overlay_zones", "rate_zones", "tabulate_zone_shares"]

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
_LEAST_SHARE = 1e-4


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
        Shares of the zones made with draws, from `tabulate_zone_shares` or `tabulate_shares`; by
        default `result.tables["zone_shares"]` where it holds these zones (`assess(zones=)`), else
        they come from the classes of `result`, without an interval.

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
    zones = clip_zones(zones, result.bays)
    if not len(zones):
        return pd.DataFrame(columns=list(COLUMNS))
    held = result.tables.get("zone_shares") if draws is None else draws
    known = held is not None and set(zones.index) <= set(held["bay_id"].astype(str))
    shares = held if known else tabulate_shares(result.classes, zones)
    ids = [c.id for c in result.standard.categories]
    rows = []
    for zone_id, zone in zones.iterrows():
        wanted = zone.get(target)
        wanted = wanted if isinstance(wanted, str) and wanted else None
        number = target_number(result.standard, wanted)
        own = shares[shares["bay_id"] == str(zone_id)]
        rows += _zone_rows(zone_id, zone, own, ids[:number], required)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def clip_zones(zones: gpd.GeoDataFrame, bays: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The parts of the zones inside the bays; the others, and slivers below 100 m2, left out.

    Parameters
    ----------
    zones : GeoDataFrame
        zone_id as column or index.
    bays : GeoDataFrame

    Returns
    -------
    GeoDataFrame
        Index zone_id, in the equal-area plane of the bays.

    Raises
    ------
    InputError
        If zones have no zone_id or no CRS.
    """
    zones = _named(zones)
    water = _equal_area(bays, bays)
    parts = _equal_area(zones, bays).intersection(water.union_all())
    inside = zones.drop(columns=zones.geometry.name).set_geometry(
        gpd.GeoSeries(parts.to_numpy(), index=zones.index, crs=parts.crs)
    )
    return inside[inside.area > _LEAST_M2]


def tabulate_zone_shares(measured: Sequence[xr.Dataset]) -> pd.DataFrame:
    """Shares of zones, and of each category or a better one, with the interval of the draws.

    Parameters
    ----------
    measured : sequence of Dataset
        From `measure_shares` with zones instead of bays.

    Returns
    -------
    DataFrame
        As `tabulate_shares`, `bay_id` being the zone_id, with `upto`, `upto_low`, `upto_high`: the
        share of the category and all better ones (NaN for "not assessed").
    """
    shares, keys = combine_shares(measured), ["bay_id", "year", "campaign", "parameter", "category"]
    labels = list(map(str, measured[0]["category"].to_numpy()[:-1]))
    sums = [
        tabulate_good_shares(measured, labels[: k + 1]).assign(category=label)
        for k, label in enumerate(labels)
    ]
    names = {"share": "upto", "share_low": "upto_low", "share_high": "upto_high"}
    upto = pd.concat(sums, ignore_index=True).rename(columns=names)
    return shares.merge(upto[[*keys, *names.values()]], on=keys, how="left", validate="1:1")


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
        share (of the smaller zone, or of the bay). Slivers are left out: below 100 m2, or
        below 1e-4 of the smaller zone or the bay, where two drawings of one line meet.

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
        if size > _LEAST_M2 and size > _LEAST_SHARE * whole
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
    good = _attained_shares(shares, attained)
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


def _attained_shares(shares, attained):
    """Share of the zone in its target category or better, with the interval of the sum if known."""
    if "upto" not in shares:
        return find_good_shares(shares, tuple(attained))
    here = shares[(shares["parameter"] == "overall") & (shares["category"] == attained[-1])]
    named = {"upto": "share", "upto_low": "share_low", "upto_high": "share_high"}
    return here.drop(columns=list(named.values())).rename(columns=named)


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
