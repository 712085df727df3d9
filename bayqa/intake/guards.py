"""Guards at the door: files that would exhaust memory or reach outside are refused unread."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from bayqa.errors import InputError

__all__ = ["check_archive", "check_exists", "check_markup", "cut_tags"]

_RATIO = 50
_SMALL = 32 * 2**20
_LARGE = 2 * 2**30
_OUTSIDE = re.compile(rb"<!ENTITY|<OGR\w*(?:DataSource|Layer)|<GDAL_?\w*|<VRTDataset", re.I)


def check_exists(path: Path) -> None:
    """Raise InputError for a path that is no readable, non-empty file or folder of files."""
    if not path.exists():
        raise InputError(f"{path}: there is no such file; check the path")
    if path.is_file() and path.stat().st_size == 0:
        raise InputError(f"{path.name}: the file is empty (0 bytes); export it again")


def check_archive(path: Path) -> list[zipfile.ZipInfo]:
    """Members of a zip file, or InputError for a broken, bomb-like or path-escaping one."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InputError(
            f"{path.name}: the file is damaged or cut short ({error}); copy or export it again"
        ) from None
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
