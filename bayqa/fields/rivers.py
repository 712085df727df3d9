"""River reaches on a grid of their own, finer than the bay's, with the water at their mouths."""

from __future__ import annotations

from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pyproj
import shapely
import xarray as xr

from bayqa.errors import CoverageError
from bayqa.fields.confluence import find_reaches, join_rivers
from bayqa.fields.memory import round_spacing_up
from bayqa.fields.projection import project_area
from bayqa.fields.water import build_water_grid, choose_plane

__all__ = ["Reaches", "build_river_grid", "choose_reaches"]

_ACROSS = 3
"""Cells across the narrowest reach."""
_MOST_CELLS = 100_000
_REACH_CELLS = 100
_FINEST_M = 1.0


class Reaches(NamedTuple):
    """Reaches that hang together with bays, and the grid that suits them."""

    reaches: gpd.GeoDataFrame
    """Index bay_id: reaches stand where bays do in all that follows."""
    mouths: gpd.GeoDataFrame
    """Water that informs them: the bays near them, and what leads them there."""
    spacing: float
    reach: float
    """Metres of the bays that inform the reaches."""


def build_river_grid(  # noqa: PLR0913
    bays: gpd.GeoDataFrame,
    rivers: gpd.GeoDataFrame,
    *,
    spacing: float | None = None,
    reach: float | None = None,
    gap: float = 100.0,
    crs: object = None,
) -> xr.Dataset:
    """The water of the reaches that end in a bay, with that of the bay at their mouths.

    Parameters
    ----------
    bays, rivers : GeoDataFrame
        Polygons; rivers that reach no bay are left out.
    spacing, reach, gap
        As in `choose_reaches`.
    crs : anything pyproj takes, optional
        As in `build_water_grid`.

    Returns
    -------
    Dataset, dims (y, x)
        As `build_water_grid` gives it; `in_bays` marks the cells that touch a reach. The bay
        informs them, and is neither drawn nor counted.

    Raises
    ------
    CoverageError
        If no river polygon reaches a bay.
    InputError, MethodError
        As in `build_water_grid`.
    """
    found = choose_reaches(bays, rivers, spacing=spacing, reach=reach, gap=gap, crs=crs)
    return build_water_grid(found.reaches, spacing=found.spacing, rivers=found.mouths, crs=crs)


def choose_reaches(  # noqa: PLR0913
    bays: gpd.GeoDataFrame,
    rivers: gpd.GeoDataFrame,
    *,
    spacing: float | None = None,
    reach: float | None = None,
    gap: float = 100.0,
    crs: object = None,
) -> Reaches:
    """Reaches that end in the bays, the water at their mouths, and a spacing for both.

    Parameters
    ----------
    bays, rivers : GeoDataFrame
    spacing : float, optional
        Metres; default a third of the width of the narrowest reach, wider where that makes more
        than 100 000 cells.
    reach : float, optional
        Metres of the bays that belong to the grid too, so that their stations inform the reaches;
        default 100 cells.
    gap : float
        Metres within which a reach that ends short of the water is led into it.
    crs : anything pyproj takes, optional

    Returns
    -------
    Reaches

    Raises
    ------
    CoverageError
        If no river polygon reaches a bay.
    """
    plane = choose_plane(bays, crs)
    reaches = find_reaches(bays, rivers, gap=gap, crs=plane)
    if not len(reaches):
        raise CoverageError(
            f"none of the {len(rivers)} rivers is a polygon within {gap:g} m of "
            f"{', '.join(map(str, bays.index))}: give rivers as polygons that end in the bay"
        )
    spacing = _choose_spacing(reaches, plane) if spacing is None else float(spacing)
    reach = _REACH_CELLS * spacing if reach is None else float(reach)
    channels = project_area(reaches, plane)
    whole = join_rivers(project_area(bays, plane), channels, gap)
    near = shapely.intersection(whole, shapely.buffer(channels, max(reach, spacing)))
    mouths = shapely.difference(near, channels)
    mouths = gpd.GeoDataFrame(geometry=[mouths], crs=plane)
    return Reaches(reaches.rename_axis("bay_id"), mouths, spacing, reach)


def _choose_spacing(reaches: gpd.GeoDataFrame, plane: pyproj.CRS) -> float:
    local = reaches.geometry.to_crs(plane).to_numpy()
    size = shapely.area(local)
    # Twice the area over the length of the banks is the mean width of a channel.
    width = float(np.min(2 * size / shapely.length(local)))
    wanted = max(width / _ACROSS, np.sqrt(size.sum() / _MOST_CELLS), _FINEST_M)
    return round_spacing_up(wanted)
