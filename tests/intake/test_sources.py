"""What GDAL is given to open: archives unpacked, parts completed, nothing written beside a file."""

import gzip
import json
import zipfile

import geopandas as gpd
import pytest
from shapely import Polygon, box

from bayqa.errors import InputError
from bayqa.intake import check_path, read_bays, read_land

from .files import found
from .test_shapes import RING, collection, shapefile

NAME = "荣成湾"


def packed(target, folder, prefix="", keep=lambda path: True):
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(folder.iterdir()):
            if keep(path):
                archive.write(path, prefix + path.name)
    return target


def content(folder):
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


def marked(folder, page, *, note=None, mark=0):
    """Shapefile whose names are in one encoding, though it says another."""
    path = shapefile(folder, encoding=page, drop=(".cpg",))
    data = bytearray((folder / "bay.dbf").read_bytes())
    data[29] = mark
    (folder / "bay.dbf").write_bytes(bytes(data))
    if note is not None:
        (folder / "bay.cpg").write_text(note, "utf-8")
    return path


@pytest.mark.parametrize(
    ("page", "note", "mark"),
    [("GBK", "ISO-8859-1", 0), ("GBK", "OEM", 0), ("GBK", "中文", 0), ("GBK", None, 0x57),
     ("GBK", None, 0x03), ("GBK", "936", 0), ("GBK", None, 0x4D), ("UTF-8", "GBK", 0),
     ("UTF-8", None, 0x57), ("GBK", "UTF-8", 0)],
)  # fmt: skip
def test_names_are_read_whatever_a_shapefile_says_of_them(tmp_path, page, note, mark):
    path = marked(tmp_path, page, note=note, mark=mark)
    assert read_bays(path)["name_zh"].tolist() == [NAME]


@pytest.mark.parametrize("note", ["BIG5", None])
def test_names_in_traditional_script_are_read_as_the_file_says(tmp_path, note):
    frame = gpd.GeoDataFrame({"name": ["維多利亞港"]}, geometry=[Polygon(RING)], crs=4326)
    frame.to_file(tmp_path / "a.shp", encoding="BIG5")
    data = bytearray((tmp_path / "a.dbf").read_bytes())
    data[29] = 0x78
    (tmp_path / "a.dbf").write_bytes(bytes(data))
    if note is None:
        (tmp_path / "a.cpg").unlink()
    assert read_bays(tmp_path / "a.shp")["name_zh"].tolist() == ["維多利亞港"]


def test_names_with_accents_are_not_taken_for_chinese(tmp_path):
    frame = gpd.GeoDataFrame({"name": ["Baie de Quiberon à l'été"]}, geometry=[Polygon(RING)])
    frame.set_crs(4326).to_file(tmp_path / "a.shp", encoding="ISO-8859-1")
    assert read_bays(tmp_path / "a.shp")["name_en"].tolist() == ["Baie de Quiberon à l'été"]


@pytest.mark.parametrize("prefix", ["", "数据/海湾/", "a\\b\\"])
@pytest.mark.parametrize("lost", [".qpj", ".shx"])
def test_a_packed_shapefile_is_read_like_a_plain_one(tmp_path, prefix, lost):
    (tmp_path / "in").mkdir()
    marked(tmp_path / "in", "GBK")
    target = packed(tmp_path / "a.zip", tmp_path / "in", prefix, lambda p: p.suffix != lost)
    assert read_bays(target)["name_zh"].tolist() == [NAME]


def test_what_lies_beside_a_packed_shapefile_is_passed_over(tmp_path):
    (tmp_path / "in").mkdir()
    shapefile(tmp_path / "in")
    target = packed(tmp_path / "a.zip", tmp_path / "in")
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("__MACOSX/._bay.shp", b"\0\5\26\7")
        archive.writestr("readme.txt", "hello")
        archive.writestr("table.csv", "a,b\n1,2\n")
    assert read_bays(target)["name_zh"].tolist() == [NAME]


