import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, box

from bayqa.errors import CoverageError
from bayqa.fields import build_river_grid, build_water_grid
from bayqa.fields.methods import prepare_basis
from bayqa.fields.methods.fitting.basis import station_covariance
from bayqa.fields.methods.paths import water_distances
from bayqa.fields.placement import place_points
from bayqa.fields.rivers import choose_reaches
from tests.builders import CRS
from tests.fields.shapes import area_km2, frame_of

BAY = box(0, -2000, 4000, 2000)


def winding(middle, length=4000.0, width=60.0):
    """A channel 60 m wide that swings 150 m to either side every kilometre, west of the bay."""
    s = np.linspace(0, length, 400)
    line = LineString(np.column_stack([-s, middle + 150 * np.sin(s * 2 * np.pi / 1000)]))
    return line, line.buffer(width / 2, cap_style="flat").difference(BAY)


LINE, CHANNEL = winding(0.0)
# A land bridge of some 90 m parts it from the first all along: less than half a cell of the bay.
BESIDE_LINE, BESIDE = winding(150.0)
RIVERS = frame_of(CHANNEL, BESIDE).set_axis(["one", "two"])


def cells_of(water, line, at):
    places = [line.interpolate(d) for d in at]
    return place_points(water, *(np.array([getattr(p, c) for p in places]) for c in "xy"))[0]


@pytest.fixture(scope="module")
def fine():
    return build_river_grid(frame_of(BAY), RIVERS, crs=CRS)


def test_a_narrow_channel_stays_water_of_its_own_area_in_a_coarse_grid():
    water = build_water_grid(frame_of(BAY), spacing=200, rivers=RIVERS[:1], crs=CRS)
    assert float((water.wet_fraction * water.cell_area_km2).sum()) == pytest.approx(
        area_km2(BAY, CHANNEL), rel=1e-6
    )
    assert water.attrs["bodies"] == 1
    links = water.link_east.to_numpy(), water.link_south.to_numpy()
    ends = cells_of(water, LINE, [100.0, LINE.length - 100.0])
    way = water_distances(water.wet.to_numpy(), 200.0, ends[:1], links).ravel()[ends[1]]
    assert way == pytest.approx(LINE.length - 200, rel=0.1)


def test_a_grid_of_rivers_is_finer_and_keeps_areas_and_ways(fine):
    assert fine.attrs["spacing"] == 20.0
    own = (fine.wet_fraction * fine.cell_area_km2).where(fine.in_bays)
    assert float(own.sum()) == pytest.approx(area_km2(CHANNEL, BESIDE), rel=5e-3)
    whole = area_km2(CHANNEL, BESIDE, BAY.intersection(shapely.buffer(CHANNEL.union(BESIDE), 2000)))
    assert float((fine.wet_fraction * fine.cell_area_km2).sum()) == pytest.approx(whole, rel=1e-6)
    links = fine.link_east.to_numpy(), fine.link_south.to_numpy()
    ends = cells_of(fine, LINE, [100.0, LINE.length - 100.0])
    way = water_distances(fine.wet.to_numpy(), 20.0, ends[:1], links).ravel()[ends[1]]
    assert way == pytest.approx(LINE.length - 200, rel=0.06)


def test_a_sample_upstream_spreads_along_its_channel_and_not_over_land(fine):
    along = [LINE.length - 200 - d for d in (0.0, 500, 1500, 3000)]
    own, beside = cells_of(fine, LINE, along), cells_of(fine, BESIDE_LINE, along)
    links = fine.link_east.to_numpy(), fine.link_south.to_numpy()
    cells = np.concatenate([own, beside])
    options = {"links": links, "ranges": [3000.0], "unit_variance": True}
    basis = prepare_basis(fine.wet.to_numpy(), 20.0, cells, **options)
    influence = station_covariance(basis, 0)[0]
    influence = influence / influence[0]
    assert (np.diff(influence[:4]) < -0.04).all() and influence[3] > 0.2
    # The next river is 150 m off over land and more than 8 km by water.
    assert influence[4] < 0.02 * influence[1]
    assert (np.diff(influence[4:]) > 0).all(), "what gets there has come by the bay"


def test_only_reaches_of_the_bay_are_chosen_and_a_gap_is_bridged():
    short = box(-1000, 1000, -80, 1060)
    rivers = frame_of(box(9e4, 0, 9.1e4, 60), short, LINE).set_axis(["away", "short", "line"])
    found = choose_reaches(frame_of(BAY), rivers, crs=CRS)
    assert found.reaches.index.tolist() == ["short"] and found.reaches.index.name == "bay_id"
    assert found.spacing == 19.0 and found.reach == 1900.0
    water = build_river_grid(frame_of(BAY), rivers, crs=CRS)
    assert water.attrs["bodies"] == 1


def test_a_wide_river_gets_wider_cells():
    rivers = frame_of(box(-30000, -1000, 0, 1000)).set_axis(["wide"])
    assert choose_reaches(frame_of(BAY), rivers, crs=CRS).spacing == 630.0
    several = gpd.GeoDataFrame(geometry=[box(-3e4, 0, 0, 9), *rivers.geometry], crs=CRS)
    assert choose_reaches(frame_of(BAY), several, crs=CRS).spacing == 25.0


def test_rivers_that_reach_no_bay_are_said():
    with pytest.raises(CoverageError, match="none of the 1 rivers is a polygon within 100 m of b0"):
        build_river_grid(frame_of(BAY), frame_of(LINE), crs=CRS)
