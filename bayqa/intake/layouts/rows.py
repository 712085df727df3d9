"""Rows of a table that are no samples: blanks, repeated headings, totals, notes at the foot."""

from __future__ import annotations

import re

import numpy as np

from bayqa.intake.headings.columns import Layout
from bayqa.intake.headings.notices import stated_units
from bayqa.intake.records.findings import Finding
from bayqa.intake.records.grid import Column, Grid, take_rows, word_mask
from bayqa.intake.vocabulary.names import is_total, parse_heading
from bayqa.intake.vocabulary.text import clean_text, is_blank

__all__ = ["drop_rows", "fill_down", "filled"]

_DIGIT = re.compile(r"[\s<>≤≥＜＞+-]*[\d.]")
_LONGEST = 1000
"""Letters of a cell that are searched, since the time grows with their square."""
_SUMMARY = re.compile(
    r"平均|均值|最大|最小|最高|最低|范围|标准|超标|检出率|达标|指数|合计|average|mean|median|minimum|"
    r"maximum|range|standard|criterion|exceed"
)
_SURE_SUMMARY = re.compile(
    r"平均值?|均值|最[大小高低]值|[^\d]*(?:超标|检出|达标)率|标准(?:值|限值|指数|差)|合计|[一二三四]类.*标准|"
    r"\b(?:mean|average|maximum|minimum|median|standard|total)s?$"
)
"""Endings of names that no station has."""
_FOOT = (
    "注",
    "备注",
    "说明",
    "制表",
    "审核",
    "填表",
    "数据来源",
    "来源",
    "单位",
    "note",
    "source",
    "prepared by",
    "制图",
    "复核",
    "负责人",
    "联系",
)
_CARRIED = ("station", "lon", "lat", "x", "y", "position", "time", "year", "month", "day", "water")


def filled(column: Column) -> np.ndarray:
    """Mask of the cells that hold more than blanks."""
    return ~word_mask(column, is_blank)


def drop_rows(grid: Grid, layout: Layout) -> tuple[Grid, list[Finding]]:
    """Grid without the rows that are no samples, and a finding for each kind dropped."""
    counts = np.zeros(grid.n_rows, int)
    for column in grid.columns:
        counts += filled(column)
    repeated = _repeated(grid, layout) & (counts > 0)
    total = _totals(grid, layout) & (counts > 0) & ~repeated
    foot = _footers(grid, layout, counts) & ~total & ~repeated
    findings = []
    for mask, kind, text in (
        (repeated, "repeated heading", "the headings stand here again; the row is no sample"),
        (total, "row of totals", "a mean, sum or limit, not a sample; the row is not used"),
        (foot, "note in the table", "a title or note, not a sample; the row is not used"),
    ):
        for i in np.flatnonzero(mask)[:20]:
            words = [clean_text(c.cell(i)) for c in grid.columns]
            found = next((w for w in words if w), "")[:60]
            findings.append(
                Finding(grid.file, kind, "ignored", text, grid.sheet, int(grid.rows[i]), "", found)
            )
    keep = (counts > 0) & ~repeated & ~total & ~foot
    return take_rows(grid, keep), [*findings, *_units_between(grid, foot, keep)]


def _units_between(grid: Grid, notes: np.ndarray, keep: np.ndarray) -> list[Finding]:
    """A doubt for each note between samples that states a unit: it may hold for those below."""
    rows = np.flatnonzero(keep)
    if not len(rows):
        return []
    found = []
    for i in np.flatnonzero(notes[rows[0] : rows[-1]])[:20] + rows[0]:
        text = " ".join(dict.fromkeys(w for c in grid.columns if (w := clean_text(c.cell(i)))))
        if stated_units(text):
            message = "a unit is stated between the rows; it is not used for those below it"
            where = (grid.sheet, int(grid.rows[i]), "", text[:60])
            found.append(Finding(grid.file, "unit", "doubtful", message, *where))
    return found


def _repeated(grid: Grid, layout: Layout) -> np.ndarray:
    """Rows in which at least two columns hold a heading that means their own column."""
    hits = np.zeros(grid.n_rows, int)
    wanted = {j: f for f, j in layout.fields.items()}
    wanted |= {m.index: m.parameter for m in layout.measured}
    for j, meaning in wanted.items():
        heading = layout.headings[j].text

        def same(word: str, meaning=meaning, heading=heading) -> bool:
            if not word or len(word) > 40 or _DIGIT.match(word):
                return False
            plain = clean_text(word)
            known = parse_heading(plain)
            return plain == heading or meaning in (known.field, known.parameter)

        hits += word_mask(grid.columns[j], same) if grid.n_rows else 0
    return hits >= 2


