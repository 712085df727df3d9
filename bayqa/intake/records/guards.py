"""Guards at the door: files that would exhaust memory or reach outside are refused unread."""

from __future__ import annotations

import re
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from bayqa.errors import InputError

__all__ = ["BROKEN_ARCHIVE", "check_archive", "check_database", "check_exists", "check_markup",
           "check_width", "cut_tags", "refuse_broken"]  # fmt: skip

BROKEN_ARCHIVE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError,
                  NotImplementedError)  # fmt: skip
"""What `zipfile` raises on damaged bytes."""
_RATIO = 50
_SMALL = 32 * 2**20
_LARGE = 2 * 2**30
_MOST_COLUMNS = 16_384
_MOST_MEMBERS = 2000
_VIEWS = (
    "SELECT name FROM sqlite_master WHERE type = 'view' AND lower(name) IN "
    "(SELECT lower(table_name) FROM gpkg_contents)"
)
_OUTSIDE = re.compile(rb"<!ENTITY|<OGR\w*(?:DataSource|Layer)|<GDAL_?\w*|<VRTDataset", re.I)


def check_exists(path: Path) -> None:
    """Raise InputError for a path that is no readable, non-empty file or folder of files."""
    if not path.name.isprintable():
        raise InputError(f"{path.name!r}: the name holds signs that none can type; rename the file")
    if not path.exists():
        raise InputError(f"{path}: there is no such file; check the path")
    if not path.is_file() and not path.is_dir():
        raise InputError(f"{path.name}: is no file but a device or a pipe; give a file")
    if path.is_file() and path.stat().st_size == 0:
        raise InputError(f"{path.name}: the file is empty (0 bytes); export it again")


@contextmanager
def refuse_broken(name: str, found: str, remedy: str) -> Iterator[None]:
    """Say in one sentence what is wrong with a file whose bytes are broken."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:  # the libraries raise a dozen kinds on broken bytes
        short = " ".join(str(error).split())[:100]
        raise InputError(f"{name}: {found} ({short}); {remedy}") from None


def check_archive(path: Path) -> list[zipfile.ZipInfo]:
    """Members of a zip file, or InputError for a broken, bomb-like or path-escaping one."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except BROKEN_ARCHIVE as error:
        raise InputError(
            f"{path.name}: the file is damaged or cut short ({error}); copy or export it again"
        ) from None
    if len(members) > _MOST_MEMBERS:
        raise InputError(
            f"{path.name}: holds {len(members)} files, more than {_MOST_MEMBERS}; unpack it and "
            "give those that are wanted"
        )
    for member in members:
        _check_member(path.name, member)
    size = max(path.stat().st_size, 1)
    if any(m.compress_size > size for m in members):
        # Reading such a member would reserve the gigabytes that it claims to hold.
        raise InputError(
            f"{path.name}: the file is damaged (a member claims more bytes than there are); copy "
            "it again"
        )
    total = sum(m.file_size for m in members)
    if total > _LARGE or (total > _SMALL and total > _RATIO * size):
        raise InputError(
            f"{path.name}: {size} bytes would unpack to {total}, as in a zip bomb; "
            "save the table anew without empty or formatted rest"
        )
    return members


def _check_member(name: str, member: zipfile.ZipInfo) -> None:
    if not member.filename:
        raise InputError(f"{name}: the file is damaged (a member has no name); copy it again")
    parts = PurePosixPath(member.filename.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or ":" in member.filename.split("/")[0]:
        raise InputError(
            f"{name}: the member {member.filename!r} points outside the archive; "
            "do not use this file, ask for a clean copy"
        )
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # LZMA asks for as much memory as its header names, however small the file.
        raise InputError(
            f"{name}: the member {member.filename!r} is packed in an unusual way; pack it again "
            "as a plain zip"
        )
    if member.flag_bits & 1:
        raise InputError(f"{name}: the file is locked by a password; save it without one")


def check_width(name: str, width: int) -> None:
    """Raise InputError for a table wider than any spreadsheet can be."""
    if width > _MOST_COLUMNS:
        raise InputError(
            f"{name}: a row has {width} cells, more than the {_MOST_COLUMNS} of the widest "
            "spreadsheet; is the separator right?"
        )


def check_database(path: Path) -> None:
    """Raise InputError for a GeoPackage whose layers are computed when they are read."""
    try:
        with closing(
            sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        ) as base:
            views = base.execute(_VIEWS).fetchall()
    except (
        sqlite3.Error,
        UnicodeDecodeError,
    ):  # what is wrong with it, the reader of layers says better
        return
    if views:
        raise InputError(
            f"{path.name}: the layer {views[0][0]!r} is a view, which computes its shapes without "
            "limit; export it as a layer of its own"
        )


def cut_tags(file: BinaryIO) -> Iterator[bytes]:
    """Pieces of markup, about a megabyte each, that end behind a cell or at least behind a tag."""
    rest = b""
    while block := file.read(2**20):
        block = rest + block
        end = block.rfind(b"</c>") + 4
        end = end if end > 3 else block.rfind(b">") + 1
        yield block[:end]
        rest = block[end:][-(2**20) :]
    yield rest


def check_markup(name: str, data: bytes) -> None:
    """Raise InputError for markup that defines entities or points at other data sources."""
    hit = _OUTSIDE.search(data)
    if hit:
        raise InputError(
            f"{name}: holds {hit.group().decode('ascii', 'replace')}, which can point outside the "
            "file or grow without limit; convert it to GeoPackage or CSV first"
        )
