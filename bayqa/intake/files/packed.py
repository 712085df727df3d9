"""Zip archives of tables: each member read as a file of its own."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from bayqa.errors import InputError
from bayqa.intake.records.findings import Finding
from bayqa.intake.records.grid import Grid
from bayqa.intake.records.guards import BROKEN_ARCHIVE, check_archive, refuse_broken

__all__ = ["holds_tables", "holds_workbook", "is_clutter", "read_packed", "true_name"]

_TABLES = {".csv", ".tsv", ".txt", ".dat", ".tab", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods",
           ".json", ".parquet", ".html", ".htm", ".xml"}  # fmt: skip
_PARTS = ("[content_types].xml", "mimetype", "content.xml")


def holds_workbook(path: Path) -> bool:
    """Whether a zip archive is itself a workbook; a broken one is taken for one."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = {n.casefold() for n in archive.namelist()}
    except BROKEN_ARCHIVE:
        return True
    return bool(names & set(_PARTS)) or any(n.startswith("xl/") for n in names)


def holds_tables(path: Path) -> bool:
    """Whether a zip archive has a member that may be a table and none that is a shapefile."""
    if not zipfile.is_zipfile(path):
        return False
    ends = {PurePosixPath(m.filename).suffix.lower() for m in check_archive(path)}
    shapes = {".shp", ".gpkg", ".kml", ".geojson", ".gml", ".fgb", ".gdbtable", ".tab", ".mif"}
    return bool(ends & _TABLES) and not ends & shapes


def read_packed(path: Path, read) -> list[Grid]:
    """Grids of all tables in an archive; other members are counted and passed over.

    `read` turns the path of one member into its grids.

    Raises
    ------
    InputError
        When no member is a table, or all of them are unreadable.
    """
    members = [m for m in check_archive(path) if not m.is_dir() and not is_clutter(m.filename)]
    wanted = [m for m in members if PurePosixPath(m.filename).suffix.lower() in _TABLES]
    if not wanted:
        raise InputError(
            f"{path.name}: the archive holds no table; wanted CSV or Excel files in it"
        )
    grids: list[Grid] = []
    errors: list[InputError] = []
    taken = {m.filename for m in wanted}
    others = [m for m in members if m.filename not in taken]
    notes = [_note(path, m, "no table by its name", "ignored") for m in others]
    for member in wanted:
        try:
            grids += _read_member(path, member, read)
        except InputError as error:
            errors.append(error)
            notes.append(_note(path, member, str(error), "left out"))
    if not grids:
        raise errors[0]
    grids[0] = grids[0]._replace(findings=(*grids[0].findings, *notes))
    return grids


def is_clutter(name: str) -> bool:
    """Whether a member of an archive is what systems and offices leave behind."""
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith((".", "~$"))


def _note(path: Path, member: zipfile.ZipInfo, text: str, action: str) -> Finding:
    return Finding(path.name, "archive", action, text, found=true_name(member))


def true_name(member: zipfile.ZipInfo) -> str:
    """Name of a member; old Chinese archivers wrote GBK and did not say so."""
    if member.flag_bits & 0x800 or member.filename.isascii():
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename


def _read_member(path: Path, member: zipfile.ZipInfo, read) -> list[Grid]:
    name = f"{path.name}/{true_name(member)}"
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / PurePosixPath(true_name(member)).name
        with refuse_broken(name, "the archive is damaged", "pack it again"):
            with zipfile.ZipFile(path) as archive:
                with archive.open(member) as packed, copy.open("wb") as file:
                    shutil.copyfileobj(packed, file, 2**20)
        try:
            grids = read(copy)
        except InputError as error:
            raise InputError(str(error).replace(copy.name, name, 1)) from None
    return [_renamed(grid, name) for grid in grids]


def _renamed(grid: Grid, name: str) -> Grid:
    findings = tuple(f._replace(file=name) for f in grid.findings)
    return grid._replace(file=name, findings=findings)
