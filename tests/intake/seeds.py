"""Sound small files of every kind, and ways to break their bytes."""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile

import geopandas as gpd
import pandas as pd
import xlwt
from shapely import MultiPolygon, box

from .files import HEAD, ROWS, write_book, write_text

__all__ = ["break_rows", "mutate", "table_seeds", "vector_seeds"]

_ODD = ["", " ", "=1+1", "@x", "-", "1e999", "９９", "2023-02-30", "东经", "°", "<", "L", "\x00",
        "\ufeff", "无机氮", "0" * 400, "nan", "'", '"', "𠀀", "1,2,3", "12:61", "E", "-0", "٣", "½",
        "平均值", "9" * 30, "1e-400", "0x1F", "True", "#REF!", "(", "[1,", "1~", "45054",
        "\t"]  # fmt: skip
_ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="S">{}</table:table></office:spreadsheet></office:body>'
    "</office:document-content>"
)
_ODS_KIND = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS_KIND}"/>'
    "</manifest:manifest>"
)
_ODS_TAGS = (
    "<table:table-row>{}</table:table-row>",
    '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>',
)
_XML_TAGS = ("<Row>{}</Row>", '<Cell><Data ss:Type="String">{}</Data></Cell>')
_XML = (
    '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="S"><Table>{}'
    "</Table></Worksheet></Workbook>"
)


def table_seeds(folder) -> dict[str, bytes]:
    """Bytes of one clean table in every format."""
    rows = [HEAD, *ROWS]
    text = "\n".join(",".join(r) for r in rows) + "\n"
    cells = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in r) + "</tr>" for r in rows)
    frame = pd.DataFrame(ROWS, columns=HEAD)
    parquet = io.BytesIO()
    frame.to_parquet(parquet)
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            sheet.write(i, j, cell)
    old = io.BytesIO()
    book.save(old)
    return {
        "csv": text.encode(),
        "gbk.csv": text.encode("gbk"),
        "utf16.csv": text.encode("utf-16"),
        "csv.gz": gzip.compress(text.encode()),
        "xlsx": write_book(folder / "seed.xlsx", {"S": rows}).read_bytes(),
        "xls": old.getvalue(),
        "html": f"<html><body><table>{cells}</table></body></html>".encode(),
        "json": json.dumps(frame.to_dict("records"), ensure_ascii=False).encode(),
        "parquet": parquet.getvalue(),
        "ods": _pack(_ods_members(rows)),
        "xml": _XML.format(_markup(rows, *_XML_TAGS)).encode(),
        "tables.zip": _pack({"a.csv": text, "b.csv": text.replace("W0", "V0")}),
    }


def _pack(members: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return packed.getvalue()


def _ods_members(rows) -> dict[str, str]:
    return {
        "mimetype": _ODS_KIND,
        "META-INF/manifest.xml": _MANIFEST,
        "content.xml": _ODS.format(_markup(rows, *_ODS_TAGS)),
    }


def _markup(rows, row: str, cell: str) -> str:
    return "".join(row.format("".join(cell.format(c) for c in r)) for r in rows)


def vector_seeds(folder) -> dict[str, bytes]:
    """Bytes of two bays in every vector format."""
    shapes = [box(122.5, 37.0, 122.6, 37.1), MultiPolygon([box(122.7, 37, 122.8, 37.1)])]
    frame = gpd.GeoDataFrame({"bay_id": ["a", "b"], "name": ["A", "B"]}, geometry=shapes, crs=4326)
    seeds = {}
    for kind in ("gpkg", "geojson", "shp", "fgb", "kml"):
        frame.to_file(folder / f"seed.{kind}", **({"driver": "KML"} if kind == "kml" else {}))
        seeds[kind] = (folder / f"seed.{kind}").read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for part in sorted(folder.glob("seed.[scdp][hbpr][xfgjp]")):
            archive.write(part, part.name)
    return {**seeds, "zip": packed.getvalue()}


def mutate(data: bytes, rng: random.Random) -> bytes:
    """Data with bits flipped, pieces cut, doubled, or overwritten, or the end missing."""
    out = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        if not out:
            break
        at, size = rng.randrange(len(out)), rng.choice((1, 1, 2, 8, 60))
        way = rng.randrange(6)
        if way == 0:
            out[at] ^= 1 << rng.randrange(8)
        elif way == 1:
            out[at : at + size] = rng.randbytes(size)
        elif way == 2:
            del out[at : at + size]
        elif way == 3:
            out[at:at] = out[at : at + size] * rng.randint(1, 5)
        elif way == 4:
            out[at : at + 4] = rng.choice((b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff", b"-1e9"))
        elif rng.random() < 0.4:
            del out[at:]
    return bytes(out)


def break_rows(rng: random.Random, folder):
    """Path of a table, text or workbook, with a few cells of a sound one replaced by odd texts."""
    rows = [list(r) for r in [HEAD, *ROWS]]
    for _ in range(rng.randint(1, 12)):
        rows[rng.randrange(len(rows))][rng.randrange(len(HEAD))] = rng.choice(_ODD)
    if rng.random() < 0.1:
        clean = [[c.replace("\x00", "") for c in r] for r in rows]
        return write_book(folder / "a.xlsx", {"S": clean})
    return write_text(folder / "a.csv", rows, sep=rng.choice(",;\t"))
