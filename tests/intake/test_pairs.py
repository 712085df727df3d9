"""Both coordinates in one cell, packed numbers and columns with a decimal comma of their own."""

import numpy as np
import pytest
import shapely

from bayqa.errors import InputError
from bayqa.intake import read_samples
from bayqa.intake.places.positions import packed_format, unpack_angles

from .files import found, write_book

DAY = "2023-05-08"


def placed(tmp_path, head, *cells, **options):
    rows = [["station", *head, "date", "DIN (mg/L)"]]
    rows += [[f"W{i}", *cell, DAY, 0.2] for i, cell in enumerate(cells)]
    return read_samples(write_book(tmp_path / "a.xlsx", {"S": rows}), **options)


def places(samples):
    return [None if p is None else (round(p.x, 6), round(p.y, 6)) for p in samples.geometry]


@pytest.mark.parametrize(("head", "cell"), [
    ("geometry", "POINT (121.5 37.5)"),
    ("geom", "SRID=4326;POINT Z(121.5 37.5 0)"),
    ("wkt", shapely.Point(121.5, 37.5).wkb_hex),
    ("geometry", '{"type":"Point","coordinates":[121.5, 37.5]}'),
    ("坐标", "121,5; 37,5"),
    ("坐标", "121.5/37.5"),
    ("地理位置", "N37°30′00″ E121°30′00″"),
    ("坐标", "121°30′E\n37°30′N"),
    ("纬度,经度", "37.5, 121.5"),
])  # fmt: skip
def test_two_coordinates_in_one_cell(tmp_path, head, cell):
    assert places(placed(tmp_path, [head], [cell]))[0] == (121.5, 37.5)


def test_the_heading_tells_the_order_where_numbers_do_not(tmp_path):
    assert places(placed(tmp_path, ["lat, lon"], ["55.5, 12.5"])) == [(12.5, 55.5)]
    assert places(placed(tmp_path, ["lon/lat"], ["12.5, 55.5"])) == [(12.5, 55.5)]
    samples = placed(tmp_path, ["coordinates"], ["55.5, 12.5"], ["somewhere"])
    assert places(samples) == [None, None]
    assert found(samples, "position", "flagged")["count"].tolist() == [2]


@pytest.mark.parametrize("cells", [
    ["121,5", "37,5"],
    ["121.5（E）", "37.5（N）"],
    ["121。30′00″", "37。30′00″"],
])  # fmt: skip
def test_odd_ways_to_write_one_coordinate(tmp_path, cells):
    assert places(placed(tmp_path, ["经度", "纬度"], cells)) == [(121.5, 37.5)]


@pytest.mark.parametrize(("style", "cells"), [
    ("dddmmss", [1213000, 373000]),
    ("dddmm.mmm", [12130.0, 3730.0]),
    ("microdegrees", [121500000, 37500000]),
])  # fmt: skip
def test_packed_numbers_are_named_and_read_when_declared(tmp_path, style, cells):
    with pytest.raises(InputError, match=f"look like degrees packed as {style}"):
        placed(tmp_path, ["lon", "lat"], cells)
    samples = placed(tmp_path, ["lon", "lat"], cells, mapping={"position": {"format": style}})
    assert places(samples) == [(121.5, 37.5)]


def test_a_packing_that_is_not_known_is_refused(tmp_path):
    with pytest.raises(InputError, match="wanted one of ddd.mmss, dddmmss"):
        placed(tmp_path, ["lon", "lat"], [1, 2], mapping={"position": {"format": "dms"}})


def test_metres_are_not_taken_for_packed_degrees():
    assert packed_format(np.array([456789.0]), np.array([4156789.0])) == ""
    np.testing.assert_allclose(unpack_angles(np.array([-763015.0]), "dddmmss"), [-76.504166667])
