import geopandas as gpd
import numpy as np
import pytest
from pyproj import CRS, Proj
from shapely.geometry import LineString, Point, box

from bayqa.errors import InputError
from bayqa.fields.projection import areal_scale, choose_crs, project_area, project_points


def centre(crs):
    params = {p.name: p.value for p in crs.coordinate_operation.params}
    return params["Longitude of natural origin"], params["Latitude of natural origin"]


def test_the_plane_is_centred_and_rounded():
    assert centre(choose_crs([122.41, 122.57], [37.0, 37.18])) == pytest.approx((122.5, 37.1))


def test_the_plane_of_places_across_the_antimeridian_is_there():
    assert abs(centre(choose_crs([179.0, -179.2], [0.0, 0.0]))[0]) == pytest.approx(179.9)


def test_points_without_a_place_stay_without():
    x, y = project_points([122.5, np.nan], [37.1, 37.1], choose_crs([122.5], [37.1]))
    assert x[0] == pytest.approx(0, abs=1e-6)
    assert np.isnan(x[1])
    assert np.isnan(y[1])


@pytest.mark.parametrize("crs", [32651, 4549, 3035])
def test_areal_scale_agrees_with_the_projection_library(crs):
    proj = Proj(CRS.from_epsg(crs))
    lon, lat = (np.array([9.0, 10.5]), np.array([48.0, 55.0]))
    if crs != 3035:
        lon, lat = np.array([120.2, 122.9]), np.array([30.0, 37.0])
    x, y = proj(lon, lat)
    wanted = proj.get_factors(lon, lat).areal_scale
    np.testing.assert_allclose(areal_scale(x, y, crs), wanted, rtol=1e-6)


def test_only_polygons_make_the_area():
    shapes = [box(0, 0, 1, 1), LineString([(2, 2), (3, 3)]), Point(5, 5), box(0.5, 0, 2, 1)]
    area = project_area(gpd.GeoDataFrame(geometry=shapes, crs=32651), 32651)
    assert area.area == pytest.approx(2.0)


def test_a_bowtie_is_mended():
    from shapely.geometry import Polygon

    bowtie = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    assert project_area(gpd.GeoDataFrame(geometry=[bowtie], crs=32651), 32651).area == 2.0


def test_no_place_and_no_crs_are_refused():
    with pytest.raises(InputError, match="no place has a longitude and latitude"):
        choose_crs([np.nan], [np.nan])
    with pytest.raises(InputError, match="polygons carry no coordinate system"):
        project_area(gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1)]), 32651)


def test_a_plane_that_is_not_known_is_told():
    with pytest.raises(InputError, match="crs 'EPSG:99' is not known .*: write EPSG:4549"):
        choose_crs(np.array([122.0]), np.array([37.0]), "EPSG:99")


@pytest.mark.parametrize(("crs", "lat"), [("EPSG:32633", 37.0), ("EPSG:3857", 55.0)])
def test_a_plane_made_for_another_place_is_refused(crs, lat):
    with pytest.raises(InputError, match="times as large at longitude 122.0, .* leave crs out"):
        choose_crs(np.array([122.0]), np.array([lat]), crs)


def test_a_neighbouring_zone_is_taken():
    # 120 degrees is the middle of the zone, and Weihai lies half a degree beyond its edge.
    assert choose_crs(np.array([122.5]), np.array([37.0]), 4549).to_epsg() == 4549