def _totals(grid: Grid, layout: Layout) -> np.ndarray:
    """Rows whose station, or a cell before it, names a mean, sum or limit, without a position."""
    last = layout.fields.get("station", 0)
    mask = np.zeros(grid.n_rows, bool)
    for j in range(min(last + 1, len(grid.columns))):
        mask |= word_mask(grid.columns[j], is_total)
    placed = [layout.fields[f] for f in ("lon", "lat", "x", "y", "position") if f in layout.fields]
    dated = [layout.fields[f] for f in ("time", "month", "year") if f in layout.fields]
    if placed and dated and "station" in layout.fields:
        # Without a place and a date a row such as "二类海水水质标准" is no visit.
        bare = word_mask(grid.columns[layout.fields["station"]], _sounds_total)
        for j in dated:
            bare &= ~word_mask(grid.columns[j], _has_digit)
        mask |= bare
    if "station" in layout.fields:
        mask |= word_mask(grid.columns[last], _surely_total)
    for j in placed:
        mask &= ~word_mask(grid.columns[j], _has_digit)
    return mask


def _sounds_total(word: str) -> bool:
    return bool(_SUMMARY.search(clean_text(word[:_LONGEST]).casefold()))


def _surely_total(word: str) -> bool:
    plain = clean_text(word[:_LONGEST]).casefold()
    plain = re.sub(r"\s*\([^()]*\)$|\s*[:=].*$", "", plain)
    return any(m.end() == len(plain) for m in _SURE_SUMMARY.finditer(plain))


def _has_digit(word: str) -> bool:
    return any(c.isdigit() for c in word)


def _footers(grid: Grid, layout: Layout, counts: np.ndarray) -> np.ndarray:
    """Rows without any value that hold a single text or begin like a note."""
    values = np.zeros(grid.n_rows, bool)
    keys = [m.index for m in layout.measured]
    keys += [layout.fields[f] for f in ("value", "lower", "upper") if f in layout.fields]
    for j in keys:
        values |= filled(grid.columns[j])
    begins = np.zeros(grid.n_rows, bool)
    for column in grid.columns[:3]:
        begins |= word_mask(column, lambda w: clean_text(w).casefold().startswith(_FOOT))
    single = (counts == 1) & (len(grid.columns) > 2)
    merged = _one_text(grid) & (counts > 2)
    # A note that a spreadsheet merged over the row repeats one text in every column.
    return (~values & (single | begins) & (counts > 0)) | merged


def _one_text(grid: Grid) -> np.ndarray:
    """Rows whose filled cells all hold one same text longer than a number would be."""
    if len(grid.columns) < 3:
        return np.zeros(grid.n_rows, bool)
    first = grid.columns[0]
    long = word_mask(first, lambda w: len(w) > 8 and not _is_number(w))
    rows = np.flatnonzero(long)
    keep = [len({c.cell(i) for c in grid.columns if c.cell(i).strip()}) == 1 for i in rows[:5000]]
    mask = np.zeros(grid.n_rows, bool)
    mask[rows[:5000]] = keep
    return mask


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def fill_down(grid: Grid, layout: Layout) -> tuple[Grid, list[Finding]]:
    """Grid with the station and its place carried down into rows that leave all of them blank.

    This is how a merged block looks once it was exported as text.
    """
    fields = [f for f in _CARRIED if f in layout.fields]
    if "station" not in fields or not grid.n_rows:
        return grid, []
    full = {f: filled(grid.columns[layout.fields[f]]) for f in fields}
    gap = ~full["station"]
    for field in ("lon", "lat", "x", "y", "position"):
        gap &= ~full.get(field, np.zeros(grid.n_rows, bool))
    gap[: int(np.argmax(full["station"])) if full["station"].any() else len(gap)] = False
    if not gap.any():
        return grid, []
    source = np.maximum.accumulate(np.where(gap, 0, np.arange(grid.n_rows)))
    columns = list(grid.columns)
    for field in fields:
        j = layout.fields[field]
        blank = gap & ~full[field]
        codes = columns[j].codes.copy()
        codes[blank] = codes[source[blank]]
        columns[j] = Column(codes, columns[j].words)
    first = int(grid.rows[np.flatnonzero(gap)[0]])
    note = Finding(
        grid.file,
        "carried down",
        "assumed",
        "the station is blank; the one above is taken, as in a merged cell",
        grid.sheet,
        first,
        layout.heading("station"),
        count=int(gap.sum()),
    )
    return grid._replace(columns=tuple(columns)), [note]
