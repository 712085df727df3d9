"""Bookmarks, links, page labels and page order of a finished PDF.

They are added as an incremental update (ISO 32000-1, 7.5.6): new versions of a few objects behind
the old end of the file, so that a book can be drawn page by page before its contents are known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bayqa.errors import InputError

__all__ = ["Bookmark", "Link", "add_outline"]

_POINTS_PER_MM = 72 / 25.4


class Bookmark(NamedTuple):
    """An entry of the outline; `page` counts from 0 in the final order."""

    title: str
    page: int
    children: tuple[Bookmark, ...] = ()


class Link(NamedTuple):
    """A rectangle in millimetres on one page that leads to another; pages count from 0."""

    page: int
    left: float
    bottom: float
    right: float
    top: float
    target: int


class _File(NamedTuple):
    """What is read of the PDF."""

    data: bytes
    offsets: dict[int, int]
    size: int
    root: int
    info: int
    start: int
    kids: list[int]
    """Object numbers of the pages in the order drawn."""


def add_outline(
    path: Path,
    *,
    order: Sequence[int],
    bookmarks: Sequence[Bookmark],
    links: Sequence[Link] = (),
    n_front: int = 0,
) -> None:
    """Reorder the pages of a PDF made by matplotlib and give it an outline; changes the file.

    Parameters
    ----------
    path : Path
    order : sequence of int
        Pages as drawn, counted from 0, in the order wanted.
    bookmarks : sequence of Bookmark
    links : sequence of Link
    n_front : int
        So many first pages are labelled i, ii, iii; the others 1, 2, 3.

    Raises
    ------
    InputError
        If the file is not a plain PDF or has an outline, or `order` misses or repeats a page.
    """
    file = _read(path)
    if sorted(order) != list(range(len(file.kids))):
        raise InputError(
            f"{path.name} has {len(file.kids)} pages, but the order names "
            f"{len(order)}: name each page once."
        )
    kids = [file.kids[k] for k in order]
    updates = {_number(file, rb"/Pages (\d+) 0 R"): _pages(kids)}
    updates |= _annotations(file, kids, links)
    outlines, items = _outline(file.size, kids, bookmarks)
    updates |= items
    updates[file.root] = (
        b"<< /Type /Catalog /Pages %d 0 R /Outlines %d 0 R /PageMode /UseOutlines\n"
        b"/PageLabels << /Nums [ %s ] >> >>"
        % (_number(file, rb"/Pages (\d+) 0 R"), outlines, _labels(n_front))
    )
    with path.open("ab") as stream:
        stream.write(_appendix(file, updates))


def _read(path: Path) -> _File:
    data = path.read_bytes()
    trailer = re.search(rb"trailer\s*<<(.*?)>>\s*startxref\s*(\d+)\s*%%EOF\s*$", data[-1024:], re.S)
    if not data.startswith(b"%PDF-") or trailer is None:
        raise InputError(
            f"{path.name} is not a PDF that ends in a plain trailer: print it with print_atlas."
        )
    if b"/Prev" in trailer[1]:
        raise InputError(f"{path.name} already has an outline: print it anew with print_atlas.")
    size, root, info = (
        int(re.search(rb"/%s (\d+)" % key, trailer[1])[1]) for key in (b"Size", b"Root", b"Info")
    )
    start = int(trailer[2])
    rows = data[start:].split(b"\n")
    first, count = (int(v) for v in rows[1].split())
    offsets = {
        first + k: int(row[:10])
        for k, row in enumerate(rows[2 : 2 + count])
        if row.rstrip().endswith(b"n")
    }
    file = _File(data, offsets, size, root, info, start, [])
    pages = _object(file, _number(file, rb"/Pages (\d+) 0 R"))
    kids = re.search(rb"/Kids \[(.*?)\]", pages, re.S)[1]
    return file._replace(kids=[int(n) for n in re.findall(rb"(\d+) 0 R", kids)])


def _object(file: _File, number: int) -> bytes:
    start = file.offsets[number]
    return file.data[start : file.data.index(b"endobj", start)]


def _number(file: _File, pattern: bytes) -> int:
    return int(re.search(pattern, _object(file, file.root))[1])


def _pages(kids: Sequence[int]) -> bytes:
    refs = b"\n".join(b"%d 0 R" % kid for kid in kids)
    return b"<< /Type /Pages /Kids [ %s ] /Count %d >>" % (refs, len(kids))


def _annotations(file: _File, kids: Sequence[int], links: Sequence[Link]) -> Mapping[int, bytes]:
    found: dict[int, list[bytes]] = {}
    for link in links:
        box = b" ".join(
            b"%.2f" % (v * _POINTS_PER_MM) for v in (link.left, link.bottom, link.right, link.top)
        )
        number = int(re.search(rb"/Annots (\d+) 0 R", _object(file, kids[link.page]))[1])
        found.setdefault(number, []).append(
            b"<< /Type /Annot /Subtype /Link /Border [ 0 0 0 ] /Rect [ %s ] "
            b"/Dest [ %d 0 R /Fit ] >>" % (box, kids[link.target])
        )
    return {number: b"[ %s ]" % b"\n".join(rows) for number, rows in found.items()}


def _outline(first: int, kids: Sequence[int], bookmarks: Sequence[Bookmark]):
    numbers = iter(range(first, first + 1 + _count(bookmarks)))
    top, items = next(numbers), {}
    ends = _write_level(top, bookmarks, kids, numbers, items)
    items[top] = b"<< /Type /Outlines /First %d 0 R /Last %d 0 R /Count %d >>" % (
        *ends,
        len(bookmarks),
    )
    return top, items


def _write_level(parent: int, bookmarks, kids, numbers, items: dict) -> tuple[int, int]:
    own = [next(numbers) for _ in bookmarks]
    for k, (number, mark) in enumerate(zip(own, bookmarks, strict=True)):
        text = (b"\xfe\xff" + mark.title.encode("utf-16-be")).hex().encode()
        body = b"<< /Title <%s> /Parent %d 0 R /Dest [ %d 0 R /Fit ]" % (
            text,
            parent,
            kids[mark.page],
        )
        body += b" /Prev %d 0 R" % own[k - 1] if k else b""
        body += b" /Next %d 0 R" % own[k + 1] if k + 1 < len(own) else b""
        if mark.children:
            ends = _write_level(number, mark.children, kids, numbers, items)
            body += b" /First %d 0 R /Last %d 0 R /Count -%d" % (*ends, len(mark.children))
        items[number] = body + b" >>"
    return own[0], own[-1]


def _count(bookmarks: Sequence[Bookmark]) -> int:
    return sum(1 + _count(mark.children) for mark in bookmarks)


def _labels(n_front: int) -> bytes:
    front = b"0 << /S /r >> " if n_front else b""
    return front + b"%d << /S /D >>" % n_front


def _appendix(file: _File, updates: Mapping[int, bytes]) -> bytes:
    base, parts, table = len(file.data), [], {}
    for number in sorted(updates):
        table[number] = base
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, updates[number]))
        base += len(parts[-1])
    xref = [b"xref\n"]
    for number in sorted(table):
        xref.append(b"%d 1\n%010d 00000 n \n" % (number, table[number]))
    size = max(file.size, max(table) + 1)
    trailer = (
        b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
    )
    return b"".join(parts + xref) + trailer % (size, file.root, file.info, file.start, base)
