"""Positions in every spelling, swapped, projected, shifted, and wrong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from bayqa.errors import InputError
from bayqa.intake.places.positions import looks_packed, parse_angles, split_pair, unpack_angles
from bayqa.intake.places.projected import _gcj02_shift, read_crs, unshift_gcj02

from .files import HEAD, ROWS, found, read_rows, with_cells

LON = np.array([122.50, 122.60, 122.55])
LAT = np.array([37.10, 37.20, 37.15])
SPELLINGS = {
    122.50425: [
        "122.50425",
        "122°30′15.3″",
        "122°30'15.3\"E",
        "E122°30′15.3″",
        "东经122°30′15.3″",
        "东经122度30分15.3秒",
        "122 30 15.3",
        "122:30:15.3",
        "122d30m15.3s",
        "122-30-15.3",
        "122°30.255′E",
        "１２２．５０４２５",
        "122.50425°",
        "E 122.50425",
        "122. 50425",
    ],
    -76.36: ["-76.36", "76.36W", "W76°21′36″", "西经76.36"],
    37.2: ["37°12′N", "北纬37°12′00″", "37.2 N"],
}


def places(samples):
    first = samples.drop_duplicates("station")
    return first.geometry.x.to_numpy(), first.geometry.y.to_numpy()


def check(samples, tolerance=1e-9):
    lon, lat = places(samples)
    assert np.allclose(lon, LON, rtol=0, atol=tolerance)
    assert np.allclose(lat, LAT, rtol=0, atol=tolerance)


def moved(lons, lats, head=("经度", "纬度")):
    rows = [[r[0], str(x), str(y), *r[3:]] for r, x, y in zip(ROWS, lons, lats, strict=True)]
    return [[HEAD[0], *head, *HEAD[3:]], *rows]


@pytest.mark.parametrize(("degrees", "texts"), SPELLINGS.items())
def test_spellings(degrees, texts):
    angles = parse_angles(texts)
    assert np.allclose(angles.values, degrees, rtol=0, atol=1e-12), angles.values
    assert "unreadable" not in angles.styles


@pytest.mark.parametrize("text", ["abc", "122°75′", "122°30′75″", "E122W", "1e400", "200°10′"])
def test_what_is_no_angle(text):
    assert np.isnan(parse_angles([text]).values[0])


def test_pairs_in_one_cell():
    for text in [
        "N37°12′ E122°30′",
        "37.2,122.5",
        "E122.5 N37.2",
        "122°30′E,37°12′N",
        "37.2 122.5",
        "37°12′N122°30′E",
        "东经122°30′北纬37°12′",
        "(37.2, 122.5)",
        "122.5、37.2",
    ]:
        lons, lats = split_pair([text])
        got = parse_angles(lons).values[0], parse_angles(lats).values[0]
        assert got == pytest.approx((122.5, 37.2)), text
    assert split_pair(["37.2, 12.5"]) == ([""], [""])


def test_one_column_of_degrees_minutes_seconds(tmp_path):
    samples = read_rows(tmp_path, with_cells("经度", ["122°30′00″E", "122°36′", "122.55"]))
    check(samples)
    assert found(samples, "position", "converted")["count"].tolist() == [2]


def test_combined_column(tmp_path):
    rows = [["站位", "坐标", *HEAD[3:]], *[[r[0], f"N{r[2]}° E{r[1]}°", *r[3:]] for r in ROWS]]
    check(read_rows(tmp_path, rows))


def test_swapped_file_and_swapped_row_are_put_right_and_said(tmp_path):
    samples = read_rows(tmp_path, moved(LAT, LON))
    check(samples)
    assert "whole table" in found(samples, "position", "doubtful")["message"].iloc[0]
    lons, lats = LON.copy(), LAT.copy()
    lons[1], lats[1] = LAT[1], LON[1]
    samples = read_rows(tmp_path, moved(lons, lats))
    check(samples)
    hit = found(samples, "position", "doubtful")
    assert hit["row"].tolist() == [3]
    assert "in these rows" in hit["message"].iloc[0]
    assert "put right" in samples.loc[samples["station"] == "W02", "note"].iloc[0]


def test_letters_win_over_the_heading(tmp_path):
    rows = moved([f"N{v}" for v in LAT], [f"E{v}" for v in LON])
    check(read_rows(tmp_path, rows))


def test_swap_of_small_degrees_is_found_by_its_neighbours(tmp_path):
    rows = [["station", "lon", "lat", "date", "DIN(mg/L)"]]
    rows += [[f"S{i}", f"-76.{i}", f"38.{i}", "2023-05-08", "0.1"] for i in range(1, 9)]
    rows[4][1:3] = rows[4][2], rows[4][1]
    samples = read_rows(tmp_path, rows)
    assert samples.geometry.x.between(-77, -76).all()
    assert found(samples, "position", "doubtful")["row"].tolist() == [5]


def test_packed_degrees_are_warned_of_and_converted_only_when_told(tmp_path):
    packed = [
        f"122.{m:02d}{s:02d}"
        for m, s in [
            (30, 15),
            (31, 22),
            (32, 33),
            (33, 44),
            (34, 55),
            (35, 1),
            (36, 12),
            (37, 23),
            (38, 34),
        ]
    ]
    lats = [p.replace("122.", "37.") for p in packed]
    rows = [["station", "lon", "lat", "date", "DIN(mg/L)"]]
    rows += [
        [f"S{i}", x, y, "2023-05-08", "0.1"]
        for i, (x, y) in enumerate(zip(packed, lats, strict=True))
    ]
    samples = read_rows(tmp_path, rows)
    assert samples.geometry.x.iloc[0] == 122.3015
    assert "packed" in found(samples, "position", "doubtful")["message"].iloc[0]
    samples = read_rows(tmp_path, rows, mapping={"position": {"format": "ddd.mmss"}})
    assert samples.geometry.x.iloc[0] == pytest.approx(122 + 30 / 60 + 15 / 3600, abs=1e-12)
    assert not len(found(samples, "position", "doubtful"))
    assert not looks_packed(np.array([122.3071, 122.31, 122.4555]))
    assert unpack_angles(np.array([-76.2136])) == pytest.approx(-76.36)


@pytest.mark.parametrize(("epsg", "prefix"), [(4528, True), (4549, False), (4498, True)])
@pytest.mark.parametrize("northing_first", [False, True])
def test_gauss_kruger_with_and_without_zone(tmp_path, epsg, prefix, northing_first):
    # EPSG 4528: 3-degree zone 40; 4549: the same without prefix; 4498: 6-degree zone 20.
    lon = LON - 2.4
    move = Transformer.from_crs(4490, epsg, always_xy=True)
    x, y = (np.round(v, 4) for v in move.transform(lon, LAT))
    rows = moved(y, x, ("X", "Y")) if northing_first else moved(x, y, ("X", "Y"))
    if not prefix:
        with pytest.raises(InputError, match="hold metres without a zone number"):
            read_rows(tmp_path, rows)
    options = {} if prefix else {"mapping": {"position": {"crs": f"EPSG:{epsg}"}}}
    samples = read_rows(tmp_path, rows, **options)
    got = places(samples)
    assert np.allclose(got[0], lon, atol=1e-8)
    assert np.allclose(got[1], LAT, atol=1e-8)
    text = found(samples, "position", "converted")["message"].iloc[0]
    assert ("X taken as northing" in text) == northing_first


def test_gcj02_declared(tmp_path):
    east, north = _gcj02_shift(LON, LAT)
    samples = read_rows(
        tmp_path, moved(LON + east, LAT + north), mapping={"position": {"crs": "GCJ-02"}}
    )
    check(samples, 1e-8)
    assert 0.003 < np.hypot(east, north)[0] < 0.01
    assert np.allclose(unshift_gcj02(np.array([-76.0]), np.array([38.0])), [[-76.0], [38.0]])


def test_unknown_crs_is_refused(tmp_path):
    with pytest.raises(InputError, match="the CRS 'EPSG:1' is not known"):
        read_rows(tmp_path, moved(LON, LAT), mapping={"position": {"crs": "EPSG:1"}})
    assert read_crs("CGCS2000", "x").to_epsg() == 4326


def test_null_island_nowhere_and_half_positions(tmp_path):
    samples = read_rows(tmp_path, moved([0, 999, 122.5], [0, 37, ""]))
    assert samples.groupby("station")["flag"].first().tolist() == [4, 4, 3]
    assert samples.geometry.isna().all()
    assert len(found(samples, "position", "flagged")) >= 3


def test_stations_from_a_list(tmp_path):
    bare = [[c for j, c in enumerate(r) if j not in (1, 2)] for r in [HEAD, *ROWS]]
    samples = read_rows(tmp_path, bare)
    assert (samples["flag"] == 2).all()
    assert (samples["note"] == "no position").all()
    assert "have no position" in found(samples, "position", "doubtful")["message"].iloc[0]
    names = tmp_path / "list.csv"
    names.write_text("\n".join(",".join(r[:3]) for r in [HEAD, *ROWS]))
    check(read_rows(tmp_path, bare, mapping={"stations": names}))
    names.write_text("a,b\n1,2")
    with pytest.raises(InputError, match="wanted the columns station|no row of headings"):
        read_rows(tmp_path, bare, mapping={"stations": names})


@given(st.floats(-180, 180), st.sampled_from(["plain", "dms", "dm", "zh"]))
def test_every_angle_survives_every_style(angle, style):
    size, side = abs(angle), "E" if angle >= 0 else "W"
    degrees = int(size)
    minutes = (size - degrees) * 60
    text = {
        "plain": repr(angle),
        "dm": f"{degrees}°{minutes!r}′{side}",
        "dms": f"{side}{degrees}°{int(minutes)}′{(minutes - int(minutes)) * 60!r}″",
        "zh": f"{'东经' if side == 'E' else '西经'}{degrees}度{minutes!r}分",
    }[style]
    if "e" in text.removesuffix("E"):
        return
    assert parse_angles([text]).values[0] == pytest.approx(angle, rel=1e-12, abs=1e-12)


@given(st.text(max_size=25))
def test_any_text_is_read_without_an_exception(text):
    parse_angles([text])
    split_pair([text])


def test_a_western_heading_turns_the_numbers(tmp_path):
    rows = [
        ["Station", "Longitude (W)", "Latitude (N)", "Date", "TN (mg/L)"],
        ["A", "76.36", "38.99", "2020-01-02", "0.5"],
    ]
    assert read_rows(tmp_path, rows).geometry.x.tolist() == [-76.36]
