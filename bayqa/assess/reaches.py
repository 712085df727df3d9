"""River reaches that end in a bay, by the standard of rivers: on its grid, or on a finer one."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from bayqa.assess.areas.shares import tabulate_shares
from bayqa.assess.assessment import Assessment
from bayqa.assess.categories.classes import classify
from bayqa.assess.chain import SNAP_M, assess
from bayqa.assess.nearby import find_near_samples
from bayqa.assess.ratings.sections import judged_parameters
from bayqa.errors import CoverageError
from bayqa.fields.rivers import Reaches, choose_reaches
from bayqa.standards import Standard, load_standard

__all__ = ["assess_reaches", "tabulate_reaches"]


def assess_reaches(  # noqa: PLR0913
    bays: gpd.GeoDataFrame,
    rivers: gpd.GeoDataFrame,
    samples: gpd.GeoDataFrame,
    standard: Standard | str = "GB 3838-2002",
    *,
    spacing: float | None = None,
    reach: float | None = None,
    gap: float = 100.0,
    parameters: Sequence[str] | None = None,
    **settings: object,
) -> Assessment:
    """Everything known of the river reaches that end in the bays, on a finer grid of their own.

    The reaches stand where bays do in an assessment: `shares`, sheets and files are of them. The
    bays near their mouths belong to the water, so that stations of the sea inform them as those of
    the river do; they are neither counted nor drawn.

    Parameters
    ----------
    bays, rivers : GeoDataFrame
        Polygons; rivers that reach no bay are left out.
    samples : GeoDataFrame
        Of the sea, and of the rivers with `water` "river"; these count within 100 m of the reaches.
    standard : Standard or str
    spacing, reach, gap
        See `choose_reaches`.
    parameters : sequence of str, optional
        Default those of the standard that were measured at two stations or more and count for
        rivers (not total nitrogen, temperature and faecal coliforms).
    **settings : object
        As in `assess`: `campaigns`, `years`, `method`, `draws`, `seed`, `options`, `crs`, ...

    Returns
    -------
    Assessment
        `bays` are the reaches; `rivers` holds the water at their mouths.

    Raises
    ------
    CoverageError
        If no river polygon reaches a bay, or no sample lies in or near the reaches.
    """
    chosen = standard if isinstance(standard, Standard) else load_standard(standard)
    place = choose_reaches(
        bays, rivers, spacing=spacing, reach=reach, gap=gap, crs=settings.get("crs")
    )
    names = list(parameters or _judged_here(place, samples, judged_parameters(chosen)))
    return assess(
        place.reaches,
        samples,
        chosen,
        spacing=place.spacing,
        rivers=place.mouths,
        join_rivers=True,
        parameters=names,
        **settings,
    )


def _judged_here(place: Reaches, samples, names: Sequence[str]) -> list[str]:
    """Parameters measured at two stations or more: one section alone makes no field."""
    near = find_near_samples(samples, place.reaches, place.mouths, distance=SNAP_M)
    known = near[near["value"].notna() & near["water"].isin(["sea", "river"])]
    counts = known.groupby("parameter")["station"].nunique()
    return [name for name in names if counts.get(name, 0) > 1] or list(names)


def tabulate_reaches(
    result: Assessment,
    standard: Standard | str = "GB 3838-2002",
    *,
    parameters: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Share of each category in each river reach that was joined to the water.

    Rivers have a standard of their own; only parameters that it judges and that were interpolated
    count, and `judged` names them.

    Parameters
    ----------
    result : Assessment
        Made with `join_rivers=True` and polygons of rivers.
    standard : Standard or str
    parameters : sequence of str, optional
        By default those judged by the standard that the grids hold.

    Returns
    -------
    DataFrame
        river (index of `result.rivers`), then as `tabulate_shares` from year on, and judged
        (parameters, joined by a blank). Intervals are missing: draws are of the bays alone.

    Raises
    ------
    CoverageError
        If no reach belongs to the water, or no parameter of the standard was interpolated.
    """
    chosen = standard if isinstance(standard, Standard) else load_standard(standard)
    names = [p for p in parameters or chosen.parameters if p in result.grids]
    reaches = _joined(result)
    if not len(reaches) or not names:
        lacking = "parameter of the standard" if len(reaches) else "river reach"
        raise CoverageError(
            f"no {lacking} is part of the water of {', '.join(map(str, result.bays.index))}: "
            f"assess with join_rivers=True, polygons of rivers and some of "
            f"{', '.join(chosen.parameters)}"
        )
    classes = classify(result.grids, chosen, parameters=names, probability=False)
    table = tabulate_shares(classes, reaches).rename(columns={"bay_id": "river"})
    return table.assign(judged=" ".join(names))


def _joined(result):
    """The reaches that touch the water, as polygons in its plane."""
    if result.rivers is None or not result.settings.get("join_rivers"):
        return pd.DataFrame()
    local = result.rivers.to_crs(result.water.attrs["crs"])
    local = local[local.geometry.area > 0]
    spacing = result.water.attrs["spacing"]
    wet = result.water["wet"]
    at = local.geometry.representative_point()
    held = [
        bool(wet.sel(x=p.x, y=p.y, method="nearest"))
        and abs(wet.x - p.x).min() <= spacing
        and abs(wet.y - p.y).min() <= spacing
        for p in at
    ]
    return local[np.array(held, bool)]
