"""Which bay a station belongs to, so that a neighbour's station is not counted twice."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

__all__ = ["find_homes", "keep_own"]


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
