"""The atlas: cover, contents, index map, a page per bay and campaign, tables, colophon."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import matplotlib
from matplotlib.backends.backend_pdf import PdfPages

from bayqa.assess.assessment import Assessment
from bayqa.errors import BayqaError, InputError
from bayqa.files import write_atomically
from bayqa.sheets.chapters import (
    Chapter,
    draw_colophon,
    draw_contents,
    draw_cover,
    draw_index_map,
)
from bayqa.sheets.context import name_period
from bayqa.sheets.drawing.layout import Layout, load_layout
from bayqa.sheets.outline import Bookmark, add_outline
from bayqa.sheets.share_tables import draw_tables
from bayqa.sheets.sheet import PRINT_SETTINGS, draw_sheet
from bayqa.sheets.subject import choose_subject
from bayqa.sheets.words import say

__all__ = ["print_atlas"]


class _Plan(NamedTuple):
    """Choices that hold for all pages."""

    layout: Layout
    language: tuple[str, ...]
    palette: str | None
    themes: tuple[str, ...]
    campaigns: Sequence[str] | None
    annual: bool
    options: Mapping[str, object]


def print_atlas(  # noqa: PLR0913 - every choice of a book
    run: object,
    path: str | Path,
    *,
    layout: str | Layout = "a4-landscape",
    language: str | Sequence[str] = ("zh", "en"),
    palette: str | None = None,
    themes: Sequence[str] = ("category",),
    campaigns: Sequence[str] | None = None,
    annual: bool = False,
    options: Mapping[str, object] | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Path:
    """PDF book of all bays of a region.

    Bays are drawn one by one and then forgotten, so that memory does not grow with their number.
    A bay that cannot be drawn is named in the colophon and does not stop the others.

    Parameters
    ----------
    run : finished run, Assessment, mapping or iterable of Assessment
        A run gives its assessments by an attribute `results`.
    path : str or Path
    layout, language, palette, options
        As of `draw_sheet`, for every page.
    themes : sequence of str
        Pages of each campaign.
    campaigns : sequence of str, optional
        All campaigns of a bay by default.
    annual : bool
        Adds a page for each year with the maps of its campaigns and the mean shares.
    progress : callable, optional
        Called with (done, total, text); total is 0, since the bays are streamed.

    Returns
    -------
    Path
        Of the written file.

    Raises
    ------
    InputError
        If there is no assessment, or an argument is not known.
    """
    language = (language,) if isinstance(language, str) else tuple(language)
    plan = _Plan(
        load_layout(layout),
        language,
        palette,
        tuple(themes),
        campaigns,
        annual,
        MappingProxyType(dict(options or {})),
    )
    with write_atomically(path) as draft, matplotlib.rc_context(PRINT_SETTINGS):
        metadata = {
            "CreationDate": None,
            "Producer": "bayqa",
            "Creator": "bayqa",
            "Title": _book_title(plan),
        }
        with PdfPages(draft, metadata=metadata) as pdf:
            chapters, failures = _print_bays(pdf, _assessments(run), plan, progress)
            if not chapters:
                raise InputError(
                    "No bay could be drawn, so there is no atlas"
                    + "".join(f"; {failure}" for failure in failures)
                    + "."
                )
            n_body = sum(len(chapter.pages) for chapter in chapters)
            n_back = _print_back(pdf, plan, chapters, failures, n_body)
            n_front, links = _print_front(pdf, plan, chapters, (n_body, n_back))
        _bind(draft, plan, chapters, (n_front, n_body, n_back), links)
    return Path(path)


def _assessments(run: object) -> Iterator[Assessment]:
    found = getattr(run, "results", run)
    found = found() if callable(found) else found
    if isinstance(found, Assessment):
        found = [found]
    if isinstance(found, Mapping):
        found = found.values()
    if not isinstance(found, Iterable):
        raise InputError(
            f"An atlas is made from a run or from assessments, not from "
            f"{type(run).__name__}: give what run_region or assess returned."
        )
    return iter(found)


def _print_bays(
    pdf: PdfPages, results: Iterator[Assessment], plan: _Plan, progress
) -> tuple[list[Chapter], list[str]]:
    chapters, failures, n_pages = [], [], 0
    for result in results:
        for bay in result.bays.index:
            chapter = _open_chapter(result, bay, plan)
            try:
                pages = _print_bay(pdf, result, str(bay), plan, n_pages)
            except BayqaError as error:
                failures.append(f"{chapter.names[plan.language[0]]}: {error}")
                pages = ()
            n_pages += len(pages)
            if pages:
                chapters.append(chapter._replace(pages=pages, sample=None if chapters else result))
            if progress is not None:
                progress(n_pages, 0, chapter.names[plan.language[0]])
    return chapters, failures


def _open_chapter(result: Assessment, bay: object, plan: _Plan) -> Chapter:
    row = result.bays.loc[bay]
    shares = result.shares[result.shares["bay_id"].astype(str) == str(bay)]
    return Chapter(
        str(bay),
        {code: str(row[f"name_{code}"]) for code in plan.language},
        result.bays.loc[[bay]],
        shares,
        (),
        result,
    )


def _print_bay(
    pdf: PdfPages, result: Assessment, bay: str, plan: _Plan, n_before: int
) -> tuple[tuple[str, dict], ...]:
    figures, pages = [], []
    for theme, campaign, year in _wanted(result, plan):
        number = n_before + len(pages) + 1
        options = dict(plan.options) | {"page_number": str(number)}
        options |= {"year": year} if campaign == "annual" else {}
        choice = {
            "theme": theme,
            "campaign": campaign,
            "bay": bay,
            "language": plan.language,
            "palette": plan.palette,
            "options": options,
        }
        figures.append(draw_sheet(result, layout=plan.layout, **choice))
        subject = choose_subject(result, parameter=None, **choice)
        pages.append(
            (campaign, {code: name_period(subject, campaign, code) for code in plan.language})
        )
    for figure in figures:
        pdf.savefig(figure)
    return tuple(pages)


def _wanted(result: Assessment, plan: _Plan) -> Iterator[tuple[str, str, int]]:
    names = [str(c) for c in result.classes.campaign.values]
    years = [int(y) for y in result.classes["year"].values]
    chosen = [n for n in names if plan.campaigns is None or n in plan.campaigns]
    for theme in plan.themes:
        for k, name in enumerate(names):
            if name in chosen:
                yield theme, name, years[k]
            if plan.annual and years[k + 1 : k + 2] != [years[k]]:
                yield theme, "annual", years[k]


def _print_back(pdf: PdfPages, plan: _Plan, chapters, failures, n_body: int) -> int:
    figures = [*draw_tables(plan, chapters, n_body + 1)]
    figures.append(draw_colophon(plan, chapters, failures, n_body + len(figures) + 1))
    for figure in figures:
        pdf.savefig(figure)
    return len(figures)


def _print_front(pdf: PdfPages, plan: _Plan, chapters, counts: tuple[int, int]):
    contents, links = draw_contents(plan, chapters, counts)
    figures = [draw_cover(plan, chapters), *contents, draw_index_map(plan, chapters)]
    for figure in figures:
        pdf.savefig(figure)
    n_front = len(figures)
    return n_front, [
        link._replace(page=link.page + 1, target=link.target + n_front) for link in links
    ]


def _bind(path: Path, plan: _Plan, chapters, counts: tuple[int, int, int], links) -> None:
    n_front, n_body, n_back = counts
    n_drawn = n_body + n_back
    order = [*range(n_drawn, n_drawn + n_front), *range(n_drawn)]
    code = plan.language[0]
    marks = [
        Bookmark(say(code, "atlas.contents"), 1),
        Bookmark(say(code, "atlas.index"), n_front - 1),
    ]
    page = n_front
    for chapter in chapters:
        children = tuple(
            Bookmark(texts[code], page + k) for k, (_, texts) in enumerate(chapter.pages)
        )
        marks.append(Bookmark(chapter.names[code], page, children))
        page += len(chapter.pages)
    if n_back > 1:
        marks.append(Bookmark(say(code, "atlas.tables"), page))
    marks.append(Bookmark(say(code, "atlas.colophon"), n_front + n_drawn - 1))
    add_outline(path, order=order, bookmarks=marks, links=links, n_front=n_front)


def _book_title(plan: _Plan) -> str:
    code = plan.language[0]
    return say(code, "title.atlas", {"region": plan.options.get(f"region_{code}", "")}).strip(", ")
