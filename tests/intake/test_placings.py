"""Positions as people of five tongues write them, and what their columns say beside them."""

import numpy as np
import pytest
from pyproj import Transformer

from bayqa.errors import InputError
from bayqa.intake.places.positions import parse_angles, split_pair
from bayqa.intake.places.projected import _gcj02_shift

from .files import HEAD, ROWS, found, read_rows

LON, LAT = np.array([122.50, 122.60, 122.55]), np.array([37.10, 37.20, 37.15])
WORD = "122°30′15″"


def table(head, cells):
    rows = [[r[0], *c, *r[3:]] for r, c in zip(ROWS, cells, strict=True)]
    return [[HEAD[0], *head, *HEAD[3:]], *rows]


def near(samples, lon=LON, lat=LAT, tolerance=1e-6):
    first = samples.drop_duplicates("station")
    return np.allclose(first.geometry.x, lon, rtol=0, atol=tolerance) and np.allclose(
        first.geometry.y, lat, rtol=0, atol=tolerance
    )


@pytest.mark.parametrize(
    "text",
    ["122˚30’15”", "122⁰30′15″", "122o30'15\"", "122o 30' 15\"", "122&deg;30&#39;15&quot;",
     "122Â°30'15\"", "122°30ʹ15ʺ", "122℃30′15″", "122_30_15", "122/30/15", "122;30;15",
     "122° 30' 15\" Ost", "122°30'15\" ö.L.", "122°30'15\" Est", "122°30'15\" Este",
     "122°30'15,00\"", "122° 30,25'", "122 degrees 30 minutes 15 seconds East", "東經122度30分15秒",
     "约122°30′15″", "122°30′15″.", "122°30'15\" E.", "Lon: 122°30'15\"", "经度：122°30′15″",
     "1.225041666667E+02", "122.504166667 deg", "E122.504166667"],
)  # fmt: skip
def test_one_place_in_many_spellings(text):
    assert parse_angles([text]).values[0] == pytest.approx(122.5041666667, abs=1e-8)


@pytest.mark.parametrize("text", ["3° Ouest", "3° Oeste", "3 W", "西經3度", "3° w.L."])
def test_the_west_in_many_tongues(text):
    assert parse_angles([text]).values[0] == -3


@pytest.mark.parametrize("text", ["3.0 O", "Lat: 5 E", "12 o"])
def test_what_may_mean_two_things_is_not_read(text):
    assert np.isnan(parse_angles([text]).values[0])


def test_metres_with_groups_of_three_digits():
    values = parse_angles(["6 728 799.9", "241 229.6", "41,455,925.174", "455,925.174"]).values
    assert values.tolist() == [6728799.9, 241229.6, 41455925.174, 455925.174]


@pytest.mark.parametrize(
    "text",
    ['{"lat":37.1,"lng":122.5}', '{"longitude":122.5,"latitude":37.1}', "经度:122.5 纬度:37.1",
     "Lat 37.1 Lon 122.5", "lon=122.5; lat=37.1", "geo:37.1,122.5", "122.5,37.1,0",
     "https://maps.google.com/?q=37.1,122.5", "MULTIPOINT ((122.5 37.1))",
     "SRID=4326;POINT(122.5 37.1)"],
)  # fmt: skip
def test_both_coordinates_in_one_cell(text):
    lon, lat = (parse_angles(part).values[0] for part in split_pair([text]))
    assert (lon, lat) == pytest.approx((122.5, 37.1))


def test_an_address_of_a_map_gives_latitude_first():
    assert split_pair(["geo:8.5,54.1"]) == (["54.1"], ["8.5"])


@pytest.mark.parametrize(
    ("sides", "sign"), [(("E", "N"), (1, 1)), (("W", "S"), (-1, -1)), (("西", "北"), (-1, 1))]
)
def test_a_column_of_sides_turns_the_numbers(tmp_path, sides, sign):
    cells = [[x, sides[0], y, sides[1]] for x, y in zip(LON, LAT, strict=True)]
    samples = read_rows(tmp_path, table(("Lon", "E/W", "Lat", "N/S"), cells))
    assert near(samples, LON * sign[0], LAT * sign[1])
    assert len(found(samples, "position", "converted")) >= 2


def test_the_o_of_ost_is_the_east_under_a_german_heading(tmp_path):
    cells = [[f"{x}° O", f"{y}° N"] for x, y in zip(LON, LAT, strict=True)]
    assert near(read_rows(tmp_path, table(("Länge", "Breite"), cells)))


@pytest.mark.parametrize(
    "head",
    [("经", "纬"), ("点位经度（度）", "点位纬度（度）"), ("POINT_X", "POINT_Y"),
     ("Länge (WGS84)", "Breite (WGS84)"), ("X坐标(经度)", "Y坐标(纬度)"),
     ("Koordinate Ost", "Koordinate Nord"), ("coord_x", "coord_y")],
)  # fmt: skip
def test_headings_of_positions(tmp_path, head):
    assert near(read_rows(tmp_path, table(head, list(zip(LON, LAT, strict=True)))))


def test_a_system_in_the_headings_is_heeded(tmp_path):
    east, north = _gcj02_shift(LON, LAT)
    cells = list(zip(LON + east, LAT + north, strict=True))
    samples = read_rows(tmp_path, table(("GCJ02经度", "GCJ02纬度"), cells))
    assert near(samples, tolerance=1e-7)
    assert found(samples, "position", "converted")["message"].tolist() == ["from GCJ-02 to WGS84"]


def test_web_mercator_is_not_taken_for_a_zone(tmp_path):
    x, y = Transformer.from_crs(4326, 3857, always_xy=True).transform(LON, LAT)
    rows = table(("X", "Y"), list(zip(x, y, strict=True)))
    with pytest.raises(InputError, match="may be Web Mercator or a six-degree zone"):
        read_rows(tmp_path, rows)
    assert near(read_rows(tmp_path, rows, mapping={"position": {"crs": "EPSG:3857"}}))


def test_kilometres_under_a_system_of_metres_are_suspect(tmp_path):
    x, y = Transformer.from_crs(4326, 4550, always_xy=True).transform(LON, LAT)
    rows = table(("X", "Y"), list(zip(x / 1000, y / 1000, strict=True)))
    samples = read_rows(tmp_path, rows, mapping={"position": {"crs": "EPSG:4550"}})
    assert (samples["flag"] == 3).all()
    hit = found(samples, "position", "doubtful")["message"].iloc[0]
    assert "lie outside the area of CGCS2000" in hit
