"""Vector layers: areas agree with the bay, formats pass their checkers, styles are inside."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely

from bayqa.export.polygons import draw_category_polygons
from bayqa.export.vectors import build_layers, write_geoparquet
from tests.builders import BAY, CRS


@pytest.fixture(scope="module")
def polygons(result):
    return draw_category_polygons(result)


def test_polygons_of_a_campaign_fill_the_bay(polygons):
    areas = polygons.to_crs(CRS).area.groupby([polygons.campaign, polygons.parameter]).sum()
    assert len(areas) == 9
    for area in areas:
        assert area == pytest.approx(BAY.area, rel=1e-6)


def test_polygons_do_not_overlap(polygons):
    assert polygons.is_valid.all()
    one = polygons.query("campaign == '2023-summer' and parameter == 'overall'")
    areas = shapely.area(one.geometry.to_numpy())
    assert one.union_all().area == pytest.approx(areas.sum(), rel=1e-6)


def test_attributes_are_copied_from_the_shares(polygons, result):
    row = polygons.query(
        "campaign == '2023-summer' and parameter == 'din' and category == 'III'"
    ).iloc[0]
    table = result.shares.set_index(["campaign", "parameter", "category"])
    expected = table.loc[("2023-summer", "din", "III")]
    assert row.area_km2 == expected.area_km2
    assert row.share_low == expected.share_low
    assert (row["rank"], row.label_zh) == (3, "三类")


def test_areas_are_those_of_the_shares_table(result):
    tabulate_shares = pytest.importorskip("bayqa.assess.areas.shares").tabulate_shares
    exact = replace(result, shares=tabulate_shares(result.classes, result.bays))
    polygons = draw_category_polygons(exact)
    areas = polygons.to_crs(CRS).area / 1e6
    inside = polygons["rank"] > 0
    assert areas[inside].to_numpy() == pytest.approx(polygons.area_km2[inside], abs=1e-4)


def test_unassessed_water_is_a_polygon_too(result):
    empty = result.classes.assign(category=result.classes.category * 0)
    polygons = draw_category_polygons(replace(result, classes=empty))
    overall = polygons[polygons.parameter == "overall"]
    assert set(overall.category) == {"not assessed"}
    assert overall.to_crs(CRS).area.to_numpy() == pytest.approx(BAY.area, rel=1e-6)


def test_geopackage_layers_and_version(saved):
    path = saved / "layers.gpkg"
    assert pyogrio.list_layers(path)[:, 0].tolist()[:3] == ["bays", "stations", "categories"]
    with sqlite3.connect(path) as base:
        assert base.execute("PRAGMA user_version").fetchone() == (10300,)
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        styles = base.execute("SELECT f_table_name, useAsDefault FROM layer_styles").fetchall()
    base.close()
    assert styles == [("categories", 1), ("stations", 1)]


def test_geopackage_bears_a_fixed_date(saved):
    with sqlite3.connect(saved / "layers.gpkg") as base:
        dates = {row[0] for row in base.execute("SELECT last_change FROM gpkg_contents")}
    base.close()
    assert dates == {"2026-01-01T00:00:00.000Z"}


def test_stations_carry_values_and_categories(result):
    stations = build_layers(result)["stations"]
    row = stations.query("station == 'T01' and campaign == '2023-spring'").iloc[0]
    assert row.din == pytest.approx(0.30 * 10 ** (1500 / 8000) * 0.8)
    assert (row.din_category, row.category, row.limiting) == ("III", "III", "din")


def test_bays_carry_the_annual_shares_of_the_last_year(result):
    bay = build_layers(result)["bays"].iloc[0]
    rows = result.shares.query("campaign == 'annual' and parameter == 'overall'")
    shares = rows.set_index("category").share
    assert bay.share_II == shares["II"]
    assert bay.share_not_assessed == shares["not assessed"]
    assert (bay.bay_id, bay.year, bay.name_zh) == ("test", 2023, "测试湾")


def test_findings_of_the_reader_do_not_enter_a_layer(result, tmp_path):
    noted = result.bays.copy()
    noted.attrs["report"] = noted[["name_zh"]]
    paths = write_geoparquet(replace(result, bays=noted), tmp_path)
    assert gpd.read_parquet(paths[0]).attrs == {}
    assert "report" in noted.attrs


@pytest.mark.parametrize("layer", ["bays", "stations", "categories"])
def test_geoparquet_passes_its_validator(saved, layer):
    command = Path(sys.executable).with_name("geoparquet-validator")
    if not command.exists():
        pytest.skip("geoparquet-validator is not installed: pip install geoparquet-validator")
    path = saved / "geoparquet" / f"{layer}.parquet"
    done = subprocess.run([command, "check", path], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert len(gpd.read_parquet(path)) == len(pyogrio.read_dataframe(saved / "layers.gpkg", layer))
