"""The file that GDAL may open for a path: made safe, unpacked and completed in a copy.

GDAL follows references to other files, writes helpers beside some and misses parts of others.
"""

from __future__ import annotations

import gzip
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from bayqa.errors import InputError
from bayqa.intake.files.packed import is_clutter, true_name
from bayqa.intake.polygons.shapefiles import check_parts, copy_indexed, find_page, index_fault
from bayqa.intake.records.findings import Finding
from bayqa.intake.records.guards import (
    check_archive,
    check_database,
    check_markup,
    refuse_broken,
)

__all__ = ["Source", "open_source"]

_MARKUP = {".kml", ".gml", ".gpx", ".xml", ".vrt", ".svg", ".xlsx"}
_KEPT_PACKED = {".kmz", ".xlsx", ".xlsm", ".ods"}
"""Archives that GDAL reads as they are."""
_SHAPES = {".shp", ".gpkg", ".geojson", ".topojson", ".geojsonl", ".kml", ".gml", ".fgb", ".tab",
           ".mif", ".sqlite", ".gdb", ".gpx", ".dxf"}  # fmt: skip
_TABLES = {".csv", ".tsv", ".json", ".xlsx", ".parquet"}
_PIPELINE = re.compile(rb"gdal_streamed_alg|gdal_stream|\\u00[0-9a-f]{2}dal_streamed", re.I)
_HEAD = 2**16


class Source(NamedTuple):
    """What is opened instead of a path: `name` is what the findings call it."""

    name: str
    path: Path
    layer: str | None
    encoding: str | None
    findings: tuple[Finding, ...]


@contextmanager
def open_source(path: Path, layer: str | None, usual: tuple[str, ...]) -> Iterator[Source]:
    """Source of a path, for as long as it is read.

    Parameters
    ----------
    path : Path
        File or folder that is there.
    layer : str or None
        Layer that is asked for; in an archive or folder of files the name of one of them.
    usual : tuple of str
        Names to take where several files are there and none is asked for.

    Raises
    ------
    InputError
        When the file is damaged or dangerous, or holds several files and none is asked for.
    """
    with tempfile.TemporaryDirectory() as made:
        folder, name = Path(made), path.name
        if path.is_dir() and path.suffix.lower() != ".gdb":
            path, layer, name = _choose_file(path, path.name, layer, usual)
        if path.is_file() and _is_packed(path):
            _unpack(path, folder / "unpacked")
            path, layer, name = _choose_file(folder / "unpacked", name, layer, usual)
            if path.is_file() and _is_packed(path):
                raise InputError(f"{name}: is an archive in an archive; unpack it first")
        elif path.suffix.lower() == ".gz":
            path = _gunzip(path, folder / path.stem)
        if path.is_file():
            _check_safety(path, name)
        yield _prepared(path, name, layer, folder)


def _prepared(path: Path, name: str, layer: str | None, folder: Path) -> Source:
    """Source of a single file, copied where it lacks a part or would get one."""
    if path.suffix.lower() == ".gml":
        return Source(name, _copy_markup(path, folder), layer, None, ())
    if path.suffix.lower() != ".shp":
        return Source(name, path, layer, None, ())
    check_parts(path)
    encoding, findings = find_page(path, name)
    fault = index_fault(path)
    if fault:
        text = f"{fault}; it is made anew from the shapes"
        findings.append(Finding(name, "vector file", "assumed", text))
        layer = None if layer in (path.stem, None) else layer
        path = copy_indexed(path, folder)
    return Source(name, path, layer, encoding, tuple(findings))


def _copy_markup(path: Path, folder: Path) -> Path:
    """Copy of a GML file, since GDAL writes what it learns of the schema beside it."""
    for end in (".gml", ".xsd", ".gfs"):
        part = path if end == ".gml" else path.with_suffix(end)
        if part.exists():
            check_markup(part.name, part.read_bytes())
            shutil.copyfile(part, (folder / "shapes").with_suffix(end))
    return folder / "shapes.gml"


def _is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04" and path.suffix.lower() not in _KEPT_PACKED


def _check_safety(path: Path, name: str) -> None:
    with path.open("rb") as file:
        start = file.read(_HEAD)
    if _PIPELINE.search(start):
        raise InputError(
            f"{name}: holds a chain of commands for GDAL, which can read any file; run it "
            "yourself and give what it writes"
        )
    if start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" or path.suffix.lower() in _MARKUP:
        check_markup(name, path.read_bytes())
    if start[:15] == b"SQLite format 3":
        check_database(path)
    if start[:4] == b"PK\x03\x04":
        for member in check_archive(path):
            if member.filename.lower().endswith((".kml", ".gml", ".xml", ".vrt")):
                with zipfile.ZipFile(path) as archive:
                    check_markup(name, _read_member(name, archive, member))


def _read_member(name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with refuse_broken(name, "the archive is damaged", "copy it again"):
        return archive.read(member)


def _unpack(path: Path, folder: Path) -> None:
    """Write the members of an archive into a folder, by the names that their archiver meant."""
    members = [m for m in check_archive(path) if not m.is_dir() and not is_clutter(m.filename)]
    with refuse_broken(path.name, "the archive is damaged", "copy it again"):
        with zipfile.ZipFile(path) as archive:
            for member in members:
                parts = PurePosixPath(true_name(member).replace("\\", "/")).parts
                copy = folder.joinpath(*(p for p in parts if p not in ("/", "..")))
                copy.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as packed, copy.open("wb") as file:
                    shutil.copyfileobj(packed, file, 2**20)


def _gunzip(path: Path, copy: Path) -> Path:
    """Copy of a gzip file, unpacked within bounds."""
    limit, size = 64 * 2**20 + 30 * path.stat().st_size, 0
    with refuse_broken(path.name, "the gzip file is damaged", "copy it again"):
        with gzip.open(path) as packed, copy.open("wb") as file:
            while block := packed.read(2**20):
                size += len(block)
                if size > limit:
                    break
                file.write(block)
    if size > limit:
        raise InputError(f"{path.name}: would unpack to over {limit} bytes; unpack it yourself")
    return copy


def _choose_file(folder: Path, name: str, layer: str | None, usual: tuple[str, ...]):
    """File of a folder that is meant, the layer to take in it, and what to call it."""
    inside = [p for p in sorted(folder.rglob("*")) if p.parent.suffix.lower() != ".gdb"]
    files = [p for p in inside if p.suffix.lower() in _SHAPES and not is_clutter(p.name)]
    files = files or [p for p in inside if p.suffix.lower() in _TABLES and p.is_file()]
    if not files:
        raise InputError(f"{name}: holds no vector file; wanted a shapefile with all its parts")
    if len(files) == 1:
        one = files[0]
        return one, layer if layer != one.stem or one.suffix.lower() == ".gdb" else None, name
    wanted = [p for p in files if p.stem == layer]
    known = [p for p in files if p.stem.casefold() in usual]
    if layer is not None and not wanted:
        stems = ", ".join(p.stem for p in files[:20])
        raise InputError(f"{name}: there is no layer {layer!r}; the layers are {stems}")
    chosen = wanted or known
    if len(chosen) == 1:
        return chosen[0], None, f"{name}/{chosen[0].name}"
    stems = ", ".join(p.stem for p in files[:20])
    raise InputError(f"{name}: holds several layers; say which with layer=: {stems}")
