"""Shapes in odd systems: shifted, swapped one by one, across the date line, off their zone."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon, affinity, box

from bayqa.intake import read_bays
from bayqa.intake.places.projected import _gcj02_shift

from .files import found

BAY = box(122.4, 37.0, 122.6, 37.2)
SPLIT = MultiPolygon([box(179.5, -17, 180, -16.5), box(-180, -17, -179.6, -16.5)])


def save(tmp_path, shapes, crs=4326, name="a.gpkg"):
    columns = {"bay_id": [f"b{i}" for i in range(len(shapes))]}
    frame = gpd.GeoDataFrame(columns, geometry=list(shapes), crs=4326).to_crs(crs)
    frame.to_file(tmp_path / name)
    return tmp_path / name


def differs(shape, other):
    return shapely.symmetric_difference(shape, other).area / other.area


@pytest.mark.parametrize(
    "drawn",
    [box(179.5, -17, 180.4, -16.5), box(-180.5, -17, -179.6, -16.5), SPLIT,
     Polygon([(179.5, -17), (-179.6, -17), (-179.6, -16.5), (179.5, -16.5)])],
)  # fmt: skip
def test_a_bay_across_the_date_line_is_cut_there(tmp_path, drawn):
    bays = read_bays(save(tmp_path, [drawn]))
    assert differs(bays.geometry.iloc[0], SPLIT) < 1e-9
    assert not len(found(bays, "size"))
    assert len(found(bays, "position", "doubtful")) == (drawn is not SPLIT)


def test_a_projected_bay_across_the_date_line_is_cut_there(tmp_path):
    whole = box(179.5, -17, 180.4, -16.5)
    bays = read_bays(save(tmp_path, [whole], crs=3832))
    assert differs(bays.geometry.iloc[0], SPLIT) < 1e-3


def test_longitudes_from_0_to_360_are_turned(tmp_path):
    bays = read_bays(save(tmp_path, [box(283.5, 38, 283.9, 38.4)]))
    assert np.allclose(bays.total_bounds, [-76.5, 38, -76.1, 38.4])
    assert found(bays, "position", "doubtful")["count"].tolist() == [1]


def test_a_cap_around_the_pole_stays(tmp_path):
    cap = Polygon([(-180, 90), (-180, 80), (180, 80), (180, 90)])
    bays = read_bays(save(tmp_path, [cap]))
    assert differs(bays.geometry.iloc[0], cap) == 0
    assert len(found(bays, "size", "doubtful")) == 1


def test_one_shape_with_latitude_first_is_put_right(tmp_path):
    turned = affinity.affine_transform(BAY, [0, 1, 1, 0, 0, 0])
    bays = read_bays(save(tmp_path, [affinity.translate(BAY, 0.3), turned]))
    assert differs(bays.geometry.iloc[1], BAY) < 1e-12
    assert found(bays, "position", "doubtful")["row"].tolist() == [2]


def test_one_swapped_shape_of_small_degrees_is_found_by_its_neighbours(tmp_path):
    row = [affinity.translate(box(10, 54, 10.1, 54.1), 0.3 * i) for i in range(5)]
    turned = affinity.affine_transform(row[2], [0, 1, 1, 0, 0, 0])
    bays = read_bays(save(tmp_path, [*row[:2], turned, *row[3:]]))
    assert differs(bays.geometry.iloc[2], row[2]) < 1e-12
    assert found(bays, "position", "doubtful")["row"].tolist() == [3]


@pytest.mark.parametrize("northing_first", [False, True])
def test_a_zone_prefix_tells_the_system(tmp_path, northing_first):
    frame = gpd.read_file(save(tmp_path, [BAY], crs=4529)).set_crs(None, allow_override=True)
    if northing_first:
        frame = frame.set_geometry(shapely.transform(frame.geometry.array, lambda c: c[:, ::-1]))
    frame.set_crs(4529).to_file(tmp_path / "a.shp")
    (tmp_path / "a.prj").unlink()
    bays = read_bays(tmp_path / "a.shp")
    assert differs(bays.geometry.iloc[0], BAY) < 1e-6
    assert "EPSG:4529" in found(bays, "crs", "doubtful")["message"].iloc[0]


def test_kilometres_under_a_system_of_metres_are_doubtful(tmp_path):
    frame = gpd.read_file(save(tmp_path, [BAY], crs=4550))
    small = affinity.scale(frame.geometry.iloc[0], 1e-3, 1e-3, origin=(0, 0))
    frame.set_geometry([small], crs=4550).to_file(tmp_path / "b.gpkg")
    bays = read_bays(tmp_path / "b.gpkg")
    assert "lie outside the area of" in found(bays, "crs", "doubtful")["message"].iloc[0]


def test_shapes_of_gcj02_are_shifted_back_when_declared(tmp_path):
    there = shapely.transform(BAY, lambda c: c + np.stack(_gcj02_shift(*c.T), axis=1))
    path = save(tmp_path, [there])
    assert differs(read_bays(path).geometry.iloc[0], BAY) > 0.05
    bays = read_bays(path, crs="GCJ-02")
    assert np.allclose(bays.total_bounds, BAY.bounds, atol=1e-7)
    assert found(bays, "crs", "converted")["message"].tolist() == ["from GCJ-02 to WGS84"]
