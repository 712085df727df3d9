"""Rivers, drinking sources and groundwater of a region, rated once for all its bays."""

from __future__ import annotations

import pandas as pd

from bayqa.assess import (
    rate_drinking_sources,
    rate_groundwater,
    rate_river_sections,
    tabulate_points,
    tabulate_river_nitrogen,
    tabulate_turns,
)
from bayqa.region.config import Region
from bayqa.region.inputs import Material
from bayqa.standards import Standard, load_standard

__all__ = ["tabulate_inland"]


def tabulate_inland(region: Region, material: Material) -> dict[str, pd.DataFrame]:
    """Tables of what lies inland: sections, nitrogen, drinking, groundwater, outlets.

    Parameters
    ----------
    region, material : Region, Material

    Returns
    -------
    dict of str to DataFrame
        Only what the region file names.
    """
    tables = {}
    if material.sections is not None:
        points = tabulate_points(material.sections, "river")
        tables["sections"] = rate_river_sections(points, _rule(region, "rivers"))
        tables["turns"] = tabulate_turns(tables["sections"])
        if "tn" in set(points["parameter"]):
            tables["nitrogen"] = tabulate_river_nitrogen(points)
    if material.drinking is not None:
        points = tabulate_points(material.drinking, "drinking")
        tables["drinking"] = rate_drinking_sources(points, _rule(region, "drinking"))
    if material.groundwater is not None:
        points = tabulate_points(material.groundwater, "groundwater")
        tables["groundwater"] = rate_groundwater(points, _rule(region, "groundwater"))
    if material.outlets is not None:
        tables["outlets"] = material.outlets
    return {name: _name_rivers(table, material.rivers) for name, table in tables.items()}


def _name_rivers(table: pd.DataFrame, rivers) -> pd.DataFrame:
    """The names of the rivers beside their ids."""
    if rivers is None or "river" not in table or "river_zh" in table:
        return table
    place, ids = table.columns.get_loc("river") + 1, table["river"].astype(str)
    out = table.copy()
    for column in ("name_en", "name_zh"):
        if column in rivers:
            names = pd.Series(rivers[column].fillna("").to_numpy(), index=rivers.index.astype(str))
            names = names[~names.index.duplicated()]
            out.insert(place, column.replace("name", "river"), ids.map(names).fillna(""))
    return out


def _rule(region: Region, water: str) -> Standard:
    return load_standard(region.own(getattr(region.assess, water)))
