import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import box

from bayqa.errors import InputError
from bayqa.sheets.drawing.layout import Box
from bayqa.sheets.drawing.shapes import project
from bayqa.sheets.drawing.view import SCALES, fit_view, region_crs, to_lonlat
from bayqa.sheets.frame import crossings, format_degrees, graticule_step
from bayqa.sheets.furniture import convergence, pick_corners, scale_bar_length, scale_text
from tests.builders import CRS

PAPER = Box(20, 20, 200, 150)
UTM = "EPSG:32651"


def test_ladder_runs_from_5000_to_two_million():
    assert SCALES[0] == 5_000 and SCALES[-1] == 2_000_000
    assert 100_000 in SCALES and 125_000 in SCALES


@given(st.floats(100, 250_000), st.floats(100, 180_000))
def test_round_scale_is_the_largest_that_holds_the_bay(width, height):
    view = fit_view((0, 0, width, height), CRS, PAPER)
    assert view.scale in SCALES
    assert view.x0 <= 0 and view.x1 >= width and view.y0 <= 0 and view.y1 >= height
    larger = [s for s in SCALES if s < view.scale]
    if larger:
        need = 1000 * max(width / (0.9 * PAPER.width), height / (0.9 * PAPER.height))
        assert larger[-1] < need * 1.001


@pytest.mark.parametrize("crs", [CRS, UTM])
def test_ground_distance_is_paper_distance_times_scale(crs):
    east = 0 if crs == CRS else 280_000
    north = 0 if crs == CRS else 4_108_000
    view = fit_view((east, north, east + 9_000, north + 9_000), crs, PAPER, scale=100_000)
    xs = np.array([view.x0, view.x1])
    lon, lat = to_lonlat(crs, xs, np.full(2, (view.y0 + view.y1) / 2))
    ground = Geod(ellps="WGS84").inv(lon[0], lat[0], lon[1], lat[1])[2]
    assert ground / 100_000 * 1000 == pytest.approx(PAPER.width, abs=0.01)


def test_fit_takes_all_the_room():
    view = fit_view((0, 0, 10_000, 1_000), CRS, PAPER, scale="fit", margin=0.0)
    assert view.x1 - view.x0 == pytest.approx(10_000, rel=1e-4)


@pytest.mark.parametrize(
    ("scale", "message"),
    [(4_000, "not usable"), ("large", "not usable"), (3_000_000, "not usable"),
     (20_000, "does not fit its box: at least 1:50,0")],
)  # fmt: skip
def test_unusable_scales_are_refused(scale, message):
    with pytest.raises(InputError, match=message):
        fit_view((0, 0, 10_000, 1_000), CRS, PAPER, scale=scale)


def test_too_large_a_region_is_refused():
    with pytest.raises(InputError, match="beyond 1:2,000,000"):
        fit_view((0, 0, 900_000, 1_000), CRS, PAPER)


def test_a_gulf_beyond_the_series_still_gets_a_round_scale():
    view = fit_view((0, 0, 900_000, 1_000), CRS, PAPER, scale="auto")
    assert view.scale > 2_000_000 and view.x1 - view.x0 > 900_000
    assert float(f"{view.scale:.2g}") == view.scale
    small = fit_view((0, 0, 9_000, 1_000), CRS, PAPER, scale="auto")
    assert small == fit_view((0, 0, 9_000, 1_000), CRS, PAPER)


@pytest.mark.parametrize(
    ("value", "step", "axis", "text"),
    [(122.5, 0.5, "lon", "122°30′E"), (37.0, 1.0, "lat", "37°N"), (-0.25, 0.25, "lat", "0°15′S"),
     (-70.0, 5.0, "lon", "70°W"), (122.5 + 5 / 3600, 5 / 3600, "lon", "122°30′05″E"),
     (0.0, 1.0, "lat", "0°"), (-1e-12, 1 / 60, "lon", "0°00′"), (180.0, 1 / 60, "lon", "180°00′"),
     (-180.0, 5.0, "lon", "180°"), (37 + 59.9999 / 60, 1 / 60, "lat", "38°00′N")],
)  # fmt: skip
def test_degrees_are_written_as_maps_do(value, step, axis, text):
    assert format_degrees(value, step, axis) == text


