"""Parts of a shapefile: whether they are whole and belong together, their index and code page."""

from __future__ import annotations

import codecs
import re
import shutil
import struct
from pathlib import Path

import numpy as np

from bayqa.errors import InputError
from bayqa.intake.records.findings import Finding

__all__ = ["check_parts", "copy_indexed", "find_page", "find_part", "index_fault"]

_DBF = ((4, 8), (8, 10), (10, 12))
_PARTS = (".dbf", ".prj", ".cpg")
_LEAD = 100
"""Bytes of the header of a .shp and of a .shx."""
_ANY_LATIN = {0, 0x01, 0x02, 0x03, 0x57, 0x58, 0x59}
"""Marks of a .dbf that say nothing, or a western page that programs write unasked."""
_MULTIBYTE = {"gbk", "gb2312", "gb18030", "hz", "big5", "big5hkscs", "cp950", "cp949", "euc_kr",
              "cp932", "shift_jis", "euc_jp"}  # fmt: skip
_TEXT_BYTES = 8 * 2**20


def find_part(path: Path, end: str) -> Path:
    """Part of a shapefile with another ending, in the case that its file has."""
    upper = path.with_suffix(end.upper())
    return upper if upper.exists() and not path.with_suffix(end).exists() else path.with_suffix(end)


def check_parts(path: Path) -> None:
    """Raise InputError for parts that are cut short, which GDAL would read as far as they go."""
    says = {path: 2 * int.from_bytes(_head(path)[24:28], "big")}
    table = find_part(path, ".dbf")
    if _holds_table(path):
        n, lead, width = (int.from_bytes(_head(table)[a:b], "little") for a, b in _DBF)
        says[table] = lead + n * width
    for part, size in says.items():
        if part.stat().st_size < size:
            raise InputError(
                f"{part.name}: the file is cut short ({part.stat().st_size} of {size} bytes); copy "
                "all its parts again"
            )
    if _holds_table(path):
        _check_counts(path, table)


def _holds_table(path: Path) -> bool:
    table = find_part(path, ".dbf")
    return table.exists() and table.stat().st_size > 0


def _check_counts(path: Path, table: Path) -> None:
    """Refuse a table of another number of rows, whose names would go to the wrong shapes."""
    index = find_part(path, ".shx")
    if index_fault(path):
        shapes = len(_find_records(path))
    else:
        shapes = (index.stat().st_size - _LEAD) // 8
    rows = int.from_bytes(_head(table)[4:8], "little")
    if rows != shapes:
        raise InputError(
            f"{path.name}: holds {shapes} shapes, but {table.name} {rows} rows; the parts are not "
            "of the same file, copy all of them again"
        )


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_LEAD)


