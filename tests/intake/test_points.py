"""Layers of points as tables of samples, far places, and number formats that show marks."""

import zipfile

import geopandas as gpd
import pytest
import shapely

from bayqa.errors import InputError
from bayqa.intake import check_path, read_samples
from bayqa.intake.files.hints import doubt_formats
from bayqa.intake.points import holds_points

from .files import HEAD, ROWS, found, one, read_rows, values

POINTS = gpd.GeoDataFrame(
    {"station": ["W01", "W02"], "date": ["2023-05-08"] * 2, "DIN": [0.21, 0.34]},
    geometry=[shapely.Point(122.5, 37.1), shapely.Point(122.6, 37.2)],
    crs=4326,
)


@pytest.fixture(params=["a.gpkg", "a.shp", "shp.zip", "json.zip", "a.geojson"])
def layer(tmp_path, request):
    path = tmp_path / request.param
    if path.suffix != ".zip":
        POINTS.to_file(path)
        return path
    inner = "a.shp" if path.stem == "shp" else "a.geojson"
    (tmp_path / "inner").mkdir()
    POINTS.to_file(tmp_path / "inner" / inner)
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted((tmp_path / "inner").iterdir()):
            archive.write(file, file.name)
    return path


def test_points_are_samples(layer):
    assert holds_points(layer)
    samples = read_samples(layer)
    assert values(samples, "din").tolist() == [0.21, 0.34]
    assert one(samples, "din").geometry.x == 122.5
    assert check_path(layer)[1] == 0


def test_polygons_are_no_samples(tmp_path):
    path = tmp_path / "bays.gpkg"
    gpd.GeoDataFrame({"bay_id": ["a"]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4326).to_file(path)
    assert not holds_points(path)
    with pytest.raises(InputError, match="not a text table"):
        read_samples(path)


def test_points_without_values_say_what_is_wanted(tmp_path):
    POINTS[["station", "geometry"]].to_file(tmp_path / "a.gpkg")
    with pytest.raises(InputError, match="no column of values"):
        read_samples(tmp_path / "a.gpkg")


def test_a_lone_place_far_from_all_others_is_a_doubt(tmp_path):
    rows = [[f"W{i}", f"{122.5 + i / 100:.2f}", "37.10", *ROWS[0][3:]] for i in range(8)]
    rows.append(["W9", "12.258", "37.10", *ROWS[0][3:]])
    samples = read_rows(tmp_path, [HEAD, *rows])
    doubt = found(samples, "position", "doubtful").iloc[0]
    assert (doubt["row"], doubt["found"]) == (10, "12.258, 37.1")
    assert "far from all other places" in one(samples, "din", "W9")["note"]
    spread = [[f"W{i}", f"{100 + 3 * i}", f"{20 + 2 * i}", *ROWS[0][3:]] for i in range(9)]
    assert found(read_rows(tmp_path, [HEAD, *spread]), "position").empty


def test_a_damaged_archive_has_no_formats(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04 broken")
    assert doubt_formats(path) == []
