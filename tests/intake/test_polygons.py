"""Vector files: CRS, encodings, broken shapes, missing parts, dangerous archives."""

import warnings
import zipfile

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon, box

from bayqa.errors import InputError
from bayqa.intake import read_bays, read_land, read_rivers
from tests.shared_data import shared_file

from .files import found

SQUARE = box(122.5, 37.0, 122.6, 37.1)
OTHER = box(122.7, 37.0, 122.8, 37.1)


def make(shapes, crs=4326, **columns):
    columns = columns or {"bay_id": [f"b{i}" for i in range(len(shapes))]}
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs)


def save(tmp_path, frame, name="bays.gpkg", **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame.to_file(tmp_path / name, **options)
    return tmp_path / name


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.shp", "a.fgb", "a.gml"])
def test_every_format_gives_the_same_bays(tmp_path, name):
    frame = make([SQUARE, OTHER], bay_id=["a", "b"], name_zh=["甲湾", "乙湾"], name_en=["A", "B"])
    bays = read_bays(save(tmp_path, frame, name)).sort_index()
    assert bays.index.tolist() == ["a", "b"]
    assert bays.index.name == "bay_id"
    assert bays["name_zh"].tolist() == ["甲湾", "乙湾"]
    assert bays.crs.to_epsg() == 4326
    assert shapely.equals_exact(bays.geometry.iloc[0].normalize(), SQUARE.normalize(), 1e-9)


@pytest.mark.parametrize("epsg", [4490, 4528, 32651, 3857, 2326, 4214])
def test_every_crs_comes_to_degrees(tmp_path, epsg):
    bays = read_bays(save(tmp_path, make([SQUARE]).to_crs(epsg)))
    assert np.allclose(bays.total_bounds, SQUARE.bounds, atol=2e-6)


def test_missing_crs(tmp_path):
    path = save(tmp_path, make([SQUARE], crs=None), "a.shp")
    bays = read_bays(path)
    assert bays.crs.to_epsg() == 4326
    assert "states no CRS" in found(bays, "crs", "doubtful")["message"].iloc[0]
    metres = make([SQUARE]).to_crs(4549).set_crs(None, allow_override=True)
    path = save(tmp_path, metres, "b.shp")
    with pytest.raises(
        InputError, match="states no CRS and x .* are no degrees; say which with crs="
    ):
        read_bays(path)
    assert np.allclose(read_bays(path, crs="EPSG:4549").total_bounds, SQUARE.bounds, atol=1e-6)
    with pytest.raises(InputError, match="the CRS 'EPSG:1' is not known"):
        read_bays(path, crs="EPSG:1")
    with pytest.raises(InputError, match="is in degrees, but .* are not"):
        read_bays(path, crs="GCJ-02")


def test_wrong_crs(tmp_path):
    metres = make([SQUARE]).to_crs(4549).set_crs(4326, allow_override=True)
    with pytest.raises(InputError, match="is in degrees, but .* are not"):
        read_bays(save(tmp_path, metres))
    degrees = make([SQUARE]).set_crs(4549, allow_override=True)
    bays = read_bays(save(tmp_path, degrees, "b.gpkg"))
    assert "look like degrees" in found(bays, "crs", "doubtful")["message"].iloc[0]
    fixed = read_bays(tmp_path / "b.gpkg", crs=4326)
    assert np.allclose(fixed.total_bounds, SQUARE.bounds)
    assert len(found(fixed, "crs", "assumed")) == 1


def test_gbk_attribute_table_without_cpg(tmp_path):
    frame = make([SQUARE], bay_id=["a"], name_zh=["桑沟湾"])
    path = save(tmp_path, frame, "a.shp", encoding="GBK")
    (tmp_path / "a.cpg").unlink()
    data = bytearray((tmp_path / "a.dbf").read_bytes())
    data[29] = 0
    (tmp_path / "a.dbf").write_bytes(bytes(data))
    bays = read_bays(path)
    assert bays["name_zh"].tolist() == ["桑沟湾"]
    assert found(bays, "encoding")["message"].tolist() == ["names are read as GB18030"]


@pytest.mark.parametrize("lost", [".shx", ".dbf"])
def test_missing_parts_of_a_shapefile(tmp_path, lost):
    path = save(tmp_path, make([SQUARE]), "a.shp")
    (tmp_path / f"a{lost}").unlink()
    left = sorted(p.name for p in tmp_path.iterdir())
    bays = read_bays(path)
    assert shapely.equals(bays.geometry.iloc[0], SQUARE)
    assert sorted(p.name for p in tmp_path.iterdir()) == left


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.shp", "a.fgb"])
def test_truncated_files(tmp_path, name):
    path = save(tmp_path, make([SQUARE, OTHER] * 40), name)
    data = path.read_bytes()
    for cut in (10, 40, len(data) // 2):
        path.write_bytes(data[:cut])
        with pytest.raises(InputError) as error:
            read_bays(path)
        assert "\n" not in str(error.value)


def test_bow_tie_spike_and_reversed_rings_are_mended(tmp_path):
    tie = Polygon([(122.0, 37.0), (122.1, 37.1), (122.1, 37.0), (122.0, 37.1)])
    spike = Polygon(
        [(122.2, 37.0), (122.3, 37.0), (122.3, 37.1), (122.3, 37.5), (122.3, 37.1), (122.2, 37.1)]
    )
    hole = Polygon(OTHER.exterior.coords[::-1], [box(122.72, 37.02, 122.74, 37.04).exterior.coords])
    bays = read_bays(save(tmp_path, make([tie, spike, hole])))
    assert bays.is_valid.all()
    assert bays.geometry["b0"].area == pytest.approx(0.005)
    assert bays.geometry["b1"].area == pytest.approx(0.01)
    assert bays.geometry["b1"].bounds[3] == pytest.approx(37.1)
    assert shapely.is_ccw(bays.geometry["b2"].exterior)
    assert not shapely.is_ccw(bays.geometry["b2"].interiors[0])
    hits = found(bays, "invalid shape", "doubtful")
    assert hits["row"].iloc[0] == 1
    assert "Self-intersection" in hits["found"].iloc[0]


def test_z_slivers_nulls_and_mixed_types(tmp_path):
    high = shapely.force_3d(SQUARE, 5.0)
    sliver = MultiPolygon([OTHER, box(122.9, 37, 122.9 + 1e-6, 37 + 1e-6)])
    mixed = shapely.GeometryCollection([box(122.9, 37.2, 123, 37.3), Point(1, 1)])
    frame = make([high, sliver, mixed, None, Polygon(), LineString([(0, 0), (1, 1)])])
    frame.to_file(tmp_path / "a.geojson")
    bays = read_bays(tmp_path / "a.geojson")
    assert bays.index.tolist() == ["b0", "b1", "b2"]
    assert not bays.has_z.any()
    assert bays.geometry["b1"].geom_type == "Polygon"
    assert bays.geometry["b2"].geom_type == "Polygon"
    assert found(bays, "empty shape", "left out")["count"].tolist() == [2]
    assert found(bays, "kind of shape", "left out")["row"].tolist() == [6]
    assert found(bays, "sliver")["count"].tolist() == [1]
    assert found(bays, "height")["count"].tolist() == [1]


def test_unclosed_ring_in_geojson(tmp_path):
    text = (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"bay_id":"a"},'
        '"geometry":{"type":"Polygon","coordinates":[[[122,37],[122.1,37],[122.1,37.1]]]}}]}'
    )
    (tmp_path / "a.geojson").write_text(text)
    try:
        bays = read_bays(tmp_path / "a.geojson")
    except InputError as error:
        assert "\n" not in str(error)
    else:
        assert bays.is_valid.all()


def test_overlaps_and_double_names_are_reported(tmp_path):
    frame = make([SQUARE, box(122.55, 37, 122.65, 37.1)], bay_id=["a", "b"], name_zh=["湾", "湾"])
    bays = read_bays(save(tmp_path, frame))
    assert found(bays, "overlap", "doubtful")["found"].tolist() == ["a, b"]
    assert "50.00%" in found(bays, "overlap")["message"].iloc[0]
    assert found(bays, "double name")["count"].tolist() == [2]
    with pytest.raises(InputError, match="strict reading"):
        read_bays(tmp_path / "bays.gpkg", strict=True)
    frame = make([SQUARE, OTHER], bay_id=["a", "a"])
    with pytest.raises(InputError, match=r"the id 'a' is there twice \(features 1, 2\)"):
        read_bays(save(tmp_path, frame, "c.gpkg"))


def test_ids_fall_back_to_names_and_numbers(tmp_path):
    bays = read_bays(save(tmp_path, make([SQUARE, OTHER], name=["甲湾", "乙湾"]), "a.gpkg"))
    assert bays.index.tolist() == ["甲湾", "乙湾"]
    bays = read_bays(save(tmp_path, make([SQUARE, OTHER], colour=[1, 2]), "b.gpkg"))
    assert bays.index.tolist() == ["001", "002"]
    bays = read_bays(tmp_path / "b.gpkg", bay_id="colour")
    assert bays.index.tolist() == ["1", "2"]
    with pytest.raises(InputError, match="there is no column 'nope' for the id"):
        read_bays(tmp_path / "b.gpkg", bay_id="nope")


def test_layers_are_asked_for_or_known(tmp_path):
    for layer in ("x", "bays", "land"):
        make([SQUARE]).to_file(tmp_path / "a.gpkg", layer=layer)
    assert len(read_bays(tmp_path / "a.gpkg")) == 1
    assert len(read_land(tmp_path / "a.gpkg")) == 1
    with pytest.raises(InputError, match="several layers; say which with layer=: "):
        read_rivers(tmp_path / "a.gpkg")
    with pytest.raises(InputError, match="there is no layer 'y'; the layers are"):
        read_bays(tmp_path / "a.gpkg", layer="y")


def test_rivers_may_be_lines_or_polygons(tmp_path):
    frame = make(
        [LineString([(122, 37), (122.1, 37.1)]), SQUARE],
        river_id=["r1", "r2"],
        name_zh=["甲河", "乙河"],
    )
    frame.to_file(tmp_path / "a.geojson")
    rivers = read_rivers(tmp_path / "a.geojson")
    assert rivers.index.tolist() == ["r1", "r2"]
    assert rivers.geom_type.tolist() == ["LineString", "Polygon"]
    points = make([Point(1, 1)])
    with pytest.raises(InputError, match="holds no valid linestring or polygon"):
        read_rivers(save(tmp_path, points, "p.gpkg"))


def test_several_files_are_joined(tmp_path):
    a = save(tmp_path, make([SQUARE], bay_id=["a"]), "a.gpkg")
    b = save(tmp_path, make([OTHER], bay_id=["b"]), "b.gpkg")
    assert read_bays([a, b]).index.tolist() == ["a", "b"]
    with pytest.raises(InputError, match="no vector file is given"):
        read_bays([])


def test_tables_empty_layers_and_missing_files(tmp_path):
    (tmp_path / "a.geojson").write_text('{"type":"FeatureCollection","features":[]}')
    with pytest.raises(InputError, match="no feature|no layer|no shape"):
        read_bays(tmp_path / "a.geojson")
    with pytest.raises(InputError, match="there is no such file"):
        read_bays(tmp_path / "none.gpkg")
    (tmp_path / "b.gpkg").write_bytes(b"")
    with pytest.raises(InputError, match=r"is empty \(0 bytes\)"):
        read_bays(tmp_path / "b.gpkg")
    (tmp_path / "c.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="a table without shapes"):
        read_bays(tmp_path / "c.csv")


def test_zipped_shapefile(tmp_path):
    save(tmp_path, make([SQUARE]), "a.shp")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for part in tmp_path.glob("a.[scdp]*"):
            archive.write(part, part.name)
    assert len(read_bays(tmp_path / "a.zip")) == 1


@pytest.mark.parametrize("name", ["../evil.shp", "/etc/evil.shp", "..\\evil.shp", "C:/evil.shp"])
def test_path_traversal_is_refused(tmp_path, name):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(name, b"x")
    with pytest.raises(InputError, match="points outside the archive"):
        read_bays(tmp_path / "a.zip")


def test_zip_bombs_and_entities_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.shp", bytes(100 * 2**20))
    with pytest.raises(InputError, match="as in a zip bomb"):
        read_bays(tmp_path / "a.zip")
    entity = b'<?xml version="1.0"?><!DOCTYPE k [<!ENTITY a "b">]><kml>&a;</kml>'
    (tmp_path / "a.kml").write_bytes(entity)
    with pytest.raises(InputError, match="holds <!ENTITY"):
        read_bays(tmp_path / "a.kml")
    remote = b'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/etc/passwd</SrcDataSource>'
    (tmp_path / "a.vrt").write_bytes(remote)
    with pytest.raises(InputError, match="point outside the file"):
        read_bays(tmp_path / "a.vrt")


def test_real_layers():
    folder = "data/weihai-coast/"
    bays = read_bays(shared_file(folder + "weihai_coast.gpkg"))
    assert len(bays) == 11
    assert len(read_land(shared_file(folder + "land.geojson"))) == 84
    assert len(read_rivers(shared_file(folder + "rivers_schematic.geojson"))) == 10
    zones = read_bays(shared_file("data/hongkong-marine/zones_hk1980grid_epsg2326.gpkg"))
    water = read_bays(shared_file("data/hongkong-marine/hongkong.gpkg"), layer="zones")
    for key in water.index:
        other = zones.geometry[key]
        assert other.symmetric_difference(water.geometry[key]).area < 1e-4 * other.area


@pytest.mark.parametrize(
    ("column", "name", "zh", "en"),
    [("名称", "试验湾", "试验湾", "试验湾"), ("name", "Test Bay", "Test Bay", "Test Bay")],
)
def test_a_name_in_one_language_stands_for_the_other(tmp_path, column, name, zh, en):
    path = tmp_path / "bays.geojson"
    gpd.GeoDataFrame({column: [name]}, geometry=[box(122, 37, 122.1, 37.1)], crs=4326).to_file(path)
    assert read_bays(path).iloc[0][["name_zh", "name_en"]].tolist() == [zh, en]


def test_a_bay_without_names_is_called_by_its_id(tmp_path):
    path = tmp_path / "bays.geojson"
    shapes = [box(122, 37, 122.1, 37.1)]
    gpd.GeoDataFrame({"bay_id": ["a7"]}, geometry=shapes, crs=4326).to_file(path)
    assert read_bays(path).loc["a7", ["name_zh", "name_en"]].tolist() == ["a7", "a7"]
    assert read_rivers(path).iloc[0]["name_en"] == ""
