import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, box

import bayqa as bq
from bayqa.assess import assess_reaches, open_ledger, tabulate_reaches
from bayqa.errors import CoverageError
from tests.builders import CRS, make_bays, make_samples


def reaches(*shapes):
    names = [f"r{k}" for k in range(len(shapes))]
    return gpd.GeoDataFrame({"name_en": names}, geometry=list(shapes), index=names, crs=CRS)


NEAR, UP, AWAY = box(-3000, -100, -2000, 100), box(-4000, -100, -3060, 100), box(9e3, 0, 1e4, 200)


def test_a_reach_has_a_category_by_the_standard_of_rivers():
    rivers = reaches(NEAR, UP, AWAY, LineString([(0, 0), (1, 1)]))
    result = bq.assess(
        make_bays(), make_samples(), spacing=100, method="idw", rivers=rivers, join_rivers=True
    )
    table = tabulate_reaches(result)
    assert table["river"].unique().tolist() == ["r0", "r1"]
    assert table["judged"].unique().tolist() == ["do"]
    assert set(table["category"]) == {"I", "II", "III", "IV", "V", "worse", "not assessed"}
    year = table.query("campaign == 'annual' and parameter == 'overall'")
    assert year.groupby("river")["area_km2"].sum().tolist() == pytest.approx([0.2, 0.188], rel=1e-3)
    assert year.query("category == 'not assessed'")["share"].to_numpy() == pytest.approx(
        0, abs=0.03
    )


def test_water_without_reaches_is_said():
    result = bq.assess(make_bays(), make_samples(), spacing=200, method="idw")
    with pytest.raises(CoverageError, match="no river reach is part of the water of test: assess"):
        tabulate_reaches(result)
    joined = bq.assess(
        make_bays(), make_samples(), spacing=200, method="idw", rivers=reaches(NEAR),
        join_rivers=True,
    )  # fmt: skip
    with pytest.raises(CoverageError, match="no parameter of the standard is part of the water"):
        tabulate_reaches(joined, parameters=["copper"])


UPPER = box(-5000, -30, -2000, 30)


def with_sections(places):
    """The samples of the builders and sections of a river, cod_mn and oxygen each campaign."""
    sea = make_samples()
    rows = [
        sea.iloc[[0]].assign(
            station=name, time=pd.Timestamp(2023, month, 15), parameter=p, value=v, lower=v,
            upper=v, water="river", geometry=gpd.points_from_xy([x], [0.0], crs=CRS).to_crs(4326),
        )
        for name, x in places.items()
        for month in (4, 7, 10)
        for p, v in (("do", 4.0 + x / 1e5), ("cod_mn", 12.0), ("tp", 0.3))
        if p != "tp" or name == "R1"
    ]  # fmt: skip
    return gpd.GeoDataFrame(pd.concat([sea, *rows], ignore_index=True), crs=4326)


@pytest.fixture(scope="module")
def samples():
    return with_sections({"R1": -4600.0, "R2": -3800.0, "OFF": -4600.0 - 9e3})


def test_a_reach_is_assessed_on_a_grid_of_its_own_by_its_own_standard(samples):
    result = assess_reaches(make_bays(), reaches(UPPER), samples, draws=20, crs=CRS)
    assert result.standard.id == "GB 3838-2002" and result.settings["spacing"] == 20.0
    assert result.settings["parameters"] == ["do", "cod_mn"], "tp of one section makes no field"
    year = result.shares.query("campaign == 'annual' and parameter == 'overall'")
    assert year["bay_id"].unique().tolist() == ["r0"]
    assert year["area_km2"].sum() == pytest.approx(0.18, rel=1e-6)
    assert year["share_low"].notna().all()
    category = result.grids["do"].isel(campaign=0).sel(y=0, method="nearest")
    upper, lower, mouth = (
        float(category.sel(x=x, method="nearest")) for x in (-4600, -3000, -2000)
    )
    assert upper < lower < mouth, "oxygen of the bay comes in by the mouth"
    assert result.stations["station"].to_numpy().tolist() == ["R1", "R2"]
    assert set(result.sources["water"].to_numpy()) == {"sea", "river"}


def test_sections_of_a_joined_river_inform_the_bay_and_are_not_judged_as_sea(samples):
    settings = {"spacing": 100, "draws": 0, "rivers": reaches(UPPER), "crs": CRS}
    alone = bq.assess(make_bays(), samples, **settings)
    joined = bq.assess(make_bays(), samples, join_rivers=True, **settings)
    assert alone.informants is None and alone.sources is alone.stations
    assert joined.stations["station"].to_numpy().tolist() == alone.stations.station.values.tolist()
    assert {"R1", "R2"} == set(joined.sources.station.values) - set(alone.stations.station.values)
    assert not open_ledger(joined)["station"].isin(["R1", "R2"]).any()
    low = [float(r.grids["do"][0].sel(x=-1950.0, y=50.0)) for r in (alone, joined)]
    assert low[1] < low[0] - 0.05
    assert np.isfinite(joined.grids["do"].to_numpy()[:, joined.water.wet.to_numpy()]).all()


def test_reaches_without_a_sample_are_said():
    with pytest.raises(CoverageError, match="no sample of sea or river water lies within 500 m"):
        far = make_samples().set_geometry(make_samples().translate(3.0, 0.0).set_crs(4326))
        assess_reaches(make_bays(), reaches(UPPER), far)
