"""River reaches that belong to the water of a bay, by the standard of rivers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from bayqa.assess.assessment import Assessment
from bayqa.assess.classes import classify
from bayqa.assess.shares import tabulate_shares
from bayqa.errors import CoverageError
from bayqa.standards import Standard, load_standard

__all__ = ["tabulate_reaches"]


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
