import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box

from bayqa.assess import tabulate_sampling
from bayqa.errors import InputError

CRS = "EPSG:3035"
# 3 x 2 cells of 10 km from a corner of the grid, less the half of the last column.
UNIT = box(4_000_000, 3_000_000, 4_025_000, 3_020_000)


@pytest.fixture
def units():
    return gpd.GeoDataFrame({"unit": ["U"]}, geometry=[UNIT], crs=CRS).set_index("unit")


def visits(*rows):
    """Station, x and y in km from the corner, time, parameter."""
    frame = pd.DataFrame(
        [(s, pd.Timestamp(t), p, 1.0) for s, _, _, t, p in rows],
        columns=["station", "time", "parameter", "value"],
    )
    places = [Point(4_000_000 + 1000 * x, 3_000_000 + 1000 * y) for _, x, y, *_ in rows]
    return gpd.GeoDataFrame(frame, geometry=places, crs=CRS).to_crs(4326)


def test_counts_months_and_cells_by_hand(units):
    table = tabulate_sampling(
        visits(
            ("A", 5, 5, "2019-12-05", "din"),
            ("A", 5, 5, "2020-01-05", "din"),
            ("B", 22, 12, "2020-01-07", "din"),
            ("B", 22, 12, "2020-06-07", "din"),
            ("C", 99, 99, "2020-01-07", "din"),
            ("A", 5, 5, "2022-02-05", "din"),
        ),
        units,
        cell=10_000,
        months={"din": (12, 1, 2)},
    )
    # December belongs to the winter of 2020; June and a place outside count nowhere.
    assert table["year"].tolist() == [2020, 2021, 2022]
    assert table["n"].tolist() == [3, 0, 1]
    assert table["months_missing"].tolist() == [1, 3, 2]
    assert table["n_cells"].tolist() == pytest.approx([5] * 3)
    # One whole cell of 100 km2 and half a one, of 500 km2.
    assert table["sampled"].tolist() == pytest.approx([30, 0, 20])


def test_all_months_and_own_cells(units):
    rows = visits(("A", 5, 5, "2020-03-01", "chla"), ("A", 5, 5, "2020-03-01", "chla"))
    table = tabulate_sampling(rows, units, cell={"U": 5_000})
    assert table[["n", "months_missing"]].iloc[0].tolist() == [1, 11]
    assert table["n_cells"].iloc[0] == pytest.approx(20)


def test_what_cannot_be_counted_is_refused(units):
    rows = visits(("A", 99, 99, "2020-03-01", "chla"))
    with pytest.raises(InputError, match="none of 1 samples has a value and a position in one of"):
        tabulate_sampling(rows, units, cell=10_000)
    with pytest.raises(InputError, match="no size of cells for the units U; give metres above 0"):
        tabulate_sampling(rows, units, cell={})


def test_columns_and_flags_of_samples_as_read(units):
    rows = visits(("A", 5, 5, "2020-03-01", "chla"), ("A", 5, 5, "2020-05-01", "chla"))
    read = rows.assign(unit="ug/L", flag=[1, 4])
    table = tabulate_sampling(read, units, cell=10_000)
    assert table[["unit", "year", "n", "months_missing"]].to_numpy().tolist() == [
        ["U", 2020, 1, 11]
    ]
    assert tabulate_sampling(read, units, cell=10_000, flags=(1, 4))["n"].tolist() == [2]
