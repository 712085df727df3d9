"""The tutorial does what it says, with its own table and its own region file."""

from __future__ import annotations

import re
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import box

from bayqa.region import read_region, run_region
from bayqa.region.config import Bay, Region

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")


def _block(language: str) -> str:
    return re.search(rf"```{language}\n(.*?)```", TUTORIAL, re.DOTALL).group(1)


@pytest.fixture
def folder(tmp_path):
    """The reader's folder: table, bay, land and region file, copied from the page."""
    (tmp_path / "mysamples.csv").write_text(_block("csv"), encoding="utf-8")
    (tmp_path / "mybay.toml").write_text(_block("toml"), encoding="utf-8")
    bay = box(122.44, 37.06, 122.55, 37.13)
    names = {"bay_id": ["mine"], "name_zh": ["我的湾"], "name_en": ["Mine"]}
    gpd.GeoDataFrame(names, geometry=[bay], crs=4326).to_file(tmp_path / "mybays.gpkg")
    shore = box(122.30, 36.95, 122.44, 37.25)
    gpd.GeoDataFrame({"kind": ["land"]}, geometry=[shore], crs=4326).to_file(
        tmp_path / "myland.gpkg"
    )
    return tmp_path


@pytest.mark.slow
def test_the_region_of_the_tutorial_runs(folder):
    text = (folder / "mybay.toml").read_text(encoding="utf-8")
    text = text.replace("spacing = 100", "spacing = 400") + "\n[fields]\ndraws = 10\n"
    (folder / "mybay.toml").write_text(text, encoding="utf-8")
    run = run_region(read_region(folder / "mybay.toml"), sheets=False)
    assert run.failures == []
    shares = run.tables["shares"]
    overall = shares[(shares["parameter"] == "overall") & (shares["campaign"] == "annual")]
    assert overall["area_km2"].sum() == pytest.approx(75.9, abs=0.3)
    assert (folder / "maps" / "manifest.json").exists()


def test_the_region_file_of_the_tutorial_is_read(folder):
    region = read_region(folder / "mybay.toml")
    assert region.region.id == "mybay"
    assert region.path(region.inputs.samples[0]).exists()


def test_every_key_of_a_region_file_is_explained_and_none_is_made_up():
    page = TUTORIAL.split("## The region file, key by key")[1].split("## Where")[0]
    said, section = set(), ""
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) < 5 or not cells[2].startswith("`"):
            continue
        section = cells[1].strip("`[]").removesuffix(".ID") or section
        said |= {(section, key) for key in re.findall(r"`(\w+)`", cells[2])}
    known = {
        (name, field.alias or key)
        for name, part in Region.model_fields.items()
        if name != "root"
        for key, field in (Bay if name == "bay" else part.annotation).model_fields.items()
    }
    assert said == known


def test_pages_that_the_docs_point_to_exist():
    for page in ("tutorial.md", "conventions.md", "method_notes.md"):
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        for name in re.findall(r"\]\((\w+\.md)\)", text):
            assert (ROOT / "docs" / name).exists(), f"{page} points to {name}"
