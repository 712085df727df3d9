"""The samples that have something to say about a water."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from bayqa.errors import CoverageError, InputError
from bayqa.fields.confluence import find_reaches

__all__ = ["find_near_samples"]

_SEA = ("sea", "", "estuary")
_GAP_M = 100.0
"""A section this far from a channel as drawn still lies in it; a reach this far off reaches it."""


def find_near_samples(
    samples: gpd.GeoDataFrame,
    bays: gpd.GeoDataFrame,
    rivers: gpd.GeoDataFrame | None = None,
    *,
    distance: float,
) -> gpd.GeoDataFrame:
    """Sea samples near the bays; with rivers also those in and near the reaches that join them.

    Parameters
    ----------
    samples, bays : GeoDataFrame
    rivers : GeoDataFrame, optional
        Polygons that may join the bays. Samples of rivers count only within 100 m of this water:
        the next river may be as near to the coast as the bay is wide.
    distance : float
        Metres within which samples of the sea count.

    Returns
    -------
    GeoDataFrame

    Raises
    ------
    CoverageError
        If there is none.
    InputError
        If bays or samples have no CRS.
    """
    if samples.crs is None or bays.crs is None:
        raise InputError("bays or samples have no CRS: read them with read_bays / read_samples")
    local = bays.estimate_utm_crs()
    water = bays.to_crs(local).union_all()
    if rivers is not None:
        reaches = find_reaches(bays, rivers, gap=_GAP_M, crs=local)
        water = gpd.GeoSeries([water, *reaches.geometry.to_crs(local)], crs=local).union_all()
    kept = samples["water"].isin(_SEA).to_numpy() & _lie_within(
        samples, water.buffer(distance), local
    )
    if rivers is not None:
        inland = (samples["water"] == "river").to_numpy()
        kept |= inland & _lie_within(samples, water.buffer(_GAP_M), local)
    near = samples[kept]
    if not len(near):
        kinds = "sea water" if rivers is None else "sea or river water"
        raise CoverageError(
            f"no sample of {kinds} lies within {distance:.0f} m of "
            f"{', '.join(map(str, bays.index))}: check the coordinates, or set a larger reach"
        )
    return near


def _lie_within(samples: gpd.GeoDataFrame, zone, local) -> np.ndarray:
    """Whether each sample lies in the zone; each place is asked once."""
    places = samples.geometry.drop_duplicates()
    inside = places[places.to_crs(local).within(zone).to_numpy()]
    return samples.geometry.isin(inside).to_numpy()
