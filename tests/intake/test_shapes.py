"""Vector files with nested, turned, torn and half-missing parts."""

import json
import warnings

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, Polygon, box

from bayqa.errors import InputError
from bayqa.intake import check_path, flag, read_bays, read_rivers
from bayqa.intake.polygons.repair import repair_shapes

from .files import HEAD, ROWS, found, read_rows, table_of

RING = [[122.4, 37.0], [122.6, 37.0], [122.6, 37.2], [122.4, 37.2], [122.4, 37.0]]


def collection(path, *polygons, **columns):
    features = [
        {
            "type": "Feature",
            "properties": {k: v[i] for k, v in columns.items()} or {"bay_id": f"b{i}"},
            "geometry": {"type": "Polygon", "coordinates": rings},
        }
        for i, rings in enumerate(polygons)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


def shapefile(folder, *, drop=(), encoding="GB18030", name="bay"):
    frame = gpd.GeoDataFrame({"名称": ["荣成湾"]}, geometry=[Polygon(RING)], crs=4490)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame.to_file(folder / f"{name}.shp", encoding=encoding)
    for end in drop:
        (folder / f"{name}{end}").unlink()
    return folder / f"{name}.shp"


def test_latitude_before_longitude_throughout_is_put_right(tmp_path):
    bays = read_bays(collection(tmp_path / "a.geojson", [[p[::-1] for p in RING]]))
    assert bays.total_bounds.tolist() == [122.4, 37.0, 122.6, 37.2]
    assert len(found(bays, "position", "doubtful")) == 1


def test_a_hole_outside_its_outline_becomes_no_water(tmp_path):
    stray = [[130, 30], [131, 30], [131, 31], [130, 30]]
    inner = [[122.45, 37.05], [122.5, 37.05], [122.5, 37.1], [122.45, 37.05]]
    bays = read_bays(collection(tmp_path / "a.geojson", [RING, stray, inner]))
    assert bays.geometry.iloc[0].area == pytest.approx(0.04 - 0.00125)
    assert len(found(bays, "stray hole", "doubtful")) == 1


def test_an_open_ring_is_closed_and_said(tmp_path):
    east = [[[x + 1, y] for x, y in RING]]
    bays = read_bays(collection(tmp_path / "a.geojson", [RING[:-1]], east))
    assert bays.geometry.iloc[0].area == pytest.approx(0.04)
    report = table_of(bays)
    assert report[report["action"] == "doubtful"]["kind"].tolist() == ["open ring"]


def test_wrong_nesting_is_refused(tmp_path):
    with pytest.raises(InputError, match="no shape has valid coordinates"):
        read_bays(collection(tmp_path / "a.geojson", RING))


def test_ids_with_gaps_are_said(tmp_path):
    east = [[[x + 1, y] for x, y in RING]]
    path = collection(tmp_path / "a.geojson", [RING], east, bay_id=[None, "b"], name=["A", "B"])
    bays = read_bays(path)
    assert bays.index.tolist() == ["A", "B"]
    assert "have gaps" in found(bays, "id", "assumed")["message"].iloc[0]


def test_a_shape_as_large_as_a_continent_is_doubtful(tmp_path):
    land = [[[100, 20], [140, 20], [140, 50], [100, 50], [100, 20]]]
    assert len(found(read_bays(collection(tmp_path / "a.geojson", land)), "size", "doubtful")) == 1


def test_a_shapefile_without_its_table_is_doubtful(tmp_path):
    bays = read_bays(shapefile(tmp_path, drop=(".dbf",)))
    assert "names and ids are lost" in found(bays, "vector file", "doubtful")["message"].iloc[0]
    assert check_path(tmp_path / "bay.shp")[1] == 1


@pytest.mark.parametrize("how", ["missing", "empty", "of another file"])
def test_the_index_of_a_shapefile_is_made_anew_in_a_copy(tmp_path, how):
    path = shapefile(tmp_path, drop=(".shx",))
    if how != "missing":
        other = np.array([50, 9999], ">i4").tobytes() if how == "of another file" else b""
        (tmp_path / "bay.shx").write_bytes(bytes(100) + other if other else b"")
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    bays = read_bays(path)
    assert bays["name_zh"].tolist() == ["荣成湾"]
    assert bays.geometry.iloc[0].area == pytest.approx(0.04)
    assert "made anew" in found(bays, "vector file", "assumed")["message"].iloc[0]
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_shapes_without_an_index_must_follow_each_other(tmp_path):
    path = shapefile(tmp_path, drop=(".shx",))
    path.write_bytes(path.read_bytes() + bytes(16))
    with pytest.raises(InputError, match="shape 2 is damaged and there is no index"):
        read_bays(path)


def test_a_table_of_another_shapefile_is_refused(tmp_path):
    path = shapefile(tmp_path)
    two = gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=[Polygon(RING)] * 2, crs=4490)
    two.to_file(tmp_path / "two.shp")
    (tmp_path / "bay.dbf").write_bytes((tmp_path / "two.dbf").read_bytes())
    with pytest.raises(InputError, match=r"holds 1 shapes, but bay\.dbf 2 rows"):
        read_bays(path)


