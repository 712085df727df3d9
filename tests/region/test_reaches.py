from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from bayqa.region import read_region, run_region
from bayqa.region.reaches import join_samples, run_reaches, tabulate_reach_shares
from tests.builders import CRS, make_samples
from tests.region.conftest import TEXT

RIVER = box(-5000, -100, -2000, 100)


@pytest.fixture(scope="module")
def folder(region_folder):
    rows = {"river_id": ["upper"], "name_zh": ["上河"], "name_en": ["Upper"]}
    rivers = gpd.GeoDataFrame(rows, geometry=[RIVER], crs=CRS).to_crs(4326)
    rivers.to_file(region_folder / "rivers.gpkg", engine="pyogrio")
    place = gpd.GeoSeries.from_xy([-4500.0, -3500.0], [0.0, 0.0], crs=CRS).to_crs(4326)
    table = [
        {"station_id": f"R{k}", "river": "upper", "lon": p.x, "lat": p.y, "parameter": name,
         "datetime": f"2023-{month:02d}-15", "value": value + month / 100, "unit": "mg/L"}
        for k, p in enumerate(place) for month in (4, 7, 10)
        for name, value in (("do", 4.5), ("cod_mn", 11.0))
    ]  # fmt: skip
    pd.DataFrame(table).to_csv(region_folder / "sections.csv", index=False)
    return region_folder


def run(folder, name, *extra):
    text = TEXT.replace("[water]", 'rivers = "rivers.gpkg"\nsections = ["sections.csv"]\n[water]')
    text = text.replace("spacing = 250", "spacing = 250\njoin_rivers = true\n" + "\n".join(extra))
    path = folder / f"{name}.toml"
    path.write_text(text.replace('folder = "out"', f'folder = "{name}"'), encoding="utf-8")
    return run_region(read_region(path), bays=["test", "other"], sheets=False)


@pytest.mark.slow
def test_reaches_of_a_bay_are_written_by_the_standard_of_rivers(folder):
    done = run(folder, "joined", "[reaches]", "spacing = 50")
    assert not done.failures
    table = done.tables["reaches"]
    assert table["bay_id"].unique().tolist() == ["test"], "no river ends in the other bay"
    assert table["river"].unique().tolist() == ["upper"]
    assert set(table["category"]) == {"I", "II", "III", "IV", "V", "worse", "not assessed"}
    year = table[(table["campaign"] == "annual") & (table["parameter"] == "overall")]
    assert year["area_km2"].sum() == pytest.approx(0.6, rel=1e-5)
    assert year["share_low"].notna().all()
    assert (done.folder / "test" / "reaches" / "grids.nc").exists()
    assert not done.tables["ledger"]["station"].isin(["R0", "R1"]).any()


@pytest.mark.slow
def test_reaches_that_cannot_be_assessed_say_why(folder):
    done = run(folder, "coarse", "[reaches]", "spacing = 900")
    assert not done.failures
    assert done.tables["reaches"]["note"].str.contains("the grid is too coarse for the bay").all()


def test_sections_join_the_samples_where_rivers_join_the_bay(folder):
    region = read_region(folder / "region.toml")
    sea = make_samples()
    inland = sea.head(2).assign(water="river", river="upper", bay_id="x").to_crs(CRS)
    material = SimpleNamespace(samples=sea, sections=inland, rivers=None)
    assert join_samples(region, material) is sea
    assert run_reaches(region, material, "test") is None
    water = region.water.model_copy(update={"join_rivers": True})
    joined = join_samples(region.model_copy(update={"water": water}), material)
    assert len(joined) == len(sea) + 2 and list(joined.columns) == list(sea.columns)
    assert joined.crs == sea.crs and joined.geometry.iloc[-1].distance(sea.geometry.iloc[1]) < 1e-7


def test_a_row_says_why_reaches_are_not_assessed():
    table = tabulate_reach_shares("too coarse", "test")
    assert table.to_dict("records") == [{"bay_id": "test", "river": "", "note": "too coarse"}]
