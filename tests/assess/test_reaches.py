import geopandas as gpd
import pytest
from shapely.geometry import LineString, box

import bayqa as bq
from bayqa.assess import tabulate_reaches
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
