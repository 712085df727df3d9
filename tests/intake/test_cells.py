"""Shapes in the cells of tables, and in Parquet; and names under headings that no list has."""

import json
import struct

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from bayqa.errors import InputError
from bayqa.intake import read_bays

from .files import found
from .test_shapes import RING, collection

SHAPES = [Polygon(RING), MultiPolygon([box(123, 37, 123.1, 37.1), box(123.2, 37, 123.3, 37.1)])]
NAMES = ["桑沟湾", "荣成湾"]
WRITE = {
    "WKT": shapely.to_wkt,
    "EWKT": lambda s: "SRID=4326;" + s.wkt,
    "geom": lambda s: s.wkb_hex,
    "the_geom": lambda s: shapely.to_wkb(shapely.set_srid(s, 4326), hex=True, include_srid=True),
    "wkb": lambda s: "\\x" + shapely.to_wkb(shapely.force_3d(s, 1.0), hex=True, byte_order=0),
    "范围": lambda s: json.dumps(shapely.geometry.mapping(s)),
}


def table(**columns):
    return pd.DataFrame({"bay_id": ["a", "b"], "海湾名称": NAMES, **columns})


@pytest.mark.parametrize("heading", WRITE)
@pytest.mark.parametrize("kind", ["csv", "gbk", "tsv", "xlsx"])
def test_shapes_of_any_table_are_read(tmp_path, heading, kind):
    frame = table(**{heading: [WRITE[heading](s) for s in SHAPES]})
    path = tmp_path / f"a.{'csv' if kind == 'gbk' else kind}"
    if kind == "xlsx":
        frame.to_excel(path, index=False)
    else:
        encoding, sep = ("gbk" if kind == "gbk" else "utf-8"), ("\t" if kind == "tsv" else ",")
        frame.to_csv(path, index=False, encoding=encoding, sep=sep)
    bays = read_bays(path)
    assert bays["name_zh"].tolist() == NAMES
    assert all(shapely.equals(a, b) for a, b in zip(bays.geometry, SHAPES, strict=True))
    said = heading in ("EWKT", "the_geom")
    assert len(found(bays, "crs", "doubtful")) == (not said)


def test_a_system_in_the_cells_is_heeded(tmp_path):
    metres = gpd.GeoSeries(SHAPES, crs=4326).to_crs(4549)
    table(geom=["SRID=4549;" + s.wkt for s in metres]).to_csv(tmp_path / "a.csv", index=False)
    assert shapely.equals_exact(
        read_bays(tmp_path / "a.csv").geometry["a"], SHAPES[0], 1e-8, normalize=True
    )
    both = [f"SRID={k};{s.wkt}" for k, s in zip((4549, 4550), metres, strict=True)]
    table(geom=both).to_csv(tmp_path / "b.csv", index=False)
    with pytest.raises(InputError, match=r"several systems \(4549, 4550\)"):
        read_bays(tmp_path / "b.csv")
    table(geom=["SRID=1;" + s.wkt for s in metres]).to_csv(tmp_path / "c.csv", index=False)
    with pytest.raises(InputError, match="the SRID is not known"):
        read_bays(tmp_path / "c.csv")


def test_a_broken_cell_leaves_its_bay_out_by_name(tmp_path):
    table(WKT=[SHAPES[0].wkt, "POLYGON ((0 0, 1"]).to_csv(tmp_path / "a.csv", index=False)
    bays = read_bays(tmp_path / "a.csv")
    assert bays.index.tolist() == ["a"]
    assert found(bays, "empty shape", "left out")["row"].tolist() == [2]


def test_a_shape_among_the_headings_only_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("POINT (122 37)\n")
    with pytest.raises(InputError, match="holds no shape below its headings"):
        read_bays(tmp_path / "a.csv")


def test_collections_without_end_cannot_overflow_the_stack(tmp_path):
    point = struct.pack("<BIdd", 1, 1, 122, 37)
    binary = (struct.pack("<BII", 1, 6, 1) * 100_000 + point).hex()
    text = "GEOMETRYCOLLECTION(" * 100_000 + "POINT(1 1)" + ")" * 100_000
    for cell in (binary, text, '{"type":"GeometryCollection","coordinates":' + "[" * 100_000):
        table(geom=[SHAPES[0].wkt, cell]).to_csv(tmp_path / "a.csv", index=False)
        assert read_bays(tmp_path / "a.csv").index.tolist() == ["a"]


@pytest.mark.parametrize("crs", [4326, 4549])
def test_geoparquet_is_read(tmp_path, crs):
    frame = gpd.GeoDataFrame({"name": NAMES}, geometry=SHAPES, crs=4326).to_crs(crs)
    frame.to_parquet(tmp_path / "a.parquet")
    bays = read_bays(tmp_path / "a.parquet")
    assert bays["name_zh"].tolist() == NAMES
    assert shapely.equals_exact(bays.geometry.iloc[0], SHAPES[0], 1e-8, normalize=True)
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "b.parquet")
    with pytest.raises(InputError, match="cannot be read as GeoParquet"):
        read_bays(tmp_path / "b.parquet")
    frame[:0].to_parquet(tmp_path / "c.parquet")
    with pytest.raises(InputError, match="holds no feature"):
        read_bays(tmp_path / "c.parquet")


@pytest.mark.parametrize(
    "heading",
    ["NAME", "海湾名", "bay_name", "Name_CN", "HWMC", "湾名", "BAYNAME", "label", "nom", "nombre",
     "Bezeichnung", "美丽海湾名称", "name:zh", "ＮＡＭＥ", "管辖湾区名", "Wasserkörper"],
)  # fmt: skip
def test_names_are_found_under_any_heading(tmp_path, heading):
    more = {"Shape_Area": [1.5, 2.5], "owner": ["x", "x"]}
    path = collection(tmp_path / "a.geojson", [RING], [RING], **{heading: NAMES}, **more)
    bays = read_bays(path)
    assert bays["name_zh"].tolist() == NAMES
    said = heading in ("管辖湾区名", "Wasserkörper")
    assert found(bays, "name", "assumed")["column"].tolist() == [heading] * said


def test_two_columns_that_may_hold_names_are_not_guessed_between(tmp_path):
    path = collection(tmp_path / "a.geojson", [RING], [RING], p=["x", "y"], q=["u", "v"])
    assert read_bays(path).index.tolist() == ["001", "002"]


def test_ids_that_are_all_the_same_are_none(tmp_path):
    path = collection(tmp_path / "a.geojson", [RING], [RING], Id=[0, 0], name=NAMES)
    assert read_bays(path).index.tolist() == NAMES
    path = collection(tmp_path / "b.geojson", [RING], [RING], 编码=["B1", "B2"], name=NAMES)
    assert read_bays(path).index.tolist() == ["B1", "B2"]
