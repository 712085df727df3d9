"""Areas and shares: hand answers on a 3x3 grid, and areas that always add up."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, box

from bayqa.assess.areas.good import tabulate_good_draws, tabulate_good_shares, target_probability
from bayqa.assess.areas.shares import combine_shares, measure_shares, tabulate_shares
from bayqa.assess.categories.classes import classify
from bayqa.errors import CoverageError, StandardError
from bayqa.standards import load_standard
from tests.builders import CRS, make_bays, make_grids, make_stations

GB3097 = load_standard("GB 3097-1997")
LABELS = ["I", "II", "III", "IV", "worse"]


def _classes(*campaigns, draws=None, years=None):
    """Classes of a 3x3 grid with cells of 1 km2 from lists of nine category numbers."""
    n = len(campaigns)
    category = np.array(campaigns, np.uint8).reshape(n, 3, 3)
    wkt = gpd.GeoSeries([Point(0, 0)], crs=CRS).crs.to_wkt()
    classes = xr.Dataset(
        {"category": (("campaign", "y", "x"), category),
         "parameter_category": (("parameter", "campaign", "y", "x"), category[None]),
         "cell_area_km2": (("y", "x"), np.ones((3, 3)))},
        coords={"campaign": [f"c{k}" for k in range(n)],
                "year": ("campaign", list(years or [2023] * n)),
                "y": [2500.0, 1500, 500], "x": [500.0, 1500, 2500],
                "parameter": ["din"], "category_label": LABELS},
        attrs={"crs": wkt, "spacing": 1000.0, "standard": "GB 3097-1997", "good": ["I", "II"]},
    )  # fmt: skip
    if draws is not None:
        drawn = np.array(draws, np.uint8).reshape(len(draws), n, 9)
        classes["category_draws"] = (("draw", "campaign", "cell"), drawn)
        classes = classes.assign_coords(cell=np.arange(9))
    return classes


def _bays(*polygons):
    frame = gpd.GeoDataFrame(
        {"bay_id": [f"b{k}" for k in range(len(polygons))]}, geometry=list(polygons), crs=CRS
    )
    return frame.set_index("bay_id")


def _table(shares, **wanted):
    for column, value in wanted.items():
        shares = shares[shares[column] == value]
    return shares.set_index("category")


ALL = _bays(box(0, 0, 3000, 3000))


def test_shares_by_hand():
    shares = tabulate_shares(_classes([1, 1, 1, 2, 2, 3, 5, 0, 0]), ALL)
    found = _table(shares, campaign="c0", parameter="overall")
    assert found.loc[[*LABELS, "not assessed"], "area_km2"].tolist() == [3, 2, 1, 0, 1, 2]
    expected = [3 / 7, 2 / 7, 1 / 7, 0, 1 / 7, 2 / 9]
    assert np.allclose(found["share"], expected, rtol=1e-12)
    assert found[["share_low", "share_high", "share_mean"]].isna().all(axis=None)


def test_cut_cells_count_by_their_exact_part():
    # A bay over the left one and a half columns: 1, 1 and 1 km2 whole, half of each beside.
    shares = tabulate_shares(_classes([1, 2, 5] * 3), _bays(box(0, 0, 1500, 3000)))
    found = _table(shares, campaign="c0", parameter="overall")["area_km2"]
    assert np.allclose(found, [3, 1.5, 0, 0, 0, 0], atol=1e-9)


def test_triangle_is_exact_where_cell_centres_are_not():
    triangle = _bays(box(0, 0, 1, 1)).set_geometry(
        [MultiPolygon([box(0, 0, 250, 250), box(2990, 2990, 3000, 3000)])], crs=CRS
    )
    found = _table(tabulate_shares(_classes([1] * 9), triangle), campaign="c0", parameter="overall")
    assert found.loc["I", "area_km2"] == pytest.approx(0.0626, rel=1e-9)


def test_water_beyond_the_grid_is_not_assessed():
    shares = tabulate_shares(_classes([1] * 9), _bays(box(0, 0, 6000, 3000)))
    found = _table(shares, campaign="c0", parameter="overall")
    assert found.loc["I", "share"] == 1
    assert found.loc["not assessed", "area_km2"] == pytest.approx(9, rel=1e-4)
    assert found.loc["not assessed", "share"] == pytest.approx(0.5, rel=1e-4)


def test_annual_share_is_the_mean_of_campaign_shares():
    # Nine cells known, then three: shares of class I 1/3 and 1; not (3 + 3) / 12.
    classes = _classes([1, 1, 1, 2, 2, 2, 2, 2, 2], [1, 1, 1, 0, 0, 0, 0, 0, 0])
    found = _table(tabulate_shares(classes, ALL), campaign="annual", parameter="overall")
    assert found.loc["I", "share"] == pytest.approx(2 / 3)
    assert found.loc["I", "area_km2"] == pytest.approx(3)
    assert found.loc["not assessed", "area_km2"] == pytest.approx(3)
    assert found.loc["not assessed", "share"] == pytest.approx(1 / 3)


def test_a_campaign_without_data_leaves_the_year_open():
    shares = tabulate_shares(_classes([1] * 9, [0] * 9), ALL)
    nothing = _table(shares, campaign="c1", parameter="overall")["share"]
    assert nothing[LABELS].isna().all() and nothing["not assessed"] == 1
    assert _table(shares, campaign="annual", parameter="overall")["share"][LABELS].isna().all()


def test_years_are_kept_apart():
    shares = tabulate_shares(_classes([1] * 9, [2] * 9, years=[2022, 2023]), ALL)
    annual = shares[(shares["campaign"] == "annual") & (shares["parameter"] == "overall")]
    first = annual.set_index(["year", "category"])["share"]
    assert (first[2022, "I"], first[2023, "I"], first[2023, "II"]) == (1, 0, 1)


DRAWS = [[1] * k + [3] * (9 - k) for k in range(10)]


def test_interval_comes_from_the_draws():
    shares = tabulate_shares(_classes([1, 1, 1, 3, 3, 3, 3, 3, 3], draws=DRAWS), ALL)
    found = _table(shares, campaign="c0", parameter="overall").loc["I"]
    assert found["share"] == pytest.approx(1 / 3)
    # Ten draws of 0, 1/9, ... 1: ranks 0.05 * 11 and 0.95 * 11 lie beyond the ends.
    assert (found["share_low"], found["share_high"]) == (0.0, 1.0)
    assert found["share_mean"] == pytest.approx(0.5)


def test_annual_interval_averages_draw_by_draw():
    turned = [one + other for one, other in zip(DRAWS, DRAWS[::-1], strict=True)]
    classes = _classes([1] * 9, [1] * 9, draws=turned)
    found = _table(tabulate_shares(classes, ALL), campaign="annual", parameter="overall").loc["I"]
    # Each draw has k and 9 - k good cells, so every year is exactly one half; the map, all class
    # I, is held by the interval.
    assert (found["share_low"], found["share_high"]) == pytest.approx((0.5, 1.0))
    assert found["share_mean"] == pytest.approx(0.5)


def test_good_share_and_the_probability_of_the_target():
    measured = [measure_shares(_classes([1, 2, 1, 3, 3, 3, 3, 3, 3], draws=DRAWS), ALL)]
    good = (
        tabulate_good_shares(measured)
        .set_index("campaign")
        .loc["annual"]
        .query("parameter == 'overall'")
        .iloc[0]
    )
    assert (good["good"], good["share"]) == ("I+II", pytest.approx(1 / 3))
    assert good["share_mean"] == pytest.approx(0.5)
    draws = tabulate_good_draws(measured)
    assert target_probability(draws, 7 / 9)["probability"].tolist() == [0.3]
    assert target_probability(draws, {"b0": 0.0})["probability"].tolist() == [1.0]
    assert len(target_probability(draws, {"other": 0.5})) == 0
    with pytest.raises(StandardError, match="target 85 of bay b0 is not a share"):
        target_probability(draws, 85)
    with pytest.raises(StandardError, match="good categories: found V, wanted some of I, II"):
        tabulate_good_shares(measured, ["V"])


def test_campaign_by_campaign_gives_the_same_table():
    classes = _classes([1, 1, 1, 2, 2, 3, 5, 0, 0], [2] * 9, draws=[d + d for d in DRAWS])
    bays = _bays(box(0, 0, 1700, 3000), box(1700, 0, 3000, 3000))
    parts = [measure_shares(classes.isel(campaign=[k]), bays) for k in range(2)]
    pd.testing.assert_frame_equal(combine_shares(parts), tabulate_shares(classes, bays))


def test_refusals():
    with pytest.raises(CoverageError, match="classes of stations have no area"):
        tabulate_shares(classify(make_stations(), GB3097), make_bays())
    with pytest.raises(CoverageError, match="the polygons have no CRS"):
        tabulate_shares(_classes([1] * 9), ALL.set_crs(None, allow_override=True))
    bare = _classes([1] * 9)
    bare.attrs["crs"] = ""
    with pytest.raises(CoverageError, match="the grid has no CRS"):
        tabulate_shares(bare, ALL)
    with pytest.raises(CoverageError, match="none of b0 lies on the grid"):
        tabulate_shares(_classes([1] * 9), _bays(box(9000, 0, 9900, 900)))


def test_demonstration_bay_adds_up_to_its_ellipsoidal_area():
    shares = tabulate_shares(classify(make_grids(), GB3097), make_bays())
    area = make_bays().to_crs("+proj=cea +lat_ts=37 +datum=WGS84").area.sum() / 1e6
    total = shares.groupby(["campaign", "parameter"])["area_km2"].sum()
    assert np.allclose(total, area, rtol=1e-4)
    assert np.allclose(total, total.iloc[0], rtol=1e-9)


@settings(max_examples=25)
@given(
    st.lists(st.integers(0, 5), min_size=18, max_size=18),
    st.floats(10, 2900), st.floats(10, 2900), st.floats(50, 4000),
)  # fmt: skip
def test_areas_add_up_and_shares_to_one(numbers, x, y, radius):
    classes = _classes(numbers[:9], numbers[9:], draws=[numbers, numbers[::-1]])
    bay = Point(x, y).buffer(radius)
    shares = tabulate_shares(classes, _bays(bay))
    for _, part in shares.groupby(["campaign", "parameter"]):
        areas = part.set_index("category")
        assert areas["area_km2"].sum() == pytest.approx(bay.area / 1e6, rel=1e-4)
        assert (areas["area_km2"] >= 0).all()
        parts = areas["share"][LABELS]
        assert parts.isna().all() or parts.sum() == pytest.approx(1)
        known = areas["share_low"].notna()
        assert (areas["share_low"][known] <= areas["share_high"][known]).all()
