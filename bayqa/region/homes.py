"""Which bay a station belongs to, so that a neighbour's station is not counted twice."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

__all__ = ["find_homes", "keep_own", "name_bays"]


def find_homes(samples: gpd.GeoDataFrame, bays: gpd.GeoDataFrame) -> pd.Series:
    """Home of each station: the bay it lies in, or else the nearest one.

    Parameters
    ----------
    samples : GeoDataFrame
        With `station`; rows without a position are left out.
    bays : GeoDataFrame
        All bays of the region, index bay_id.

    Returns
    -------
    Series of str
        bay_id, indexed by station.
    """
    places = samples[["station", "geometry"]].drop_duplicates("station")
    places = places[~(places.geometry.is_empty | places.geometry.isna())]
    local = bays.estimate_utm_crs()
    shapes = gpd.GeoDataFrame(
        {"home": bays.index.astype(str)}, geometry=bays.geometry.to_numpy(), crs=bays.crs
    )
    near = places.to_crs(local).sjoin_nearest(shapes.to_crs(local))
    return near.drop_duplicates("station").set_index("station")["home"]


def keep_own(table: pd.DataFrame, bay_id: str, homes: pd.Series) -> pd.DataFrame:
    """Rows of a bay's table but those of stations at home in another bay.

    A bay is computed with the stations within reach, its neighbours' among them; they inform its
    map and are listed at home.

    Parameters
    ----------
    table : DataFrame
        With a column `station` or `place`; rows that name no station stay.
    bay_id : str
    homes : Series
        As `find_homes` gives it.

    Returns
    -------
    DataFrame
    """
    column = next((name for name in ("station", "place") if name in table), None)
    if column is None:
        return table
    home = table[column].map(homes)
    return table[home.isna() | (home == bay_id)].reset_index(drop=True)


def name_bays(table: pd.DataFrame | None, bays: gpd.GeoDataFrame) -> pd.DataFrame | None:
    """Table whose `bay_id` holds ids of the bays, where it names them or only lies by them.

    Parameters
    ----------
    table : DataFrame, optional
        With `bay_id`, an id or a name of a bay; or without it, with `lon` and `lat`. What names no
        bay is kept as it is.
    bays : GeoDataFrame
        Index bay_id.

    Returns
    -------
    DataFrame or None
    """
    if table is None:
        return None
    if "bay_id" in table:
        known = _ids_of_names(bays)
        given = table["bay_id"].astype("str")
        return _keep_attrs(table, given.map(known).fillna(given))
    if not {"lon", "lat"} <= set(table):
        return table
    places = gpd.GeoDataFrame(
        {"station": table.index.astype(str)},
        geometry=gpd.points_from_xy(table["lon"], table["lat"]),
        crs=4326,
    )
    homes = find_homes(places[table[["lon", "lat"]].notna().all(axis=1).to_numpy()], bays)
    return _keep_attrs(table, pd.Series(table.index.astype(str), table.index).map(homes))


def _ids_of_names(bays: gpd.GeoDataFrame) -> dict[str, str]:
    """bay_id of every id and name; a name that two bays bear stands for none."""
    ids = pd.Series(bays.index.astype(str), bays.index)
    columns = [bays[c] for c in ("name_zh", "name_en") if c in bays]
    pairs = pd.concat([pd.DataFrame({"name": c, "id": ids}) for c in (ids, *columns)])
    pairs = pairs[pairs["name"].notna() & (pairs["name"] != "")].drop_duplicates()
    alone = pairs[~pairs["name"].duplicated(keep=False)].set_index("name")["id"]
    return {**alone.to_dict(), **dict(zip(ids, ids, strict=True))}


def _keep_attrs(table: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    out = table.assign(bay_id=ids)
    out.attrs = table.attrs
    return out