def test_a_folder_or_archive_of_several_layers_is_asked_about(tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("one", "land"):
        shapefile(tmp_path / "in", name=name)
    for path in (packed(tmp_path / "a.zip", tmp_path / "in"), tmp_path / "in"):
        with pytest.raises(InputError, match="several layers; say which with layer=: land, one"):
            read_bays(path)
        assert len(read_bays(path, layer="one")) == len(read_land(path)) == 1
        with pytest.raises(InputError, match="there is no layer 'two'; the layers are land, one"):
            read_bays(path, layer="two")
    (tmp_path / "none").mkdir()
    with pytest.raises(InputError, match="holds no vector file"):
        read_bays(tmp_path / "none")


def test_a_packed_database_is_read_under_any_name(tmp_path):
    frame = gpd.GeoDataFrame({"name": [NAME]}, geometry=[Polygon(RING)], crs=4326)
    frame.to_file(tmp_path / "x.gdb", driver="OpenFileGDB", layer="bays")
    with zipfile.ZipFile(tmp_path / "data.zip", "w") as archive:
        for part in (tmp_path / "x.gdb").iterdir():
            archive.write(part, f"deep/x.gdb/{part.name}")
    assert read_bays(tmp_path / "data.zip")["name_zh"].tolist() == [NAME]


def test_a_gzip_file_is_unpacked_within_bounds(tmp_path):
    path = collection(tmp_path / "a.geojson", [RING], name=[NAME])
    (tmp_path / "b.geojson.gz").write_bytes(gzip.compress(path.read_bytes()))
    assert read_bays(tmp_path / "b.geojson.gz")["name_zh"].tolist() == [NAME]
    (tmp_path / "c.geojson.gz").write_bytes(gzip.compress(path.read_bytes())[:-20])
    with pytest.raises(InputError, match="the gzip file is damaged"):
        read_bays(tmp_path / "c.geojson.gz")
    (tmp_path / "d.geojson.gz").write_bytes(gzip.compress(bytes(100 * 2**20), 9))
    with pytest.raises(InputError, match="would unpack to over"):
        read_bays(tmp_path / "d.geojson.gz")


def test_nothing_is_written_beside_a_gml_file(tmp_path):
    frame = gpd.GeoDataFrame({"name": [NAME]}, geometry=[Polygon(RING)], crs=4326)
    frame.to_file(tmp_path / "a.gml", driver="GML")
    (tmp_path / "a.xsd").unlink()
    before = content(tmp_path)
    assert read_bays(tmp_path / "a.gml")["name_zh"].tolist() == [NAME]
    assert content(tmp_path) == before


@pytest.mark.parametrize("name", ["a.geojson", "a.json", "a.gdalg.json"])
def test_a_chain_of_commands_for_gdal_is_refused(tmp_path, name):
    """GDAL 3.11 runs the commands of such a file, which read any file or address."""
    secret = collection(tmp_path / "secret.geojson", [RING], name=[NAME])
    command = f"gdal vector pipeline ! read {secret} ! filter --where 1=1"
    chain = {"type": "gdal_streamed_alg", "command_line": command}
    (tmp_path / name).write_text(json.dumps(chain))
    with pytest.raises(InputError, match="holds a chain of commands for GDAL"):
        read_bays(tmp_path / name)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / name, "a.geojson")
    with pytest.raises(InputError, match="holds a chain of commands for GDAL"):
        read_bays(tmp_path / "a.zip")


def test_a_name_with_a_line_break_is_refused_in_one_line(tmp_path):
    path = collection(tmp_path / "a\nb.geojson", [RING])
    report, code = check_path(path)
    assert code == 2
    assert "\n" not in report["message"].iloc[0]
    with pytest.raises(InputError, match="holds signs that none can type; rename the file"):
        read_bays(path)


def test_the_only_layer_of_polygons_is_taken_and_said(tmp_path):
    path = tmp_path / "a.gpkg"
    bays = gpd.GeoDataFrame({"name": [NAME]}, geometry=[Polygon(RING)], crs=4326)
    bays.to_file(path, layer="区划")
    gpd.GeoDataFrame(geometry=box(0, 0, 1, 1).boundary.interpolate([0, 1]), crs=4326).to_file(
        path, layer="站位"
    )
    out = read_bays(path)
    assert out["name_zh"].tolist() == [NAME]
    assert found(out, "layer", "assumed")["sheet"].tolist() == ["区划"]


def test_an_archive_of_an_archive_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.csv", "w") as archive:
        archive.writestr("b.csv", "WKT\nPOINT (1 1)\n")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / "a.csv", "a.csv")
    with pytest.raises(InputError, match="is an archive in an archive"):
        read_bays(tmp_path / "a.zip")


def test_a_damaged_archive_is_refused(tmp_path):
    (tmp_path / "in").mkdir()
    shapefile(tmp_path / "in")
    target = packed(tmp_path / "a.zip", tmp_path / "in")
    data = bytearray(target.read_bytes())
    at = data.find(b"bay.shp") + 60
    data[at : at + 8] = b"\xff" * 8
    target.write_bytes(bytes(data))
    with pytest.raises(InputError, match="the archive is damaged"):
        read_bays(target)
