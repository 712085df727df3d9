import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely.affinity import rotate
from shapely.geometry import LineString, Point, Polygon, box

from bayqa.errors import CoverageError, InputError, MethodError
from bayqa.fields import build_water_grid
from tests.builders import CRS, make_bays
from tests.fields.shapes import area_km2, frame_of, grid_of, label_parts, path_length
from tests.shared_data import shared_file


def total(water):
    return float((water.wet_fraction * water.cell_area_km2).sum(skipna=False))


def test_a_square_of_three_cells_by_hand():
    # 3 x 3 cells of 100 m without the quarter 50 x 50 in the north-east.
    water = grid_of(box(0, 0, 300, 300).difference(box(250, 250, 300, 300)))
    assert water.y.to_numpy().tolist() == [250, 150, 50]
    assert water.x.to_numpy().tolist() == [50, 150, 250]
    np.testing.assert_allclose(water.wet_fraction, [[1, 1, 0.75], [1, 1, 1], [1, 1, 1]])
    assert water.wet.all()
    np.testing.assert_array_equal(water.link_east, [[1, 1, 0]] * 3)
    np.testing.assert_array_equal(water.link_south, [[1, 1, 1], [1, 1, 1], [0, 0, 0]])
    np.testing.assert_allclose(water.cell_area_km2, 0.01)


def test_cell_edges_are_multiples_of_the_spacing():
    water = grid_of(box(37, 41, 1234, 999))
    np.testing.assert_allclose((water.x - 50) % 100, 0)
    np.testing.assert_allclose((water.y - 50) % 100, 0)


@pytest.mark.parametrize("shift", [0.0, 13.0, 50.0, 87.0])
def test_a_causeway_of_ten_metres_closes_every_link_across(shift):
    wall = box(995 + shift, -1, 1005 + shift, 1001)
    water = grid_of(box(0, 0, 2000, 1000).difference(wall))
    assert len(set(label_parts(water))) == 2
    assert water.attrs["bodies"] == 2
    assert path_length(water, (900, 500), (1200, 500)) == np.inf


@pytest.mark.parametrize("angle", [10, 45, 77])
def test_an_oblique_causeway_closes_every_link_across(angle):
    bay = Point(0, 0).buffer(1500)
    wall = rotate(box(-3000, -4, 3000, 4), angle, origin=(0, 0))
    water = grid_of(bay.difference(wall))
    assert len(set(label_parts(water))) == 2


def test_a_spit_makes_the_way_round_its_tip():
    spit = box(996, -1, 1004, 801)
    water = grid_of(box(0, 0, 2000, 1000).difference(spit))
    assert len(set(label_parts(water))) == 1
    # along the links: 7 cells up, 2 across, 7 down again
    assert path_length(water, (850, 150), (1150, 150)) == pytest.approx(300 + 2 * 700)


def test_an_islet_smaller_than_a_cell_does_not_block():
    water = grid_of(box(0, 0, 1000, 300).difference(Point(500, 150).buffer(40)))
    assert water.link_east.to_numpy()[:, :-1].all()


@pytest.mark.parametrize("width", [2.0, 20.0, 60.0])
@pytest.mark.parametrize("angle", [0, 33, 58, 90])
def test_a_channel_thinner_than_a_cell_stays_open(width, angle):
    channel = rotate(box(-1500, -width / 2, 1500, width / 2), angle, origin=(0, 0))
    ends = [rotate(box(x - 500, -500, x + 500, 500), angle, origin=(0, 0)) for x in (-1500, 1500)]
    water = grid_of(shapely.union_all([channel, *ends]))
    assert len(set(label_parts(water))) == 1
    assert total(water) == pytest.approx(area_km2(channel, *ends), rel=1e-9)


def test_a_channel_beside_a_causeway_takes_the_cells_it_shares():
    # A 20 m channel runs along a 10 m wall; beyond it lies open water that fills the same cells.
    sea = box(0, 120, 3000, 1000)
    channel = box(0, 85, 3000, 105)
    lagoon = box(3000, 0, 3600, 105)
    mouth = box(-600, 0, 0, 1000)
    water = grid_of(shapely.union_all([sea, channel, lagoon, mouth]))
    assert len(set(label_parts(water))) == 1
    assert path_length(water, (3300, 50), (2500, 500)) > 5000


