"""The hand-made assessment over three years, with the tables a dossier and a page print."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import xarray as xr

from bayqa.assess import Assessment, open_ledger, rate_sea_area
from tests.builders import make_assessment, make_shares

__all__ = ["make_other_bay", "make_rich_assessment"]

YEARS = (2021, 2022, 2023)


def make_rich_assessment() -> Assessment:
    """Three years, each a little cleaner, with ratings, good shares, ledger and policy."""
    result = make_assessment()
    grids, classes, stations, judged = (
        xr.concat([_moved(data, year) for year in YEARS], "campaign", data_vars="minimal",
                  coords="minimal", compat="override")
        for data in (result.grids, result.classes, result.stations, result.station_classes)
    )  # fmt: skip
    for k, campaign in enumerate(stations.campaign.to_numpy()):
        stations["din"].loc[{"campaign": campaign}] *= 1.2 - 0.05 * (k // 3)
    parts = [make_shares(_moved(result.classes, 2023)).assign(year=year) for year in YEARS]
    shares = pd.concat([_renamed(part, year) for part, year in zip(parts, YEARS, strict=True)])
    full = replace(result, grids=grids, classes=classes, stations=stations, station_classes=judged,
                   shares=shares.reset_index(drop=True))  # fmt: skip
    return replace(full, tables=_tables(full))


def make_other_bay(result: Assessment) -> Assessment:
    """A second bay, east of the first, with a markup-like name and no tables."""
    moved = result.bays.set_geometry(result.bays.geometry.translate(0.06, 0.01))
    moved = moved.assign(name_zh="<b>东湾&</b>", name_en="East <Bay> & 'Co'")
    bays = gpd.GeoDataFrame(moved.rename(index={"test": "east"})).rename_axis("bay_id")
    return replace(result, bays=bays, shares=result.shares.assign(bay_id="east"), tables={})


def _moved(data: xr.Dataset, year: int) -> xr.Dataset:
    seasons = data.season.to_numpy().tolist()
    names = [f"{year}-{season}" for season in seasons]
    return data.assign_coords(campaign=names, year=("campaign", [year] * len(names)))


def _renamed(shares: pd.DataFrame, year: int) -> pd.DataFrame:
    shift = (2023 - year) * 0.02
    change = shares["category"].map({"II": -shift, "III": shift}).fillna(0.0)
    columns = {name: (shares[name] + change).clip(0, 1)
               for name in ("share", "share_low", "share_high")}  # fmt: skip
    names = shares["campaign"].str.replace("2023", str(year))
    return shares.assign(campaign=names, **columns)


def _tables(result: Assessment) -> dict[str, pd.DataFrame]:
    ratings = rate_sea_area(result.shares)
    good = ratings[["bay_id", "year", "campaign", "good_share"]].rename(
        columns={"good_share": "share"}
    )
    good = good.assign(parameter="overall", good="I+II", share_low=good["share"] - 0.04,
                       share_high=good["share"] + 0.05)  # fmt: skip
    policy = pd.DataFrame({
        "bay_id": "test", "section_zh": ["现状", "现状", "减量"],
        "section_en": ["State", "State", "Reduction"],
        "label_zh": ["优良比例", "目标", "无机氮均值所需削减"],
        "label_en": ["Good share", "Target", "Reduction of mean DIN needed"],
        "value": [55.1, 60.0, 12.5], "unit": ["%", "%", "%"],
        "note_zh": ["", "", "假定浓度场按同一比例下降"],
        "note_en": ["", "", "assumes that the field falls by one factor everywhere"],
    })  # fmt: skip
    return {"ratings": ratings, "good": good, "ledger": open_ledger(result), "policy": policy}
