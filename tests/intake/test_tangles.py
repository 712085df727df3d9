"""Outlines that cross, nest, close or collapse: mended within seconds, or left out by name."""

import time

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, MultiLineString, MultiPolygon, Point, Polygon, box

from bayqa.errors import InputError
from bayqa.intake import read_bays
from bayqa.intake.polygons.crossings import count_crossings

from .files import found
from .test_shapes import RING, collection

SQUARE = box(122.4, 37.0, 122.6, 37.2)
ISLAND = box(122.45, 37.05, 122.5, 37.1)


def tangle(n, seed=5):
    points = np.random.default_rng(seed).uniform(0, 0.2, (n, 2)) + [122.4, 37.0]
    return [*points.tolist(), points[0].tolist()]


def save(tmp_path, shapes):
    columns = {"bay_id": [f"b{i}" for i in range(len(shapes))]}
    gpd.GeoDataFrame(columns, geometry=shapes, crs=4326).to_file(tmp_path / "a.geojson")
    return tmp_path / "a.geojson"


def test_crossings_by_hand():
    tie = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    cross = LineString([(-1, 0.25), (2, 0.25)])
    assert count_crossings(tie, limit=10) == 1
    assert count_crossings(box(0, 0, 1, 1), limit=10) == 0
    assert count_crossings(box(0, 0, 1, 1), cross, limit=3) == 2
    assert count_crossings(Polygon(tangle(300)), limit=5000) == 5000


@pytest.mark.parametrize("n", [3000, 10_000])
def test_a_tangle_is_left_out_within_seconds(tmp_path, n):
    path = collection(tmp_path / "a.geojson", [RING], [tangle(n)], name=["甲湾", "乱"])
    start = time.process_time()
    bays = read_bays(path)
    assert time.process_time() - start < 5
    assert bays["name_zh"].tolist() == ["甲湾"]
    assert found(bays, "invalid shape", "left out")["row"].tolist() == [2]
    assert "more than 100000 times" in found(bays, "invalid shape")["message"].iloc[0]
    with pytest.raises(InputError, match="holds no valid polygon"):
        read_bays(collection(tmp_path / "b.geojson", [tangle(n)]))


def test_an_outline_with_a_thousand_crossings_is_mended(tmp_path):
    start = time.process_time()
    bays = read_bays(collection(tmp_path / "a.geojson", [tangle(300)]))
    assert time.process_time() - start < 3
    assert bays.is_valid.all()
    assert len(found(bays, "invalid shape", "doubtful")) == 1


def test_very_many_overlaps_are_counted_and_not_listed(tmp_path):
    shapes = [box(122 + i * 1e-4, 37, 122.3 + i * 1e-4, 37.3) for i in range(300)]
    start = time.process_time()
    bays = read_bays(save(tmp_path, shapes))
    assert time.process_time() - start < 10
    hits = found(bays, "overlap", "doubtful")
    assert len(bays) == 300 and len(hits) <= 102
    assert hits["count"].sum() == 1 + 20_000
    assert "only 20000 pairs were looked at" in hits["message"].iloc[0]


def test_overlap_of_combs_is_not_measured_but_said(tmp_path):
    x = np.arange(4000) * 1e-4
    comb = np.c_[122 + x, 37 + np.where(np.arange(4000) % 2, 0.4, 0.1)]
    up = Polygon([[122, 37], *comb, [122.4, 37]])
    side = Polygon([[122, 37], *(comb[:, ::-1] - [37, 122] + [122, 37]), [122, 37.4]])
    start = time.process_time()
    bays = read_bays(save(tmp_path, [up, side]))
    assert time.process_time() - start < 5
    assert "cross so often" in found(bays, "overlap", "doubtful")["message"].iloc[0]


def test_a_part_inside_another_is_an_island(tmp_path):
    lake = box(122.46, 37.06, 122.47, 37.07)
    bays = read_bays(save(tmp_path, [MultiPolygon([SQUARE, ISLAND, lake])]))
    area = SQUARE.area - ISLAND.area + lake.area
    assert bays.geometry.iloc[0].area == pytest.approx(area)
    assert found(bays, "nested part", "doubtful")["row"].tolist() == [1]
    twice = read_bays(save(tmp_path, [MultiPolygon([SQUARE, SQUARE])]))
    assert twice.geometry.iloc[0].area == pytest.approx(SQUARE.area)


def test_closed_lines_are_outlines(tmp_path):
    ring = np.array(SQUARE.exterior.coords)
    parts = MultiLineString([ring[:3], ring[2:]])
    nearly = LineString([*ring[:-1] + 1, ring[0] + 1 + 1e-5])
    bays = read_bays(save(tmp_path, [SQUARE.exterior, parts, nearly]))
    assert np.allclose(shapely.area(bays.geometry.to_numpy()), SQUARE.area, rtol=1e-3)
    assert found(bays, "closed line", "doubtful")["count"].tolist() == [3]
    with pytest.raises(InputError, match="but there are lines; turn closed lines"):
        read_bays(save(tmp_path, [LineString(ring[:4])]))
    with pytest.raises(InputError, match="but there are points; give the layer of outlines"):
        read_bays(save(tmp_path, [Point(122, 37)]))


def test_a_shape_without_area_is_left_out(tmp_path):
    flat = Polygon([(122, 37), (122.1, 37.1), (122.2, 37.2)])
    tiny = box(122, 37, 122 + 1e-6, 37 + 1e-6)
    bays = read_bays(save(tmp_path, [SQUARE, flat, tiny]))
    assert bays.index.tolist() == ["b0", "b2"]
    assert found(bays, "sliver", "left out")["row"].tolist() == [2]
    assert found(bays, "sliver", "doubtful")["row"].tolist() == [3]


def test_very_many_parts_are_read_soon(tmp_path):
    x, y = np.meshgrid(122 + np.arange(150) * 1e-3, 37 + np.arange(150) * 1e-3)
    parts = shapely.box(x.ravel(), y.ravel(), x.ravel() + 5e-4, y.ravel() + 5e-4)
    path = save(tmp_path, [MultiPolygon(list(parts))])
    start = time.process_time()
    bays = read_bays(path)
    assert time.process_time() - start < 3
    assert shapely.get_num_geometries(bays.geometry.iloc[0]) == 22_500
