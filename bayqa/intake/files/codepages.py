"""Encodings of text: by mark, by validity, or by the headings that one makes readable.

Sources are functions that open a file of bytes anew, so that a large one is never held whole.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

from bayqa.errors import InputError
from bayqa.intake.vocabulary.names import parse_heading

__all__ = ["decode_text", "find_encoding", "guess_codepage", "read_blocks"]

_BLOCK = 2**20
_MAGIC = {b"SQLite format 3": "a database (GeoPackage)", b"%PDF": "a PDF",
          b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"Rar!": "an archive",
          b"7z\xbc\xaf": "an archive", b"\x1f\x8b": "a gzip archive"}  # fmt: skip

_SAMPLE = 65_536
_PAGES = {"gb18030": "GB18030", "big5hkscs": "Big5", "cp932": "Shift-JIS", "cp949": "EUC-KR",
          "cp1252": "Windows-1252", "cp1251": "Windows-1251", "koi8-r": "KOI8-R"}  # fmt: skip
_HIGH = re.compile(rb"[\x80-\xff]+")


def decode_text(name: str, data: bytes) -> str:
    """Text of bytes in UTF-8 (with or without BOM), UTF-16 or GB18030.

    Raises
    ------
    InputError
        For binary content, and for bytes of two encodings, naming the line.
    """
    encoding = find_encoding(name, lambda: io.BytesIO(data))
    return data.decode(encoding).lstrip("\ufeff")


def find_encoding(name: str, source: Callable[[], BinaryIO]) -> str:
    """Encoding in which all of a file can be read, with "utf-8-sig" for UTF-8.

    Raises
    ------
    InputError
        As for `decode_text`.
    """
    with source() as file:
        start = file.read(_SAMPLE)
    for magic, what in _MAGIC.items():
        if start.startswith(magic):
            raise InputError(f"{name}: this is {what}, not a text table; export it as CSV or xlsx")
    wide = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else _bare_utf16(start)
    if wide:
        line = _broken_line(source, wide)
        if line:
            raise InputError(
                f"{name}: line {line} is not valid {wide.upper()}; save the file again as UTF-8"
            )
        return wide
    _check_binary(name, start)
    return "utf-8-sig" if not _broken_line(source, "utf-8-sig") else _find_old(name, source)


def read_blocks(source: Callable[[], BinaryIO], encoding: str) -> Iterator[str]:
    """Text of a file, piece by piece; UnicodeDecodeError where it is broken."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with source() as file:
        while block := file.read(_BLOCK):
            yield decoder.decode(block)
    yield decoder.decode(b"", True)


def _broken_line(source: Callable[[], BinaryIO], encoding: str) -> int:
    """Number of the first line that cannot be decoded, 0 where there is none."""
    line = 1
    try:
        for text in read_blocks(source, encoding):
            line += text.count("\n")
    except UnicodeDecodeError as error:
        sound = error.object[: error.start]
        return line + sound.decode(error.encoding, "ignore").count("\n")
    return 0


def _bare_utf16(sample: bytes) -> str:
    sample = sample[:2000]
    if len(sample) < 4 or b"\0" not in sample:
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) / 2
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * half and odd < 0.05 * half else ""


def _check_binary(name: str, sample: bytes) -> None:
    strange = sum(sample.count(bytes([c])) for c in range(32) if c not in (0, 9, 10, 11, 12, 13))
    nuls = sample.count(0)
    if strange > 0.01 * len(sample) + 2 or nuls > 0.2 * len(sample):
        raise InputError(
            f"{name}: the content is binary, not a text table; export it as CSV or xlsx"
        )


def _find_old(name: str, source: Callable[[], BinaryIO]) -> str:
    """Encoding of a file that is no UTF-8; one that changes on the way is refused."""
    first: dict[str, int] = {}
    with source() as file:
        for number, line in enumerate(file, 1):
            if not line.isascii():
                first.setdefault(_line_encoding(line), number)
    if "utf-8" in first and "gb18030" in first:
        raise InputError(_mixed(name, max(first["utf-8"], first["gb18030"])))
    with source() as file:
        page = guess_codepage(file.read(_SAMPLE + 1))
    line = _broken_line(source, page)
    if line:
        raise InputError(
            f"{name}: line {line} is neither UTF-8 nor GBK; save the file again as UTF-8"
        )
    return page


def _line_encoding(line: bytes) -> str:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    cjk = sum("\u4e00" <= c <= "\u9fff" or "\uff00" <= c <= "\uffef" for c in text)
    return "utf-8" if cjk >= 2 else "either"


def _mixed(name: str, line: int) -> str:
    return (
        f"{name}: line {line} is in another encoding than the lines before it "
        "(UTF-8 and GBK mixed); save the file again as UTF-8"
    )


def guess_codepage(data: bytes) -> str:
    """Python name of the encoding of bytes that are no UTF-8: GB18030 unless another reads better.

    That is the one in which most headings are known words; where none tells, single high bytes
    between Latin letters mean Windows-1252.
    """
    if data.startswith(b"\xef\xbb\xbf"):
        return "gb18030"  # what follows the mark of UTF-8 is broken, not another encoding
    sample = data[:_SAMPLE]
    if len(data) > _SAMPLE:
        sample = sample[: sample.rfind(b"\n") + 1]
    scores = {page: _known_headings(sample, page) for page in _PAGES}
    if _lone_bytes(sample):
        scores["cp1252"] += 0.5
    # The first of equals wins, and that is GB18030.
    return max(_PAGES, key=lambda page: scores[page])


def _known_headings(sample: bytes, page: str) -> float:
    try:
        text = sample.decode(page)
    except UnicodeDecodeError:
        return -1
    cells = {c.strip("\"' ") for line in text.splitlines()[:30] for c in re.split(r"[,;\t|]", line)}
    found = [parse_heading(c) for c in cells if c and len(c) < 60 and not c.isascii()]
    return sum(bool(h.field or h.parameter) for h in found)


def _lone_bytes(sample: bytes) -> bool:
    """Whether most runs of high bytes have odd length, as pairs never do."""
    runs = [len(run) % 2 for run in _HIGH.findall(sample)]
    return sum(runs) > 0.5 * len(runs)