def test_a_wrong_code_page_file_is_overruled(tmp_path):
    path = shapefile(tmp_path)
    (tmp_path / "bay.cpg").write_text("UTF-8")
    assert read_bays(path)["name_zh"].tolist() == ["荣成湾"]


def test_parts_named_in_capitals_are_found(tmp_path):
    shapefile(tmp_path, drop=(".cpg",))
    for part in list(tmp_path.iterdir()):
        part.rename(tmp_path / part.name.upper())
    assert read_bays(tmp_path / "BAY.SHP")["name_zh"].tolist() == ["荣成湾"]


def test_a_broken_prj_is_doubtful(tmp_path):
    path = shapefile(tmp_path)
    (tmp_path / "bay.prj").write_text("rubbish")
    assert ".prj cannot be understood" in found(read_bays(path), "crs")["message"].iloc[0]


def test_lines_are_no_bays_and_a_track_is_a_river(tmp_path):
    lines = gpd.GeoDataFrame({"id": ["r"]}, geometry=[LineString(RING[:-1])], crs=4326)
    lines.to_file(tmp_path / "a.geojson")
    with pytest.raises(InputError, match="turn closed lines into polygons"):
        read_bays(tmp_path / "a.geojson")
    points = "".join(f'<trkpt lat="{y}" lon="{x}"/>' for x, y in RING)
    (tmp_path / "a.gpx").write_text(
        '<?xml version="1.0"?><gpx version="1.1" creator="x" '
        'xmlns="http://www.topografix.com/GPX/1/1"><trk><name>r</name><trkseg>'
        f"{points}</trkseg></trk></gpx>"
    )
    assert len(read_rivers(tmp_path / "a.gpx", layer="tracks")) == 1


def test_samples_that_all_miss_the_bays_are_doubtful(tmp_path):
    samples = read_rows(tmp_path, [HEAD, *ROWS])
    away = gpd.GeoDataFrame(geometry=[box(122.7, 37.0, 122.8, 37.3)], crs=4326)
    here = gpd.GeoDataFrame(geometry=[box(122.4, 37.0, 122.8, 37.3)], crs=4326)
    assert len(found(flag(samples, away), "outside all bays", "doubtful")) == 1
    assert not len(found(flag(samples, here), "outside all bays"))


def test_a_crs_of_another_planet_is_refused(tmp_path):
    moon = gpd.GeoDataFrame({"id": ["m"]}, geometry=[box(10, 10, 11, 11)], crs="IAU_2015:30100")
    moon.to_file(tmp_path / "a.gpkg")
    with pytest.raises(InputError, match="cannot be turned into degrees"):
        read_bays(tmp_path / "a.gpkg")


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), 1e200])
def test_a_shape_with_a_coordinate_that_is_no_place_is_left_out(odd):
    with np.errstate(all="ignore"):
        torn = Polygon([(122.4, 37.0), (odd, 37.1), (122.6, 37.2)])
    frame = gpd.GeoDataFrame({"_file": "a.shp", "_row": [1, 2]}, geometry=[Polygon(RING), torn])
    findings = []
    assert repair_shapes(frame, ("Polygon",), findings)["_row"].tolist() == [1]
    assert [(f.action, f.row) for f in findings] == [("left out", 2)]
    assert "no place on Earth" in findings[0].message


def test_columns_that_differ_in_blanks_alone_are_both_kept(tmp_path):
    columns = {"bay_id": ["a"], "bay_id ": ["b"], "name_en": ["A Bay"]}
    path = tmp_path / "bays.geojson"
    gpd.GeoDataFrame(columns, geometry=[box(122, 37, 122.1, 37.1)], crs=4326).to_file(path)
    bays = read_bays(path)
    assert bays.index.tolist() == ["a"]
    assert bays["bay_id_2"].tolist() == ["b"]
