"""Old encodings that no byte order mark names, told apart by the headings they make readable."""

from __future__ import annotations

import re

from bayqa.intake.names import parse_heading

__all__ = ["guess_codepage"]

_SAMPLE = 65_536
_PAGES = {"gb18030": "GB18030", "cp932": "Shift-JIS", "cp949": "EUC-KR", "cp1252": "Windows-1252"}
_HIGH = re.compile(rb"[\x80-\xff]+")


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
