"""A clean table written in any supported way reads back as the same samples."""

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from bayqa.intake import read_samples

from .files import write_book, write_text

UNITS = {
    "mg/L": 1.0,
    "µg/L": 1e-3,
    "ng/L": 1e-6,
    "µmol/L": 0.014007,
    "mg/L as NO3": 14.007 / 62.004,
}
POSITIONS = ("plain", "letters", "dms", "zh", "gauss")
FORMATS = ("utf-8", "utf-8-sig", "utf-16", "gb18030", "xlsx", "json")


@st.composite
def tables(draw):
    n = draw(st.integers(3, 6))
    number = st.floats(0.001, 5.0)
    lons = draw(st.lists(st.floats(121.6, 122.9), min_size=n, max_size=n, unique=True))
    lats = draw(st.lists(st.floats(36.5, 37.9), min_size=n, max_size=n, unique=True))
    values = draw(st.lists(number, min_size=n, max_size=n))
    return np.array(lons), np.array(lats), np.array(values)


def write_position(lon, lat, style):
    if style == "gauss":
        # CGCS2000, 3-degree zone 41 with its prefix, X = northing.
        east, north = Transformer.from_crs(4490, 4529, always_xy=True).transform(lon, lat)
        return repr(float(north)), repr(float(east))
    if style == "plain":
        return repr(lon), repr(lat)
    if style == "letters":
        return f"E{lon!r}", f"{lat!r}°N"
    parts = []
    for angle in (lon, lat):
        minutes = (angle - int(angle)) * 60
        seconds = (minutes - int(minutes)) * 60
        parts.append((int(angle), int(minutes), f"{seconds:.13f}"))
    if style == "dms":
        return tuple(f"{d}°{m}′{s}″" for d, m, s in parts)
    (a, b, c), (d, e, f) = parts
    return f"东经{a}度{b}分{c}秒", f"北纬{d}度{e}分{f}秒"


def write(folder, table, kind, sep, unit, style):
    head = [
        "站位",
        *(("X", "Y") if style == "gauss" else ("经度", "纬度")),
        "监测时间",
        f"无机氮({unit})",
    ]
    rows = [head]
    for k, (lon, lat, value) in enumerate(zip(*table, strict=True)):
        place = write_position(float(lon), float(lat), style)
        rows.append([f"站{k}", *place, "2023年5月8日", repr(float(value))])
    if kind == "xlsx":
        return write_book(folder / "a.xlsx", {"S": rows})
    if kind == "json":
        import json

        records = [dict(zip(head, r, strict=True)) for r in rows[1:]]
        (folder / "a.json").write_text(json.dumps(records), "utf-8")
        return folder / "a.json"
    return write_text(folder / "a.csv", rows, sep=sep, encoding=kind)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    tables(),
    st.sampled_from(FORMATS),
    st.sampled_from(",;\t|"),
    st.sampled_from(list(UNITS)),
    st.sampled_from(POSITIONS),
)
def test_every_way_of_writing_gives_the_same_samples(table, kind, sep, unit, style):
    with tempfile.TemporaryDirectory() as folder:
        samples = read_samples(write(Path(folder), table, kind, sep, unit, style))
    lon, lat, value = table
    assert samples["station"].tolist() == [f"站{k}" for k in range(len(lon))]
    assert np.allclose(samples["value"], value * UNITS[unit], rtol=1e-12, atol=0)
    # Below a nanometre on the ground in degrees; a projection itself is true to a tenth of a mm.
    tolerance = 1e-9 if style == "gauss" else 1e-12 * 180
    assert np.allclose(samples.geometry.x, lon, rtol=0, atol=tolerance)
    assert np.allclose(samples.geometry.y, lat, rtol=0, atol=tolerance)
    assert (samples["flag"] == 2).all()
