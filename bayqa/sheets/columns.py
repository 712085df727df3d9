"""The columns beside a map: inset, legend, signs and notes, as tight as the room asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bayqa.sheets.drawing.canvas import Canvas
from bayqa.sheets.drawing.layout import Box, Column
from bayqa.sheets.drawing.picture import Drawing, Entry, Legend
from bayqa.sheets.drawing.view import View
from bayqa.sheets.inset import draw_inset
from bayqa.sheets.legend import draw_heading, draw_keys, draw_notes, measure_notes
from bayqa.sheets.names import symbols_in_view
from bayqa.sheets.subject import Subject
from bayqa.sheets.table import draw_legend
from bayqa.sheets.themes.common import words
from bayqa.sheets.titles import list_notes

__all__ = ["fill_columns", "is_hatched"]


class _Fit(NamedTuple):
    """How tightly a column is set."""

    inset: float = 1.0
    """Share of the height that the layout gives the inset; 0 leaves it out."""
    dense: bool = False
    """Both languages of a legend row on one line."""
    brief: bool = False
    """Notes in the first language only."""
    rows: int = 0
    """Rows of a second table, 0 for all."""


_FITS = (
    _Fit(),
    _Fit(dense=True),
    _Fit(0.7, dense=True),
    _Fit(0.0, dense=True),
    _Fit(0.0, dense=True, brief=True),
    *(_Fit(0.0, dense=True, brief=True, rows=n) for n in (24, 16, 10, 6)),
)
"""From roomy to tight; the first that holds everything in readable type is taken."""


class _Blotter:
    """Paper that takes every stroke and keeps none: to learn how much room things take."""

    def __getattr__(self, name: str):
        return lambda *args, **style: None


class _Matter(NamedTuple):
    """What the columns are about."""

    subject: Subject
    drawing: Drawing
    view: View
    contexts: Mapping[str, Mapping]


def fill_columns(
    canvas: Canvas, subject: Subject, drawing: Drawing, view: View, contexts: Mapping
) -> None:
    """Fill each column of the layout from the top.

    What would not fit in readable type is set more tightly: legend rows on one line, then a
    smaller inset, then none, then notes in the first language only, then fewer parts of a region.

    Parameters
    ----------
    canvas : Canvas
    subject : Subject
    drawing : Drawing
    view : View
        Of the first map.
    contexts : mapping of language to mapping
        See `bayqa.sheets.context.build_context`.
    """
    matter = _Matter(subject, drawing, view, contexts)
    for column in canvas.layout.columns:
        fit = _choose_fit(canvas, matter, column)
        top = column.box.top
        for item in column.items:
            top = _draw_item(item, canvas, matter, fit, (column.box, top))


def is_hatched(drawing: Drawing) -> bool:
    """Whether some water of a drawing is hatched because the data do not say."""
    return any(p.doubt is not None and not p.doubt.is_empty for p in drawing.pictures)


def _choose_fit(canvas: Canvas, matter: _Matter, column: Column) -> _Fit:
    for fit in _FITS[:-1]:
        if _room_left(canvas, matter, column, fit) >= 0:
            return fit
    return _FITS[-1]


def _room_left(canvas: Canvas, matter: _Matter, column: Column, fit: _Fit) -> float:
    """Millimetres that stay free below a column, negative if it is too long."""
    dry, top = canvas._replace(page=_Blotter()), column.box.top
    for item in column.items:
        if item == "inset":
            top -= _inset_height(canvas, fit)
        elif item == "notes":
            top -= measure_notes(canvas, _notes(matter, fit), column.box.width)
        else:
            top = _draw_item(item, dry, matter, fit, (column.box, top))
    return top - column.box.bottom


def _inset_height(canvas: Canvas, fit: _Fit) -> float:
    sizes = canvas.layout.sizes
    return (sizes["inset_mm"] * fit.inset + sizes["heading"] * 0.89) if fit.inset else 0.0


def _draw_item(
    item: str, canvas: Canvas, matter: _Matter, fit: _Fit, place: tuple[Box, float]
) -> float:
    box, top = place
    subject = matter.subject
    if item == "inset":
        return _draw_inset(canvas, matter, fit, place)
    if item == "legend":
        legend = _trim(subject, matter.drawing.legend, fit.rows)
        return draw_legend(canvas, subject, legend, (box, top), dense=fit.dense)
    if item == "keys":
        return draw_keys(canvas, subject, _keys(matter), box, top)
    return draw_notes(canvas, _notes(matter, fit), box, top)


def _trim(subject: Subject, legend: Legend, n_rows: int) -> Legend:
    """Legend whose second table keeps its first rows and the last, which is that of the whole."""
    rows = () if legend.second is None else legend.second.entries
    if not n_rows or len(rows) <= n_rows:
        return legend
    more = words(subject, "legend.more", number=len(rows) - n_rows + 1)
    kept = (*rows[: n_rows - 2], Entry("", more, kind="plain"), rows[-1])
    return legend._replace(second=legend.second._replace(entries=kept))


def _draw_inset(canvas: Canvas, matter: _Matter, fit: _Fit, place: tuple[Box, float]) -> float:
    box, top = place
    if not fit.inset:
        return top
    high, head = canvas.layout.sizes["inset_mm"] * fit.inset, canvas.layout.sizes["heading"] * 0.47
    small = Box(box.left, top - head - high, box.width, high)
    if not draw_inset(canvas, matter.subject, matter.view, small):
        return top
    draw_heading(canvas, matter.subject, "title.inset", box, top)
    return top - _inset_height(canvas, fit)


def _notes(matter: _Matter, fit: _Fit) -> list[str]:
    subject = matter.subject
    if fit.brief:
        subject = subject._replace(languages=subject.languages[:1])
    return list_notes(subject, matter.drawing, matter.contexts)


def _keys(matter: _Matter) -> list[Entry]:
    subject, drawing = matter.subject, matter.drawing
    ground = subject.palette.ground
    n_stations = max(
        (
            sum(s.kind == "station" for _, _, s in symbols_in_view(p.symbols, matter.view))
            for p in drawing.pictures
        ),
        default=0,
    )
    keys = []
    if n_stations and subject.theme != "stations":
        keys.append(
            Entry(
                "#FFFFFF", words(subject, "legend.station", n_stations=n_stations), kind="station"
            )
        )
    keys.append(Entry("#2B2B2B", words(subject, "legend.boundary"), kind="dashed"))
    if subject.result.land is not None:
        keys.append(Entry(ground["land"], words(subject, "legend.land"), kind="land"))
    if subject.result.rivers is not None and subject.theme != "rivers":
        keys.append(Entry(ground["river"], words(subject, "legend.river"), kind="river"))
    hatched = is_hatched(drawing)
    return [*keys, *(key for key in drawing.keys if key.kind != "doubt" or hatched)]