def test_graticule_crosses_the_frame_at_its_degrees():
    view = fit_view((-5_000, -5_000, 5_000, 5_000), CRS, PAPER)
    step = graticule_step(view)
    found = crossings(view, "bottom", step)
    assert 3 <= len(found) <= 9
    for degrees, place in found:
        x = view.x0 + (place - PAPER.left) * view.metres_per_mm
        lon, _ = to_lonlat(view.crs, x, view.y0)
        assert lon == pytest.approx(degrees, abs=2e-5)


def test_graticule_runs_on_across_180_degrees():
    crs = "+proj=laea +lat_0=-17 +lon_0=180 +datum=WGS84 +units=m"
    view = fit_view((-20_000, -9_000, 20_000, 9_000), crs, PAPER)
    found = crossings(view, "bottom", graticule_step(view))
    degrees, places = (np.array(part) for part in zip(*found, strict=True))
    assert 3 <= len(found) <= 9 and degrees.min() < 180 < degrees.max()
    x = view.x0 + (places - PAPER.left) * view.metres_per_mm
    lon, _ = to_lonlat(crs, x, np.full(len(x), view.y0))
    assert lon % 360 == pytest.approx(degrees, abs=2e-5)


def test_north_arrow_turns_by_the_convergence():
    assert convergence(fit_view((-500, -500, 500, 500), CRS, PAPER)) == pytest.approx(0, abs=1e-3)
    east = fit_view((600_000, 4_100_000, 601_000, 4_101_000), UTM, PAPER)
    lon, lat = to_lonlat(UTM, 600_500, 4_100_500)
    # Meridian convergence of UTM: (lon - central meridian) * sin(lat); north lies to the west.
    wanted = -(lon - 123) * np.sin(np.radians(lat))
    assert convergence(east) == pytest.approx(wanted, abs=0.01)


def test_scale_bar_is_round_and_fits():
    for scale in SCALES:
        view = fit_view((0, 0, 10, 10), CRS, PAPER, scale=scale)
        length = scale_bar_length(view)
        assert float(f"{length:.1g}") == length
        assert 15 <= length / scale * 1000 <= 52
    assert scale_text(view) == "1:2 000 000"


def test_furniture_takes_the_corner_that_hides_nothing():
    view = fit_view((-5_000, -5_000, 5_000, 5_000), CRS, PAPER)
    taken = box(PAPER.left, PAPER.bottom, PAPER.left + 100, PAPER.bottom + 60)
    bar, arrow = pick_corners(view, [(50, 10), (10, 15)], taken)
    assert bar.left > PAPER.left + 100 or bar.bottom > PAPER.bottom + 60
    assert arrow.right > PAPER.right - 5 and arrow.top > PAPER.top - 5


@pytest.mark.parametrize(("first", "last", "middle"), [
    (121.5, 122.5, "122"), (177.0, -179.0, "179"), (-181.0, -179.0, "-180"), (-1.0, 2.0, "0.5"),
])  # fmt: skip
def test_region_crs_is_centred_also_across_180(first, last, middle):
    places = [box(lon, 36.8, lon + 0.001, 37.4) for lon in (first, last)]
    crs = region_crs(gpd.GeoDataFrame(geometry=places, crs=4326))
    assert "+lat_0=37.1 " in crs
    assert float(crs.split("+lon_0=")[1].split()[0]) % 360 == float(middle) % 360


def test_a_bay_that_was_cut_at_180_is_one_again():
    halves = shapely.union_all([box(179.9, -17, 180, -16.9), box(-180, -17, -179.9, -16.9)])
    frame = gpd.GeoDataFrame(geometry=[halves], crs=4326)
    (bay,) = project(frame, region_crs(frame))
    assert shapely.get_num_geometries(bay) == 1
    assert bay.length < 2 * (21_400 + 11_100)
