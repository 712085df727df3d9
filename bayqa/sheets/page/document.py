"""The page as one HTML text: template, style, script and data in a single file."""

from __future__ import annotations

import json
import os
import re
import string
from collections.abc import Iterable, Mapping
from html import escape
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

import pandas as pd

from bayqa.assess.assessment import Assessment
from bayqa.errors import InputError
from bayqa.files import write_text
from bayqa.sheets.drawing.palettes import load_palette
from bayqa.sheets.packaged import read_texts
from bayqa.sheets.page.facts import Bay, arrange, gather
from bayqa.sheets.page.lettering import subset_font
from bayqa.sheets.words import load_text, say

__all__ = ["draw_page", "print_page"]

# As a region run names its sheets: theme, campaign, layout.
_SHEET = re.compile(
    r"(?P<theme>category|limiting|stations|sd|probability)-(?P<campaign>.+)-a\d-\w+"
)


def print_page(
    results: Iterable[Assessment],
    path: str | os.PathLike,
    *,
    tables: Mapping[str, pd.DataFrame] | None = None,
    **options: object,
) -> Path:
    """Path of the offline page of a region just written, one HTML file.

    It works from a file:// address: no script, style, font, picture or tile from elsewhere. Sheets
    and dossiers that lie beside it, in a folder named like the bay, are linked.

    Parameters
    ----------
    results : iterable of Assessment
        Each for one or several bays; read once.
    path : path
        Ends in ``.html``; never left half written.
    tables : mapping of str to DataFrame, optional
        Tables of the region; "headline" is shown on top.
    **options
        As `draw_page`.

    Returns
    -------
    Path

    Raises
    ------
    InputError
        If there is no assessment, the standards differ, or `path` does not end in ``.html``.
    """
    path = Path(path)
    if path.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"path: found {path.name!r}, wanted a name that ends in .html")
    headline = (tables or {}).get("headline")
    text = draw_page(results, beside=path.parent, headline=headline, **options)
    return write_text(path, text)


def draw_page(
    results: Iterable[Assessment],
    *,
    title: Mapping[str, str] | None = None,
    language: str = "zh",
    palette: str | None = None,
    headline: pd.DataFrame | None = None,
    beside: Path | None = None,
    pictures: bool = True,
) -> str:
    """HTML text of the offline page.

    Parameters
    ----------
    results : iterable of Assessment
    title : mapping of "zh" and "en" to str, optional
    language : {"zh", "en"}
        The one it opens with; a button changes it.
    palette : str, optional
        Id of a packaged palette, or the path of a TOML file.
    headline : DataFrame, optional
        Figures of the region, as `tabulate_headline` gives them.
    beside : Path, optional
        Folder whose subfolders hold the sheets and dossiers to link.
    pictures : bool
        Put small maps of each campaign into the page (a few kB each).

    Returns
    -------
    str

    Raises
    ------
    InputError
        If there is no assessment, the standards differ, or the language is unknown.
    """
    words = read_texts("page")
    if language not in words:
        raise InputError(f"language: found {language!r}, wanted one of {', '.join(words)}")
    colors = load_palette(palette)
    region = gather(results, colors, pictures=pictures)
    links, common = {}, []
    if beside is not None:
        found = sorted([*beside.glob("*.pdf"), *beside.glob("sheets/*.pdf")])
        common = [{**_name_common(path), "href": _address(beside, path)} for path in found]
        links = {bay.id: find_links(beside, bay, region.periods) for bay in region.bays}
    named = {code: (title or {}).get(code) or words[code]["title"] for code in words}
    data = {"title": named, "language": language, "words": words, "links": common,
            **arrange(region, colors, links, headline)}  # fmt: skip
    # "<" would end the script element; U+2028 and U+2029 are line ends to old browsers.
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    text = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    script = _part("script.js")
    face = subset_font("".join(sorted(set(text + script))))
    return string.Template(_part("template.html")).substitute(
        title=escape(named[language]), style=_part("style.css"), script=script, data=text, face=face
    )


def find_links(folder: Path, bay: Bay, periods: Mapping[str, list[dict]]) -> list[dict[str, str]]:
    """Dossiers and PDF sheets of a bay that lie under `folder`, as relative addresses.

    Parameters
    ----------
    folder : Path
        Where the page lies.
    bay : Bay
        Its files lie in the subfolder of its id.
    periods : mapping of year to list of campaigns
        Sheets are ordered like them and named after them.

    Returns
    -------
    list of dict
        zh, en, href and, for a sheet of one campaign, `period` ("year|campaign").
    """
    order = {entry["id"]: (k, year, entry) for year, entries in periods.items()
             for k, entry in enumerate(entries) if entry["id"] != "annual"}  # fmt: skip
    home = folder / bay.id
    links = [_dossier_link(folder, path) for path in sorted(home.glob("dossier*.pdf"))]
    sheets = [_sheet_link(folder, path, bay, order) for path in sorted(home.glob("sheets/*.pdf"))]
    sheets.sort(key=lambda link: (link["period"].partition("|")[0], link.pop("rank"), link["href"]))
    return [*links, *sheets]


def _name_common(path: Path) -> dict[str, str]:
    """Printed name of the atlas or of a sheet of the region; another file keeps its own."""
    theme = path.stem.split("-")[0]
    return {
        code: words[f"common_{theme}"] if f"common_{theme}" in words else path.stem
        for code, words in read_texts("page").items()
    }


def _dossier_link(folder: Path, path: Path) -> dict[str, str]:
    code = path.stem.removeprefix("dossier").strip("-")
    zh = {"zh": "中文", "en": "英文"}.get(code, code)
    en = {"zh": "Chinese", "en": "English"}.get(code, code)
    return {"zh": f"档案 {zh}".strip(), "en": f"Dossier {en}".strip(),
            "href": _address(folder, path), "period": ""}  # fmt: skip


def _sheet_link(folder: Path, path: Path, bay: Bay, order: Mapping[str, tuple]) -> dict:
    """Link named like the title of the sheet, where its file name tells theme and campaign."""
    found = _SHEET.fullmatch(path.stem)
    href = _address(folder, path)
    known = found and found["campaign"] in order and f"title.{found['theme']}" in load_text("zh")
    if not known:
        return {"zh": path.stem, "en": path.stem, "href": href, "period": "", "rank": 99}
    rank, year, entry = order[found["campaign"]]
    names = {}
    for code in ("zh", "en"):
        period = say(code, "period.campaign", {"year": year, "season": entry[code]})
        context = {"bay": getattr(bay, code), "period": period, "previous": ""}
        names[code] = say(code, f"title.{found['theme']}", context)
    return {**names, "href": href, "period": f"{year}|{found['campaign']}", "rank": rank}


def _address(folder: Path, path: Path) -> str:
    return "/".join(quote(part) for part in path.relative_to(folder).parts)


def _part(name: str) -> str:
    return files("bayqa.sheets.page").joinpath(name).read_text(encoding="utf-8")