def test_two_basins_and_a_multipart_bay():
    water = grid_of(shapely.MultiPolygon([box(0, 0, 900, 900), box(1500, 0, 1900, 500)]))
    assert water.attrs["bodies"] == 2
    body = water.body.to_numpy()
    assert set(body.ravel()) == {0, 1, 2}
    assert (body[:, :9] == 1).all()
    np.testing.assert_array_equal(body > 0, water.wet)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([40.0, 100.0, 250.0]))
def test_the_area_is_that_of_the_polygon_and_parts_match_its_waters(seed, spacing):
    rng = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    radius = 900 + 500 * rng.random(60)
    bay = Polygon(np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])).buffer(0)
    islands = [Point(*rng.uniform(-900, 900, 2)).buffer(rng.uniform(20, 200)) for _ in range(4)]
    shape = bay.difference(shapely.union_all(islands))
    water = grid_of(shape, spacing=spacing)
    assert total(water) == pytest.approx(area_km2(shape), rel=1e-9)
    assert len(shapely.get_parts(shape)) == water.attrs["bodies"]
    inside = water.wet_fraction > 0
    np.testing.assert_array_equal(inside, water.wet)


def test_the_bays_of_the_builders_keep_their_area():
    bays = make_bays()
    water = build_water_grid(bays, spacing=100)
    area = Geod(ellps="WGS84").geometry_area_perimeter(bays.geometry.iloc[0])[0]
    assert total(water) == pytest.approx(abs(area) / 1e6, rel=1e-4)
    assert water.spatial_ref.attrs["grid_mapping_name"] == "lambert_azimuthal_equal_area"


@pytest.mark.parametrize("crs", [32651, 3857, 4549])
def test_areas_are_true_in_any_plane(crs):
    bays = make_bays()
    wanted = abs(Geod(ellps="WGS84").geometry_area_perimeter(bays.geometry.iloc[0])[0]) / 1e6
    assert total(build_water_grid(bays, spacing=50, crs=crs)) == pytest.approx(wanted, rel=1e-4)


def test_a_bay_across_the_antimeridian_is_one_water():
    east, west = box(179.9, -17.1, 180, -16.9), box(-180, -17.1, -179.9, -16.9)
    bays = gpd.GeoDataFrame(
        {"bay_id": ["taveuni"]}, geometry=[shapely.MultiPolygon([east, west])], crs=4326
    ).set_index("bay_id")
    water = build_water_grid(bays, spacing=500)
    assert water.attrs["bodies"] == 1
    assert water.sizes["x"] < 50
    whole = shapely.segmentize(box(179.9, -17.1, 180.1, -16.9), 0.01)
    area = abs(Geod(ellps="WGS84").geometry_area_perimeter(whole)[0]) / 1e6
    assert total(water) == pytest.approx(area, rel=1e-4)


def test_a_bay_at_84_degrees_north_has_its_true_area():
    shape = shapely.segmentize(box(20, 83.9, 21, 84), 0.02)
    bays = gpd.GeoDataFrame({"bay_id": ["far"]}, geometry=[shape], crs=4326).set_index("bay_id")
    area = abs(Geod(ellps="WGS84").geometry_area_perimeter(shape)[0]) / 1e6
    assert total(build_water_grid(bays, spacing=200)) == pytest.approx(area, rel=1e-4)


def test_reach_adds_the_sea_off_the_mouth_but_not_behind_the_land():
    bay = box(0, 0, 2000, 1000)
    land = frame_of(
        box(-1000, -1000, 2000, 2000).difference(bay).difference(box(-1000, 0, -400, 900))
    )
    water = grid_of(bay, land=land, reach=500.0)
    assert float(water.x.max()) == pytest.approx(2450)
    assert float(water.x.min()) == pytest.approx(50)
    assert len(set(label_parts(water))) == 1


def test_reach_does_not_flood_islands_cut_out_of_the_bay():
    bay = box(0, 0, 2000, 1000).difference(box(800, 400, 1200, 600))
    water = grid_of(bay, land=frame_of(box(-900, 0, 0, 1000)), reach=400.0)
    assert not water.wet.sel(x=1000, y=500, method="nearest").item()


def test_reach_opens_the_mouth_of_a_real_bay():
    bays = gpd.read_file(shared_file("data/weihai-coast/bays.geojson")).set_index("bay_id")
    land = gpd.read_file(shared_file("data/weihai-coast/land.geojson"))
    inside = build_water_grid(bays.loc[["B07"]], spacing=250)
    water = build_water_grid(bays.loc[["B07"]], spacing=250, land=land, reach=3000)
    assert int(water.wet.sum()) > int(inside.wet.sum()) + 800
    assert len(set(label_parts(water))) == water.attrs["bodies"] == 1


