"""The whole chain on real waters: the Water Control Zones of Hong Kong, surface, 2019."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from bayqa.assess import assess
from bayqa.fields import summarize
from bayqa.region.config import read_region
from bayqa.region.inputs import read_material
from tests.shared_data import shared_file

REGION = Path(__file__).parent / "hongkong.toml"
CAMPAIGNS = ["2019-spring", "2019-summer", "2019-autumn"]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    folder = shared_file("data/hongkong-marine/hongkong.gpkg").parents[2]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BAYQA_SHARED", str(folder))
        yield read_region(REGION)


@pytest.fixture(scope="module")
def material(region):
    return read_material(region)


@pytest.fixture(scope="module")
def results(region, material):
    """Assessments of the ten zones, by the settings of the region file."""
    return {zone: _assess(region, material, zone) for zone in material.bays.index}


def _assess(region, material, zone):
    return assess(
        material.bays.loc[[zone]],
        material.samples,
        region.assess.standard,
        spacing=region.water.spacing,
        reach=region.water.reach,
        land=material.land,
        parameters=region.assess.parameters,
        years=region.campaigns.years,
        draws=region.fields.draws,
        seed=region.fields.seed,
    )


def test_seventy_six_stations_have_a_place(material):
    placed = material.samples[~material.samples.geometry.is_empty]
    assert placed.loc[placed["flag"].isin([1, 2]), "station"].nunique() == 76
    assert len(material.bays) == 10


def test_inner_deep_bay_is_worse_than_class_four_by_nitrogen(results):
    classes = results["Deep Bay"].station_classes
    found = classes["parameter_category"].sel(parameter="din", station=["DM1", "DM2"])
    assert found["campaign"].to_numpy().tolist() == CAMPAIGNS
    assert (found == 5).all()


def test_the_map_of_inner_deep_bay_is_worse_than_class_four_too(results):
    result = results["Deep Bay"]
    places = result.stations.sel(station=["DM1", "DM2"])
    cells = result.classes["parameter_category"].sel(parameter="din")
    near = cells.sel(x=places["x"], y=places["y"], method="nearest")
    assert (near == 5).all()


def test_most_of_mirs_bay_is_class_one_or_two_by_nitrogen(results):
    shares = results["Mirs Bay"].shares
    chosen = shares[(shares["parameter"] == "din") & shares["category"].isin(["I", "II"])]
    good = chosen.groupby("campaign")["share"].sum()
    assert set(good.index) == {*CAMPAIGNS, "annual"}
    assert good.min() > 0.8


def test_categories_and_not_assessed_fill_the_water_of_every_zone(results):
    for zone, result in results.items():
        sums = result.shares.groupby(["campaign", "parameter"])["area_km2"].sum()
        water = result.bays["water_km2"].iloc[0]
        assert sums.to_numpy() == pytest.approx(sums.iloc[0], rel=1e-6), zone
        assert sums.iloc[0] == pytest.approx(water, rel=1e-4), zone


def test_intervals_hold_the_mean_of_the_draws(results):
    for result in results.values():
        shares = result.shares.dropna(subset=["share_low", "share_high"])
        assert len(shares)
        assert (shares["share_low"] <= shares["share_high"] + 1e-12).all()
        assert shares[["share_low", "share_high"]].stack().between(-1e-9, 1 + 1e-9).all()


def test_stations_of_one_summary_are_those_of_the_source(material):
    stations = summarize(material.samples, years=[2019], campaigns="CN-sea")
    source = pd.read_csv(
        shared_file("data/hongkong-marine/measurements_2015-2020.csv.gz"), low_memory=False
    )
    month = pd.to_datetime(source["datetime"])
    rows = source[
        (source["station_id"] == "DM1")
        & (source["parameter"] == "din")
        & (month.dt.year == 2019)
        & month.dt.month.isin([6, 7, 8])
    ]
    found = float(stations["din"].sel(station="DM1", campaign="2019-summer"))
    assert found == pytest.approx(rows["value"].mean(), rel=1e-9)
