"""The page as one HTML text: template, style, script and data in a single file."""

from __future__ import annotations

import json
import os
import string
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

import pandas as pd

from bayqa.assess.assessment import Assessment
from bayqa.errors import InputError
from bayqa.files import write_text
from bayqa.sheets.page.facts import arrange, gather
from bayqa.sheets.page.lettering import subset_font
from bayqa.sheets.palettes import load_palette

__all__ = ["draw_page", "print_page"]


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
    words = tomllib.loads(_part("text.toml"))
    if language not in words:
        raise InputError(f"language: found {language!r}, wanted one of {', '.join(words)}")
    colors = load_palette(palette)
    region = gather(results, colors, pictures=pictures)
    links = {} if beside is None else {bay.id: find_links(beside, bay.id) for bay in region.bays}
    named = {code: (title or {}).get(code) or words[code]["title"] for code in words}
    data = {"title": named, "language": language, "words": words,
            **arrange(region, colors, links, headline)}  # fmt: skip
    # "<" would end the script element; U+2028 and U+2029 are line ends to old browsers.
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    text = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    script = _part("script.js")
    face = subset_font("".join(sorted(set(text + script))))
    return string.Template(_part("template.html")).substitute(
        title=escape(named[language]), style=_part("style.css"), script=script, data=text, face=face
    )


def find_links(folder: Path, bay: str) -> list[dict[str, str]]:
    """Dossiers and PDF sheets of a bay that lie under `folder`, as relative addresses."""
    home = folder / bay
    found: Sequence[Path] = sorted(home.glob("dossier*.pdf")) + sorted(home.glob("sheets/*.pdf"))
    return [_link(folder, path) for path in found]


def _link(folder: Path, path: Path) -> dict[str, str]:
    href = "/".join(quote(part) for part in path.relative_to(folder).parts)
    if path.stem.startswith("dossier"):
        code = path.stem.removeprefix("dossier").strip("-")
        zh = {"zh": "中文", "en": "英文"}.get(code, code)
        en = {"zh": "Chinese", "en": "English"}.get(code, code)
        return {"zh": f"档案 {zh}".strip(), "en": f"Dossier {en}".strip(), "href": href}
    return {"zh": path.stem, "en": path.stem, "href": href}


def _part(name: str) -> str:
    return files("bayqa.sheets.page").joinpath(name).read_text(encoding="utf-8")