def test_river_polygons_join_the_bay_across_a_small_gap():
    bay, river = box(0, 0, 1000, 1000), box(1030, 480, 3000, 520)
    assert len(set(label_parts(grid_of(bay, rivers=frame_of(river))))) == 1
    lines = frame_of(LineString([(1000, 500), (3000, 500)]))
    assert grid_of(bay, rivers=lines).sizes["x"] == 10


def test_only_reaches_that_hang_together_with_the_bay_join():
    bay = box(0, 0, 1000, 1000)
    near, upstream = box(1080, 480, 2000, 520), box(2090, 480, 3000, 520)
    away = box(1200, 900, 4000, 940)
    water = grid_of(bay, rivers=frame_of(away, upstream, near))
    assert water.attrs["bodies"] == len(set(label_parts(water))) == 1
    assert float(water.x.max()) < 3000
    own = grid_of(bay)
    river = float((water.wet_fraction - own.wet_fraction.reindex_like(water, fill_value=0)).sum())
    # two reaches of 40 m, and bridges of 10 m over 80 and 90 m
    assert river * 1e4 == pytest.approx(40 * (920 + 910) + 10 * 170, rel=0.01)
    alone = grid_of(bay, rivers=frame_of(away))
    assert alone.sizes == own.sizes


def test_a_reach_that_shares_its_bank_with_the_bay_is_one_water_with_it():
    bay, river = box(0, 0, 1000, 1000), box(1000 + 1e-6, 480, 3000, 520)
    assert grid_of(bay, rivers=frame_of(river)).attrs["bodies"] == 1


@pytest.mark.parametrize("bay", ["B07", "B11", "B03"])
@pytest.mark.parametrize("spacing", [60, 200, 400])
def test_real_bays_with_lagoons_stay_one_water(bay, spacing):
    bays = gpd.read_file(shared_file("data/weihai-coast/bays.geojson")).set_index("bay_id")
    water = build_water_grid(bays.loc[[bay]], spacing=spacing)
    assert len(set(label_parts(water))) == water.attrs["bodies"] == 1
    geod = Geod(ellps="WGS84")
    area = abs(geod.geometry_area_perimeter(bays.geometry[bay])[0]) / 1e6
    assert total(water) == pytest.approx(area, rel=1e-4)


def test_hong_kong_zones_keep_their_area_each():
    path = shared_file("data/hongkong-marine/hongkong.gpkg")
    zones = gpd.read_file(path, layer="zones_water").set_index("zone")
    water = build_water_grid(zones, spacing=500)
    plane = zones.to_crs(water.attrs["crs"])
    assert total(water) == pytest.approx(plane.union_all().area / 1e6, rel=1e-9)
    assert len(set(label_parts(water))) <= water.attrs["bodies"] + 1


def test_too_coarse_a_grid_names_a_spacing():
    with pytest.raises(CoverageError, match="bay 'b0' has 0.09 km2 .* use a spacing of 43 m"):
        grid_of(box(0, 0, 300, 300), spacing=200)


def test_a_grid_that_does_not_fit_names_a_spacing(monkeypatch):
    monkeypatch.setenv("BAYQA_MEMORY", "0.1")
    with pytest.raises(MethodError, match=r"a water grid of .* needs about .* would fit"):
        grid_of(box(0, 0, 1e5, 1e5), spacing=10)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"spacing": 0.0}, "spacing=0.0: give the cell width in metres"),
        ({"reach": -1.0}, "reach=-1.0: give metres"),
        ({"reach": 100.0}, "reach=100 asks for open sea"),
        ({"crs": 4326}, "'WGS 84' is in degree"),
        ({"crs": 2227}, "US survey foot: cells are counted in metres"),
    ],
)
def test_bad_arguments_are_refused(options, message):
    options = {"spacing": 100.0, "crs": CRS} | options
    with pytest.raises(InputError, match=message):
        build_water_grid(frame_of(box(0, 0, 1000, 1000)), **options)


def test_bays_need_polygons_and_a_crs():
    with pytest.raises(InputError, match="none of the 1 rows of bays is a polygon"):
        grid_of(Point(0, 0))
    bare = gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1)])
    with pytest.raises(InputError, match="no coordinate system"):
        build_water_grid(bare, spacing=0.1)
