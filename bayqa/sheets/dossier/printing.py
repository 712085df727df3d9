"""Printing a dossier: facts and map go into a scratch folder, typst makes the PDF."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

import pandas as pd
from matplotlib.ft2font import FT2Font

from bayqa.assess.assessment import Assessment
from bayqa.errors import InputError
from bayqa.files import write_atomically
from bayqa.sheets.dossier.facts import Case, gather_facts, open_case
from bayqa.sheets.drawing.layout import Box, Layout
from bayqa.sheets.drawing.typography import font_path
from bayqa.sheets.periods import name_campaign

__all__ = ["print_dossier"]

_PARTS = ("template.typ", "parts.typ", "text.toml")
_MAP_LAYOUT = "a4-portrait"
_PLAN_SIZE, _PLAN_EDGE = (174.0, 119.0), 5.6
"""Width and height of the first page's map with its degrees, and the room for these, mm."""


def print_dossier(  # noqa: PLR0913 - the one call that has every choice of a dossier
    result: Assessment,
    path: str | os.PathLike,
    *,
    bay: str | None = None,
    language: str = "zh",
    campaign: str | None = None,
    with_map: bool = True,
    palette: str | None = None,
    options: Mapping[str, object] | None = None,
) -> Path:
    """Path of the dossier of one bay just printed, a PDF of 4 to 8 pages.

    Key figures with intervals, map, shares by year and by parameter, trends, gap to the target,
    exceedance ledger, the policy page, data and method. What the assessment does not hold is said
    to be missing. The same assessment gives the same bytes.

    Parameters
    ----------
    result : Assessment
        Its `tables` "ratings", "good", "ledger", "policy", "trends", "limiting", ... are printed
        where they are there.
    path : path
        Ends in ``.pdf``; never left half written.
    bay : str, optional
        bay_id; needed when the assessment has several bays.
    language : {"zh", "en"}
    campaign : str, optional
        Campaign of the map; the last one by default.
    with_map : bool
        False leaves the map out.
    palette : str, optional
        Id of a packaged palette, or the path of a TOML file.
    options : mapping, optional
        Of the map sheet, such as organisation, review number and overview; see
        `bayqa.sheets.subject.OPTIONS`.

    Returns
    -------
    Path

    Raises
    ------
    InputError
        If the bay, campaign or language is not there, `path` does not end in ``.pdf``, or the
        packaged font lacks a character of a name.

    Examples
    --------
    >>> import bayqa as bq
    >>> path = bq.print_dossier(result, "test-bay.pdf", language="en")  # doctest: +SKIP
    """
    path = Path(path)
    if path.suffix.lower() != ".pdf":
        raise InputError(f"path: found {path.name!r}, wanted a name that ends in .pdf")
    case = open_case(result, bay, language, palette)
    with tempfile.TemporaryDirectory(prefix="bayqa-dossier-") as scratch:
        folder = Path(scratch)
        facts = gather_facts(case)
        if with_map:
            facts["map"] = _draw_map(case, campaign, folder, dict(options or {}))
        _refuse_missing(facts)
        _lay_out(folder, facts)
        with write_atomically(path) as draft:
            _compile(folder, draft, result)
    return path


def _draw_map(case: Case, campaign: str | None, folder: Path, options: dict) -> dict:
    """Bare map for the first page and whole sheet for the next, each at its true scale."""
    from bayqa.sheets import draw_sheet, load_layout

    names = [str(name) for name in case.result.classes.campaign.to_numpy()]
    chosen = names[-1] if campaign is None else campaign
    layout = load_layout(_MAP_LAYOUT)
    # The plan is smaller than the sheet: a scale that is asked for the sheet may be none for it.
    of_plan = {name: value for name, value in options.items() if name != "scale"}
    for name, page, choice in (
        ("plan.pdf", _bare(layout), of_plan),
        ("map.pdf", layout, options),
    ):
        figure = draw_sheet(
            case.result, layout=page, theme="category", campaign=chosen, bay=case.bay,
            language=case.language, palette=case.palette, options=choice,
        )  # fmt: skip
        figure.savefig(folder / name)
        hatched = figure.hatched
        figure.clear()
    return {
        "hatched": hatched,
        "period": name_campaign(chosen, case.language), "page_width": layout.page[0],
        "page_height": layout.page[1], "width": _PLAN_SIZE[0],
    }  # fmt: skip


def _bare(layout: Layout) -> Layout:
    (wide, high), edge = _PLAN_SIZE, _PLAN_EDGE
    box = Box(edge, edge, wide - 2 * edge, high - 2 * edge)
    return replace(layout, page=_PLAN_SIZE, boxes={"map": box}, columns=())


def _refuse_missing(facts: dict) -> None:
    known = _signs()
    for text in _texts(facts):
        missing = next((c for c in text if ord(c) not in known and not c.isspace()), None)
        if missing is not None:
            raise InputError(
                f"dossier: found the character {missing!r} (U+{ord(missing):04X}) in "
                f"{text[:40]!r}, which the packaged font Noto Sans SC lacks: write the name with "
                "another character"
            )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


@cache
def _signs() -> frozenset[int]:
    return frozenset(FT2Font(str(font_path("regular"))).get_charmap())


def _lay_out(folder: Path, facts: dict) -> None:
    home = files("bayqa.sheets.dossier")
    for name in _PARTS:
        (folder / name).write_bytes(home.joinpath(name).read_bytes())
    text = json.dumps(facts, ensure_ascii=False, allow_nan=False)
    (folder / "data.json").write_text(text, encoding="utf-8")


def _compile(folder: Path, draft: Path, result: Assessment) -> None:
    import typst

    date = pd.to_datetime(str(result.provenance.get("date", "")), errors="coerce", utc=True)
    seconds = 0 if pd.isna(date) else int(date.timestamp())
    typst.compile(
        str(folder / "template.typ"), output=str(draft), root=str(folder), format="pdf",
        font_paths=_fonts(), ignore_system_fonts=True, timestamp=seconds,
    )  # fmt: skip


@cache
def _fonts() -> list[str]:
    return [str(font_path("regular").parent)]
