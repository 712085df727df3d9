"""Categories of stations as a table: one row a station and campaign, or year."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from bayqa.assess.rules import WINDOWED
from bayqa.errors import InputError

__all__ = ["station_categories", "tabulate_classes"]

_NONE = "not assessed"


def tabulate_classes(classes: xr.Dataset) -> pd.DataFrame:
    """Category of each station, in words, with the parameter that decides.

    Parameters
    ----------
    classes : Dataset, dims (campaign, station)
        Categories of stations as `classify` gives them.

    Returns
    -------
    DataFrame
        station, year, campaign, category (id of the standard, or "not assessed"), number (0 = not
        assessed), limiting (parameter, or empty), then a column for each parameter with its own
        category. Rules that judge whole years give one row a year, with the year for a campaign.

    Raises
    ------
    InputError
        If the categories are not of stations.
    """
    held = station_categories(classes)
    yearly = classes.attrs.get("rule") in WINDOWED
    if yearly:
        held = held.isel(campaign=np.unique(held["year"].to_numpy(), return_index=True)[1])
    rows = pd.DataFrame(
        [
            (str(station), int(year), str(year if yearly else campaign))
            for campaign, year in _campaigns(held)
            for station in held["station"].to_numpy()
        ],
        columns=["station", "year", "campaign"],
    )
    words = np.array([_NONE, *map(str, held["category_label"].to_numpy())], dtype=object)
    number = _flat(held["category"])
    limiting = np.array(["", *map(str, held["parameter"].to_numpy())], dtype=object)
    rows = rows.assign(
        category=words[number], number=number, limiting=limiting[_flat(held["limiting"])]
    )
    return rows.assign(**_single(held, words))


def station_categories(classes: xr.Dataset) -> xr.Dataset:
    """Categories of stations with their campaigns, also where one campaign was taken out.

    Parameters
    ----------
    classes : Dataset, dims (campaign, station) or (station)

    Returns
    -------
    Dataset, dims (campaign, station)

    Raises
    ------
    InputError
        If the categories are not of stations.
    """
    if "category" not in classes or "station" not in classes["category"].dims:
        raise InputError(
            "found no categories of stations; classify what summarize gives, or tabulate_shares "
            "for a map"
        )
    if "campaign" in classes.dims:
        return classes
    alone = [n for n in ("year", "season") if n in classes.coords]
    single = {n: ("campaign", [classes[n].item()]) for n in alone}
    return classes.drop_vars(alone).expand_dims("campaign").assign_coords(single)


def _campaigns(held: xr.Dataset):
    years = held["year"].to_numpy() if "year" in held.coords else [0] * held.sizes["campaign"]
    names = held["campaign"].to_numpy() if "campaign" in held.coords else years
    return list(zip(names, years, strict=True))


def _single(held: xr.Dataset, words: np.ndarray) -> dict[str, np.ndarray]:
    if "parameter_category" not in held:
        return {}
    grades = held["parameter_category"]
    return {
        str(name): words[_flat(grades.sel(parameter=name))] for name in held["parameter"].to_numpy()
    }


def _flat(array: xr.DataArray) -> np.ndarray:
    return array.transpose("campaign", "station").to_numpy().ravel().astype(int)
