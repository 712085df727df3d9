"""The seed of a bay, made from that of the run."""

from __future__ import annotations

import zlib

import geopandas as gpd
import numpy as np

__all__ = ["own_seed"]


def own_seed(seed: int, bays: gpd.GeoDataFrame) -> int:
    """A seed of the bay's own: equal noise in two bays would tie their errors together.

    Parameters
    ----------
    seed : int
        Of the run.
    bays : GeoDataFrame
        Index bay_id.

    Returns
    -------
    int
    """
    name = zlib.crc32("|".join(map(str, bays.index)).encode())
    return int(np.random.SeedSequence([seed, name]).generate_state(1)[0])
