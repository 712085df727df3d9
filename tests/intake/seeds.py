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

from .files import HEAD, ROWS, write_book

__all__ = ["mutate", "table_seeds", "vector_seeds"]


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
    }


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
