"""Flags: each test with a row that fails it and rows that do not."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point, box

from bayqa.intake import flag
from tests.builders import make_bays, make_land, make_samples
from tests.shared_data import shared_file

from .files import found

DAY = pd.Timestamp("2023-05-08")


def samples_of(rows, **columns):
    """Samples from (station, parameter, value) or (..., time) rows, all at one place."""
    base = {"layer": "surface", "depth_m": np.nan, "flag": 2, "note": "", "water": "sea"}
    table = pd.DataFrame(
        [(*r, DAY)[:4] for r in rows], columns=["station", "parameter", "value", "time"]
    )
    table = table.assign(
        **base,
        lower=table["value"],
        upper=table["value"],
        unit="mg/L",
        source=[f"t.csv:{i}" for i in range(2, len(table) + 2)],
    )
    table = table.assign(**columns)
    return gpd.GeoDataFrame(table, geometry=[Point(122.49, 37.1)] * len(table), crs=4326)


def flags_of(samples, **options):
    return flag(samples, **options)["flag"].tolist()


def test_clean_samples_are_good_and_the_input_is_untouched():
    samples = make_samples()
    before = samples.copy()
    out = flag(samples, make_bays(), land=make_land())
    assert (out["flag"] == 1).all()
    assert (out["note"] == "").all()
    assert samples.equals(before)
    assert {r["action"] for r in out.attrs["report"]} <= {"read"}


def test_range_possible_plausible_and_missing():
    rows = [
        ("A", "ph", 8.1),
        ("A", "do", 20.0),
        ("A", "din", -0.5),
        ("A", "cod_mn", 2000.0),
        ("A", "dip", np.nan),
    ]
    samples = samples_of(rows)
    samples.loc[4, "flag"] = 9
    out = flag(samples)
    assert out["flag"].tolist() == [1, 3, 4, 4, 9]
    assert "plausible 0 to 18 mg/L" in out["note"][1]
    assert "possible 0 to 1000 mg/L" in out["note"][2]


def test_lost_points_and_wrong_units_are_named():
    rows = [(f"S{i}", "do", 7.0 + i / 10) for i in range(8)] + [("X", "do", 74.0)]
    rows += [(f"S{i}", "din", 0.2 + i / 100) for i in range(8)] + [("X", "din", 230.0)]
    out = flag(samples_of(rows))
    assert "perhaps 10 times too large" in out["note"][8]
    assert "perhaps 1000 times too large" in out["note"][17]
    assert out["flag"].tolist().count(1) == 16


def test_a_column_a_thousand_times_too_small_is_suspect():
    rows = [(f"S{i}", "din", 0.0002 + i * 1e-5) for i in range(8)]
    out = flag(samples_of(rows))
    assert (out["flag"] == 3).all()
    assert "perhaps 1000 times too small" in out["note"][0]


def test_censored_values_are_out_of_range_only_as_a_whole():
    samples = samples_of([("A", "do", 9.0), ("B", "secchi", 3.0)])
    samples.loc[0, ["lower", "upper"]] = [0.0, 18.5]
    samples.loc[1, ["lower", "upper"]] = [3.0, np.inf]
    assert flags_of(samples) == [1, 1]


def test_exact_duplicates_and_replicates():
    rows = [
        ("A", "din", 0.2),
        ("A", "din", 0.2),
        ("A", "din", 0.25),
        ("B", "din", 0.1),
        ("B", "din", 0.9),
    ]
    out = flag(samples_of(rows))
    assert out["flag"].tolist() == [1, 4, 1, 3, 3]
    assert out["note"][1] == "repeats an earlier row"
    assert "replicate" in out["note"][2]
    assert found(out, "duplicate")["row"].iloc[0] == 3


def test_a_station_id_at_two_places():
    samples = samples_of(
        [("A", "din", 0.2 + i / 100, DAY + pd.Timedelta(days=i)) for i in range(4)]
    )
    places = samples.geometry.tolist()
    places[3] = Point(122.6, 37.1)
    out = flag(samples.set_geometry(places, crs=4326))
    assert out["flag"].tolist() == [1, 1, 1, 3]
    assert flags_of(samples.set_geometry(places, crs=4326), drift=50_000) == [1, 1, 1, 1]


def test_two_ids_at_one_place():
    rows = [("A", "din", 0.2), ("A", "do", 7.0), ("B", "din", 0.2), ("B", "do", 7.0)]
    out = flag(samples_of(rows))
    assert out["flag"].tolist() == [1, 1, 3, 3]
    assert "copy of station A" in out["note"][2]
    rows[2], rows[3] = ("B", "din", 0.3), ("B", "do", 6.0)
    out = flag(samples_of(rows))
    assert out["flag"].tolist() == [1] * 4
    assert found(out, "duplicate", "doubtful")["found"].tolist() == ["A, B"]


def test_spikes_need_a_history():
    days = [DAY + pd.Timedelta(days=30 * i) for i in range(12)]
    rows = [("A", "din", 0.2 + 0.01 * (i % 4), d) for i, d in enumerate(days)]
    rows[6] = ("A", "din", 9.0, days[6])
    assert flags_of(samples_of(rows)) == [1] * 6 + [3] + [1] * 5
    assert flags_of(samples_of(rows[3:9])) == [1] * 6


def test_sisters_contradict():
    rows = [
        ("A", "din", 0.2),
        ("A", "no3_n", 0.5),
        ("B", "tn", 0.1),
        ("B", "din", 0.3),
        ("C", "tn", 0.3),
        ("C", "din", 0.305),
        ("D", "do", 15.0),
        ("D", "temperature", 28.0),
        ("D", "salinity", 31.0),
    ]
    out = flag(samples_of(rows))
    assert out["flag"].tolist() == [3, 3, 3, 3, 1, 1, 1, 1, 1]
    rows[6:] = [("D", "do", 15.0), ("D", "temperature", 34.0), ("D", "salinity", 38.0)]
    assert flag(samples_of(rows))["flag"].tolist()[6] == 3


def test_on_land_by_metres_is_moved_and_by_kilometres_fails():
    bays, land = make_bays(), make_land()
    crs = gpd.GeoSeries([Point(122.5, 37.1)], crs=4326).to_crs(
        "+proj=laea +lat_0=37.1 +lon_0=122.5"
    )
    xy = [(0, 0), (-2150, 0), (-3900, 0), (1200, 300)]
    places = gpd.GeoSeries([Point(*p) for p in xy], crs=crs.crs).to_crs(4326)
    samples = samples_of([(n, "din", 0.2 + i / 100) for i, n in enumerate("ABCD")])
    samples = samples.set_geometry(places.to_numpy(), crs=4326)
    out = flag(samples, bays, land=land)
    assert out["flag"].tolist() == [1, 2, 4, 2]
    assert out["note"][1] == "on land by 150 m, moved to the nearest water"
    assert out["note"][2] == "on land by 1.9 km"
    assert out["note"][3].startswith("on land by 400 m")
    moved = out.geometry.to_crs(crs.crs)
    assert moved.iloc[1].x == pytest.approx(-1999, abs=1.1)
    assert not land.contains(out.geometry.iloc[3]).any()
    assert out.geometry.iloc[2].equals(samples.geometry.iloc[2])
    assert flag(samples, bays, land=land, move_within=100)["flag"].tolist() == [1, 4, 4, 4]
    river = samples.assign(water="river")
    assert flag(river, bays, land=land)["flag"].tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("place", "hint"),
    [
        ((37.1, 122.49), "exchanged"),
        ((122.49, -37.1), "latitude of the other hemisphere"),
        ((-122.49, 37.1), "longitude of the other hemisphere"),
        ((119.0, 37.1), "km from the nearest bay"),
    ],
)
def test_far_positions_are_suspect_with_the_likely_slip(place, hint):
    samples = samples_of([("A", "din", 0.2), ("B", "din", 0.3)])
    lat = min(place[1], 89.0)
    samples = samples.set_geometry([Point(122.49, 37.1), Point(place[0], lat)], crs=4326)
    out = flag(samples, make_bays())
    if place[1] > 89:
        return
    assert out["flag"].tolist() == [1, 3]
    assert hint in out["note"][1]


def test_outside_but_near_is_used():
    samples = samples_of([("A", "din", 0.2)]).set_geometry([Point(122.7, 37.1)], crs=4326)
    out = flag(samples, make_bays())
    assert out["flag"].tolist() == [1]
    assert found(out, "outside all bays", "read")["count"].tolist() == [1]


def test_order_of_rows_does_not_matter():
    rng = np.random.default_rng(1)
    rows = [
        (f"S{i % 5}", "din", float(v), DAY + pd.Timedelta(days=int(i)))
        for i, v in enumerate(rng.lognormal(-1.5, 0.5, 60))
    ]
    samples = samples_of(rows)
    shuffled = samples.sample(frac=1, random_state=2)
    a, b = flag(samples), flag(shuffled).sort_index()
    assert a["flag"].equals(b["flag"])


def test_hong_kong_is_mostly_good():
    from bayqa.intake import read_bays, read_land, read_samples

    folder = "data/hongkong-marine/"
    samples = read_samples(shared_file(folder + "measurements_2015-2020.csv.gz"))
    path = shared_file(folder + "hongkong.gpkg")
    out = flag(samples, read_bays(path, layer="zones_water"), land=read_land(path))
    placed = ~out.geometry.isna()
    assert (out.loc[placed, "flag"] == 1).mean() > 0.995
    assert not out["note"].str.contains("on land").any()


def test_tidal_fresh_stations_on_coarse_land():
    from bayqa.intake import read_land, read_samples

    folder = "data/chesapeake-censored/"
    samples = read_samples(shared_file(folder + "measurements.csv.gz"))
    land = read_land(shared_file(folder + "chesapeake.gpkg"))
    bay = gpd.GeoDataFrame(
        geometry=[box(-77.3, 36.8, -75.6, 39.6).difference(land.union_all())], crs=4326
    )
    out = flag(samples, bay, land=land)
    on_land = out.loc[out["note"].str.contains("on land"), "station"].unique()
    assert sorted(on_land) == ["TF2.2", "TF5.5"]
