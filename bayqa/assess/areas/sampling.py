"""How well assessment units were sampled: counts, months and grid cells of each year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import box

from bayqa.errors import InputError

__all__ = ["tabulate_sampling"]

_COLUMNS = ("unit", "year", "parameter", "n", "months_missing", "n_cells", "sampled")


def tabulate_sampling(
    samples: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame,
    *,
    cell: float | Mapping[str, float],
    months: Mapping[str, Sequence[int]] | None = None,
    crs: object = "EPSG:3035",
    flags: Sequence[int] = (1, 2),
) -> pd.DataFrame:
    """Samples, missing months and share of the area with samples, by unit, year and parameter.

    Parameters
    ----------
    samples : GeoDataFrame
        From `read_samples`, with positions.
    units : GeoDataFrame
        Assessment units, by index.
    cell : float or mapping of unit to float
        Side of the squares of the grid, m, laid out from the origin of `crs`.
    months : mapping of parameter to months, optional
        The season that counts, such as (12, 1, 2): months before the turn of the year belong to
        the year that follows. All twelve where none is given.
    crs : CRS
        Equal-area; that of European grids by default.
    flags : sequence of int
        Rows with another flag are left out, as `summarize` leaves them out.

    Returns
    -------
    DataFrame
        unit, year, parameter, n (visits with a value), months_missing, n_cells (area of the unit in
        cells), sampled (percent of its area in cells with a visit): what `heat_sampling` and
        `heat_density` take. A row for each year between the first and the last of the samples.

    Raises
    ------
    InputError
        If no sample has a position in a unit, or a unit has no size of cells.

    Source
    ------
    HELCOM HEAT 3 and OSPAR COMPEAT code.
    """
    sizes = _sizes(units, cell)
    sound = samples[samples["flag"].isin(flags)] if "flag" in samples else samples
    visits = _visits(sound, units.to_crs(crs), months or {})
    shapes = units.geometry.to_crs(crs)
    rows = []
    for parameter, own in visits.groupby("parameter", sort=True):
        season = len(set((months or {}).get(parameter, range(1, 13))))
        for unit, shape in shapes.items():
            here = own[own["unit"] == unit]
            for year in range(visits["year"].min(), visits["year"].max() + 1):
                seen = here[here["year"] == year]
                area = _sampled_area(seen.geometry, shape, sizes[unit])
                rows.append((
                    unit, year, parameter, len(seen), season - seen["month"].nunique(),
                    shape.area / sizes[unit] ** 2, 100 * area / shape.area,
                ))  # fmt: skip
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _sizes(units, cell) -> dict:
    sizes = {unit: cell.get(unit) if isinstance(cell, Mapping) else cell for unit in units.index}
    lacking = [str(unit) for unit, size in sizes.items() if not (size and size > 0)]
    if lacking:
        raise InputError(
            f"no size of cells for the units {', '.join(lacking[:5])}; give metres above 0 in cell"
        )
    return sizes


def _visits(samples, units, months) -> gpd.GeoDataFrame:
    """One row a visit and parameter within the season, with its unit, month and year."""
    known = samples[samples.geometry.notna() & samples["value"].notna() & samples["time"].notna()]
    # Samples have a column "unit" of their own: that of measurement.
    known = known[["station", "time", "parameter", known.geometry.name]]
    visits = known.drop_duplicates(["station", "time", "parameter"]).to_crs(units.crs)
    frame = units[[units.geometry.name]].rename_axis("unit").reset_index()
    visits = visits.sjoin(frame, predicate="intersects").drop(columns="index_right")
    month, year = visits["time"].dt.month, visits["time"].dt.year
    seasons = [_season(m, p, months) for m, p in zip(month, visits["parameter"], strict=True)]
    visits = visits.assign(month=month, year=year + np.array([s or 0 for s in seasons], int))
    visits = visits[[s is not None for s in seasons]]
    if not len(visits):
        raise InputError(
            f"none of {len(samples)} samples has a value and a position in one of "
            f"the {len(units)} units and its season; check flags, positions, units and months"
        )
    return visits


def _season(month: int, parameter: str, months) -> int | None:
    """Years to add for a month of the season; None outside it."""
    own = list(months.get(parameter, range(1, 13)))
    if month not in own:
        return None
    turn = next((k for k in range(1, len(own)) if own[k] < own[k - 1]), 0)
    return int(own.index(month) < turn)


def _sampled_area(points: gpd.GeoSeries, shape, size: float) -> float:
    """Area of the unit in the cells that hold a point."""
    corners = np.unique(np.floor(np.stack([points.x, points.y], axis=1) / size), axis=0) * size
    cells = box(corners[:, 0], corners[:, 1], corners[:, 0] + size, corners[:, 1] + size)
    return float(gpd.GeoSeries(cells).intersection(shape).area.sum()) if len(cells) else 0.0
