"""The printed map sheet."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import MappingProxyType

import matplotlib
import numpy as np
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from bayqa.assess.assessment import Assessment
from bayqa.errors import InputError
from bayqa.sheets.bars import draw_share_bars
from bayqa.sheets.columns import fill_columns, is_hatched
from bayqa.sheets.context import build_context, name_period, title_of
from bayqa.sheets.drawing.canvas import Canvas, draw_box, open_canvas
from bayqa.sheets.drawing.layout import Box, Layout, load_layout
from bayqa.sheets.drawing.picture import Drawing
from bayqa.sheets.drawing.png import write_png
from bayqa.sheets.drawing.shapes import project
from bayqa.sheets.drawing.typography import take_cores
from bayqa.sheets.drawing.view import View, fit_view
from bayqa.sheets.furniture import scale_text
from bayqa.sheets.mapping import (
    caption_height,
    draw_furniture,
    draw_map,
    keep_readable,
    prepare_ground,
)
from bayqa.sheets.panels import split_box
from bayqa.sheets.subject import Subject, choose_subject
from bayqa.sheets.themes import THEMES
from bayqa.sheets.themes.common import MOST_COLUMNS, crs_of, words
from bayqa.sheets.titles import draw_footer, draw_stamp, draw_title, name_rest
from bayqa.sheets.visits import visit_facts
from bayqa.sheets.words import say

__all__ = ["PRINT_SETTINGS", "draw_sheet", "list_themes", "save_sheet"]

PRINT_SETTINGS = MappingProxyType(
    {
        "pdf.fonttype": 42,
        "ps.fonttype": 42,
        # Six would make files 3 % smaller and take a tenth longer.
        "pdf.compression": 4,
        "svg.hashsalt": "bayqa",
        "path.simplify": False,
        # Hinting shifts strokes to screen pixels; print has none, and CJK hints take long.
        "text.hinting": "none",
    }
)
"""matplotlib settings under which sheets and books are written."""
_UNDATED = MappingProxyType(
    {
        "pdf": {"CreationDate": None, "Producer": "bayqa", "Creator": "bayqa"},
        "svg": {"Date": None, "Creator": "bayqa"},
        "png": {"Software": "bayqa"},
    }
)


def list_themes() -> tuple[str, ...]:
    """Names that `draw_sheet` takes as `theme`."""
    return tuple(THEMES)


def draw_sheet(  # noqa: PLR0913 - the one call that has every choice of a sheet
    result: Assessment,
    *,
    layout: str | Path | Layout = "a4-landscape",
    theme: str = "category",
    parameter: str | None = None,
    campaign: str | None = None,
    bay: str | None = None,
    language: str | Sequence[str] = ("zh", "en"),
    palette: str | None = None,
    options: Mapping[str, object] | None = None,
) -> Figure:
    """Printed map of one assessment, on paper of exact size and at an exact scale.

    Nothing is computed: areas, shares and intervals are those of ``result.shares``.

    Parameters
    ----------
    result : Assessment
    layout : str, Path or Layout
        "a4-landscape", "a4-portrait", "a3-landscape", "a3-portrait", or a TOML file.
    theme : str
        One of `list_themes`.
    parameter : str, optional
        Parameter to show; None is the overall category.
    campaign : str, optional
        A campaign, or "annual" for one map a campaign of the year and the mean shares;
        the last campaign if not given.
    bay : str, optional
        Needed where the result holds several bays and the sheet shall show one.
    language : str or sequence of str
        "zh", "en", or both, the first one larger.
    palette : str, optional
        A packaged palette or a TOML file; "paper" by default.
    options : mapping, optional
        See `bayqa.sheets.subject.OPTIONS`; unknown names are refused.

    Returns
    -------
    matplotlib Figure
        Its `savefig` writes with embedded TrueType fonts, at 300 dpi, and without the date, so
        that the same input gives the same bytes. Its `unnamed` lists the names of stations, bays,
        rivers and places that found no room on the map; the notes of the sheet say so too.

    Raises
    ------
    InputError
        If an argument is not known, the scale does not hold the bay, or a glyph is missing.

    Examples
    --------
    >>> figure = draw_sheet(result, layout="a4-landscape", campaign="2023-summer")
    >>> figure.savefig("sanggou.pdf")
    """
    if theme not in THEMES:
        raise InputError(f"There is no theme {theme!r}: use one of {', '.join(THEMES)}.")
    subject = choose_subject(
        result,
        theme=theme,
        parameter=parameter,
        campaign=campaign,
        bay=bay,
        language=language,
        palette=palette,
        options=options,
    )
    canvas = open_canvas(load_layout(layout))
    with _collector_paused():
        _compose(canvas, subject, THEMES[theme](subject))
    canvas.figure.savefig = partial(save_sheet, canvas.figure)
    return canvas.figure


def save_sheet(figure: Figure, path: str | Path, *, dpi: float = 300, **options: object) -> None:
    """Write a figure for print: fonts embedded as TrueType, no date, the same bytes each time.

    Parameters
    ----------
    figure : Figure
    path : str, Path or file
    dpi : float
        Of PNG files, which are RGB without transparency.
    **options
        As of ``Figure.savefig``.
    """
    kind = str(options.get("format") or Path(str(path)).suffix.lstrip(".") or "png").lower()
    # A book embeds each face once for all its pages, so every page must use the same.
    if not isinstance(path, PdfPages):
        take_cores(figure)
    with matplotlib.rc_context(PRINT_SETTINGS), _collector_paused():
        if kind == "png" and not set(options) - {"format"}:
            _save_png(figure, path, dpi)
            return
        given = dict(options.pop("metadata", None) or {})
        options["metadata"] = _UNDATED.get(kind, {}) | _imprint(figure, kind) | given
        Figure.savefig(figure, path, dpi=dpi, **options)


def _imprint(figure: Figure, kind: str) -> dict[str, str]:
    """Title and author of the file, for libraries and screen readers."""
    title, author = getattr(figure, "imprint", ("", ""))
    names = {"Title": title, "Author" if kind == "pdf" else "Creator": author}
    return {name: text for name, text in names.items() if text and kind in ("pdf", "svg")}


def _save_png(figure: Figure, path: str | Path, dpi: float) -> None:
    screen = figure.dpi
    figure.dpi = dpi
    try:
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        pixels = np.asarray(canvas.buffer_rgba())
    finally:
        figure.dpi = screen
    write_png(pixels, path, dpi=dpi)


@contextmanager
def _collector_paused() -> Iterator[None]:
    # A sheet and the subset of a font are 20 000 objects each; a collection would walk them all.
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _compose(canvas: Canvas, subject: Subject, drawing: Drawing) -> None:
    views, free = _views(canvas.layout, subject, drawing)
    readable = tuple(keep_readable(p, v) for p, v in zip(drawing.pictures, views, strict=True))
    if readable[0].areas != drawing.pictures[0].areas:
        drawing = drawing._replace(remarks=(*drawing.remarks, words(subject, "legend.dots")))
    drawing = drawing._replace(pictures=readable)
    ground = prepare_ground(subject, views[0])
    unnamed: set[str] = set()
    # Of many small maps none has room for bar and arrow; they stand beside them.
    crowded = len(views) > MOST_COLUMNS
    for campaign, picture, view in zip(subject.drawn, drawing.pictures, views, strict=False):
        caption = "  ".join(name_period(subject, campaign, code) for code in subject.languages)
        more = {"caption": caption if len(views) > 1 else "", "furnished": not crowded}
        unnamed |= {*draw_map(canvas, subject, picture, ground, view, **more)}
    canvas.figure.unnamed = tuple(sorted(unnamed))
    canvas.figure.hatched = is_hatched(drawing)
    drawing = drawing._replace(remarks=(*drawing.remarks, *name_rest(subject, sorted(unnamed))))
    if crowded:
        free = draw_furniture(canvas, subject, views[0], free)
    if free is not None and subject.theme == "category":
        draw_share_bars(canvas, subject, free)
    contexts = {
        code: build_context(subject, code, **_drawn_facts(subject, drawing, views[0], code))
        for code in subject.languages
    }
    if "title" in canvas.layout.boxes:
        _draw_surround(canvas, subject, contexts)
    fill_columns(canvas, subject, drawing, views[0], contexts)


def _draw_surround(canvas: Canvas, subject: Subject, contexts: Mapping) -> None:
    titles = [title_of(subject, code, contexts[code]) for code in subject.languages]
    makers = [str(contexts[code]["organisation"]) for code in subject.languages]
    canvas.figure.imprint = (" / ".join(titles), " / ".join(filter(None, dict.fromkeys(makers))))
    draw_title(canvas, titles, subject)
    draw_stamp(canvas, subject)
    draw_footer(canvas, subject, contexts)
    draw_box(canvas.page, canvas.layout.boxes["border"], ec="#222222", lw=1.0, zorder=12)


def _views(layout: Layout, subject: Subject, drawing: Drawing) -> tuple[list[View], Box | None]:
    n_maps = len(drawing.pictures)
    shown = [*project(subject.bays, crs_of(subject)), *drawing.extent]
    bounds = shapely.total_bounds(shown)
    west, south, east, north = (float(v) for v in bounds)
    shape = (east - west) / max(north - south, 1.0)
    n_parts = n_maps + (n_maps > MOST_COLUMNS)
    boxes, free = split_box(layout.boxes["map"], (n_maps, n_parts), shape, layout.sizes)
    scale = subject.options.get("scale", "auto")
    caption = caption_height(layout.sizes) if n_maps > 1 else 0.0
    return [
        fit_view((west, south, east, north), crs_of(subject), box, scale=scale, head=caption)
        for box in boxes
    ], free


def _drawn_facts(subject: Subject, drawing: Drawing, view: View, code: str) -> dict:
    edges = "" if drawing.edges == "none" else say(code, f"drawing.{drawing.edges}")
    own = {name: texts[code] for name, texts in drawing.facts.items()}
    n_stations = max((len(p.symbols) for p in drawing.pictures), default=0)
    facts = {"scale": scale_text(view), "drawing": edges, "n_stations": n_stations}
    return facts | {"map_crs": view.crs} | visit_facts(subject, code) | own