def index_fault(path: Path) -> str:
    """What is wrong with the .shx of a shapefile; empty where it fits the shapes."""
    index = find_part(path, ".shx")
    if not index.exists():
        return "the .shx beside it is missing"
    size = path.stat().st_size
    if size < _LEAD + 8:
        return ""
    data = index.read_bytes()[_LEAD:]
    entries = np.frombuffer(data[: len(data) // 8 * 8], ">i4").reshape(-1, 2).astype(np.int64) * 2
    wrong = "the .shx beside it does not fit the shapes"
    if not len(entries) or (entries[:, 0] < _LEAD).any() or (entries[:, 1] < 4).any():
        return wrong
    if (entries.sum(axis=1) + 8 > size).any():
        return wrong
    shapes = np.memmap(path, np.uint8, "r")
    lengths = sum(shapes[entries[:, 0] + 4 + k].astype(np.int64) << (8 * (3 - k)) for k in range(4))
    return wrong if (lengths * 2 != entries[:, 1]).any() else ""


def _find_records(path: Path) -> list[tuple[int, int]]:
    """Place and length of each shape in a .shp, in words of two bytes."""
    data, place, records = path.read_bytes(), _LEAD, []
    while place + 8 <= len(data):
        length = struct.unpack_from(">i", data, place + 4)[0]
        if length < 2 or place + 8 + 2 * length > len(data):
            raise InputError(
                f"{path.name}: shape {len(records) + 1} is damaged and there is no index to go on "
                "by; copy all parts of the file again"
            )
        records.append((place // 2, length))
        place += 8 + 2 * length
    return records


def copy_indexed(path: Path, folder: Path) -> Path:
    """Copy of a shapefile in another folder with an index made from its shapes."""
    records = np.array(_find_records(path), ">i4").reshape(-1, 2)
    copy = folder / "shapes.shp"
    shutil.copyfile(path, copy)
    for end in _PARTS:
        part = find_part(path, end)
        if part.exists():
            shutil.copyfile(part, copy.with_suffix(end))
    head = bytearray(_head(path))
    head[24:28] = struct.pack(">i", (_LEAD + 8 * len(records)) // 2)
    copy.with_suffix(".shx").write_bytes(bytes(head) + records.tobytes())
    return copy


def find_page(path: Path, name: str) -> tuple[str | None, list[Finding]]:
    """Encoding of the table of a shapefile and a finding; None where GDAL finds it by itself.

    Texts that are valid UTF-8 are; texts that are Chinese in GB18030 are, when the file says
    nothing or a western page, as programs write unasked.
    """
    if not _holds_table(path):
        return None, []
    texts = _read_texts(find_part(path, ".dbf"))
    joined = b" ".join(texts)
    said = _said_page(path)
    if joined.isascii():
        return None, []
    page = "UTF-8" if _decodes(texts, "utf-8") else ""
    if not page and said not in _MULTIBYTE and _is_chinese(texts):
        page = "GB18030"
    if not page or codecs.lookup(page).name == said:
        return None, []
    text = f"names are read as {page}"
    if said and said != "cp1252":
        text += f", though the file says {said}"
    action = "doubtful" if said == "gbk" else "assumed"
    return page, [Finding(name, "encoding", action, text)]


def _said_page(path: Path) -> str:
    """Python's name of the encoding that the .cpg or the table names; empty for none known."""
    note = find_part(path, ".cpg")
    if note.exists():
        word = note.read_bytes()[:40].decode("ascii", "replace").strip().lower()
        word = re.sub(r"^(?:ansi|oem|cp|ms)?[ -_]*(\d{3,5})$", r"cp\1", word)
        word = {"cp65001": "utf-8", "cp54936": "gb18030"}.get(word, word)
        try:
            return codecs.lookup(word).name
        except (LookupError, ValueError):
            return ""
    mark = _head(find_part(path, ".dbf"))[29:30]
    if not mark or mark[0] in _ANY_LATIN:
        return ""
    return {0x4D: "gbk", 0x78: "big5", 0x4F: "big5", 0x79: "cp949", 0x7A: "gbk"}.get(
        mark[0], "cp932" if mark[0] in (0x13, 0x7B) else "other"
    )


def _read_texts(table: Path) -> list[bytes]:
    """Headings and texts of the beginning of a table."""
    with table.open("rb") as file:
        data = file.read(_TEXT_BYTES)
    lead, width = (int.from_bytes(data[a:b], "little") for a, b in _DBF[1:])
    fields = [data[p : p + 32] for p in range(32, min(lead, len(data)) - 32, 32)]
    texts, place = [f[:11].split(b"\0")[0] for f in fields if f[:1] != b"\r"], 1
    rows = range(lead, len(data) - width + 1, width) if width else ()
    for field in fields:
        if field[11:12] == b"C":
            texts += [data[r + place : r + place + field[16]].strip(b" \0") for r in rows]
        place += field[16] if len(field) > 16 else 0
    return texts


def _decodes(texts: list[bytes], page: str) -> bool:
    """Whether all texts are of an encoding, but for letters that their field cuts in two."""
    decode = codecs.getincrementaldecoder(page)
    try:
        for text in texts:
            decode().decode(text)
    except UnicodeDecodeError:
        return False
    return True


def _is_chinese(texts: list[bytes]) -> bool:
    """Whether texts are GB18030 with nine of ten of their letters among the common ones."""
    if not _decodes(texts, "gb18030"):
        return False
    high = sum(b > 0x7F for text in texts for b in text)
    pairs = sum(2 * len(re.findall(rb"[\xb0-\xf7][\xa1-\xfe]", text)) for text in texts)
    return pairs >= 0.8 * high
