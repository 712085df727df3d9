import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bayqa.sheets.contours import Raster, trace_above, trace_lines, trace_mask, trace_ranks

X = np.arange(50.0, 1200, 100)
Y = np.arange(950.0, 0, -100)
DOMAIN = shapely.box(0, 0, 1200, 1000)
RASTER = Raster(X, Y, DOMAIN)
XX, YY = np.meshgrid(X, Y)
CENTRES = shapely.points(XX, YY)


def covered(shape):
    return shapely.intersects(shape.buffer(1e-6), CENTRES)


@settings(max_examples=30, deadline=None)
@given(arrays(np.int8, XX.shape, elements=st.integers(1, 4)))
def test_every_cell_centre_lies_in_the_area_of_its_rank(ranks):
    areas, _ = trace_ranks(RASTER, ranks.astype(int), 4)
    for k, area in enumerate(areas, start=1):
        inside = covered(area)
        assert np.array_equal(inside, ranks >= k)


@settings(max_examples=20, deadline=None)
@given(arrays(np.int8, XX.shape, elements=st.integers(0, 4)))
def test_areas_are_nested_and_stay_in_the_domain(ranks):
    areas, _ = trace_ranks(RASTER, ranks.astype(int), 4)
    for before, area in zip(areas[:-1], areas[1:], strict=True):
        assert area.difference(before.buffer(1e-6)).area < 1e-3
        assert area.difference(DOMAIN).area < 1e-6


def test_a_field_that_agrees_gives_its_own_contour():
    field = (XX - 430.0) / 100
    ranks = np.where(field > 0, 2, 1)
    areas, smooth = trace_ranks(RASTER, ranks, 2, scores=[None, field])
    assert smooth
    assert abs(areas[1].bounds[0] - 430) < 1e-6


def test_a_field_that_disagrees_is_not_used():
    field = (XX - 430.0) / 100
    ranks = np.where(field > 0, 1, 2)
    areas, smooth = trace_ranks(RASTER, ranks, 2, scores=[None, field])
    assert not smooth
    assert areas[1].centroid.x < 430


def test_nothing_known_gives_nothing():
    areas, smooth = trace_ranks(RASTER, np.zeros(XX.shape, int), 3)
    assert all(area.is_empty for area in areas) and smooth
    assert all(a.is_empty for a in trace_above(RASTER, np.full(XX.shape, np.nan), [1, 2]))
    assert trace_lines(RASTER, np.full(XX.shape, np.nan), 1).is_empty
    assert trace_mask(RASTER, np.zeros(XX.shape, bool)).is_empty


def test_isoline_lies_on_its_value():
    line = trace_lines(RASTER, XX.copy(), 333.0)
    assert np.allclose(shapely.get_coordinates(line)[:, 0], 333.0)


def test_a_single_cell_keeps_a_place():
    mask = np.zeros(XX.shape, bool)
    mask[4, 5] = True
    area = trace_mask(RASTER, mask)
    assert area.contains(shapely.Point(X[5], Y[4]))
    assert 0 < area.area < 1.2e4
