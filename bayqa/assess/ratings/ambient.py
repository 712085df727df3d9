"""Bodies of water with good ambient quality: SDG indicator 6.3.2, level 1."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bayqa.assess.indices import sdg_632
from bayqa.assess.ratings.points import tidy_points
from bayqa.assess.targets import target_number
from bayqa.errors import InputError
from bayqa.standards.standard import Standard

__all__ = ["rate_ambient_water"]

_COLUMNS = ("level", "place", "n_values", "n_met", "percent", "good", "n_bodies", "parameters")


def rate_ambient_water(
    table: pd.DataFrame,
    standard: Standard,
    *,
    target: str | None = None,
    body: str = "place",
    parameters: tuple[str, ...] | None = None,
) -> pd.DataFrame:
    """Share of values that meet their target in each body of water, and the share of good bodies.

    Parameters
    ----------
    table : DataFrame
        Points as `tabulate_points` gives them, or a tidy or wide table of one's own.
    standard : Standard
        Its limits are the national targets.
    target : str, optional
        Category that a value must meet; the last good one of the standard by default.
    body : str
        Column that names the body of water, such as "river"; each place is one by default.
    parameters : tuple of str, optional
        The core parameters; by default those of the standard that the table holds.

    Returns
    -------
    DataFrame
        level ("body", then one row "region"), place, n_values, n_met, percent (of the values of a
        body; of the bodies in the row of the region), good (80 % and more; NA for the region),
        n_bodies, parameters (those that were judged).

    Raises
    ------
    InputError
        If the table has no such column, or holds no value of a parameter with a target.
    StandardError
        If the target is no category of the standard.

    Source
    ------
    SDG indicator 6.3.2, methodology, level 1.
    """
    tidy = tidy_points(table)
    if body not in tidy:
        raise InputError(f"table has no column {body!r}; it has {', '.join(map(str, tidy))}")
    wanted = parameters or standard.parameters or tuple(standard.limits)
    held = tidy[tidy["parameter"].isin(wanted) & tidy["value"].notna()]
    if held.empty:
        raise InputError(
            f"table holds no value of {', '.join(wanted)}; give targets for what was measured"
        )
    number = target_number(standard, target)
    met = np.zeros(len(held), bool)
    for name in held["parameter"].unique():
        own = (held["parameter"] == name).to_numpy()
        met[own] = standard.grade(name, held["value"].to_numpy(float)[own]) <= number
    groups = held.assign(met=met, body=held[body].astype(str)).groupby("body", sort=False)
    return _rows(groups)


def _rows(groups) -> pd.DataFrame:
    counts = groups["met"].agg(["size", "sum"])
    judged = groups["parameter"].agg(lambda names: "; ".join(dict.fromkeys(names)))
    found = sdg_632(counts["sum"].to_numpy(), counts["size"].to_numpy())
    bodies = pd.DataFrame(
        {
            "level": "body",
            "place": counts.index,
            "n_values": counts["size"].to_numpy(),
            "n_met": counts["sum"].to_numpy(),
            "percent": found.percent,
            "good": found.good,
            "n_bodies": 1,
            "parameters": judged.to_numpy(),
        }
    )
    region = {
        "level": "region",
        "place": "all",
        "n_values": int(counts["size"].sum()),
        "n_met": int(counts["sum"].sum()),
        "percent": found.indicator,
        "good": pd.NA,
        "n_bodies": len(counts),
        "parameters": "",
    }
    return pd.concat([bodies.astype({"good": object}), pd.DataFrame([region])], ignore_index=True)[
        list(_COLUMNS)
    ]
