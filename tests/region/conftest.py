"""A small region on disk: two bays with stations, one bay without, in files as a user has them."""

import geopandas as gpd
import pandas as pd
import pytest

from tests.builders import make_bays, make_land, make_samples

TEXT = """
[region]
id = "small"
name_zh = "小区"
name_en = "Small region"
data_note_en = "made up for a test"
data_note_zh = "测试数据"
[inputs]
bays = "bays.gpkg"
land = "land.gpkg"
samples = ["samples.csv"]
[water]
spacing = 250
[fields]
draws = 20
[assess]
parameters = ["din", "do"]
[sheets]
campaigns = "last"
formats = ["png"]
atlas = false
dossiers = false
page = false
[output]
folder = "out"
formats = ["netcdf", "csv"]
"""


@pytest.fixture(scope="session")
def region_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("region")
    first = make_bays()
    second = _shifted(first, 0.3).rename(index={"test": "other"})
    empty = _shifted(first, 5.0).rename(index={"test": "empty"})
    bays = gpd.GeoDataFrame(pd.concat([first, second, empty]), crs=4326)
    bays.to_file(folder / "bays.gpkg", engine="pyogrio")
    make_land().to_file(folder / "land.gpkg", engine="pyogrio")
    _table(make_samples()).to_csv(folder / "samples.csv", index=False)
    (folder / "region.toml").write_text(TEXT, encoding="utf-8")
    return folder


def _shifted(bays, degrees):
    return bays.set_geometry(bays.translate(degrees, 0.0).set_crs(4326))


def _table(samples):
    here = pd.DataFrame(
        {"station_id": samples["station"], "lon": samples.geometry.x, "lat": samples.geometry.y,
         "datetime": samples["time"].dt.strftime("%Y-%m-%d"), "layer": "surface",
         "parameter": samples["parameter"], "value": samples["value"], "unit": "mg/L"}
    )  # fmt: skip
    there = here.assign(station_id="U" + here["station_id"], lon=here["lon"] + 0.3)
    return pd.concat([here, there], ignore_index=True)
