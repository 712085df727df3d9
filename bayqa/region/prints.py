"""What a region prints for one bay: its sheets and its dossier."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from bayqa import sheets
from bayqa.assess import Assessment
from bayqa.files import write_atomically
from bayqa.region.config import Region
from bayqa.region.inputs import Material

__all__ = ["print_bay", "print_region"]


def print_bay(result: Assessment, folder: Path, region: Region) -> list[Path]:
    """Paths of the sheets and dossier printed for a bay.

    Parameters
    ----------
    result : Assessment
        Of one bay.
    folder : Path
        The bay's folder.
    region : Region
        Its [sheets] say what is printed.

    Returns
    -------
    list of Path
    """
    wanted = region.sheets
    written = []
    for layout in wanted.layouts:
        for theme in wanted.themes:
            for campaign in _campaigns(result, wanted.campaigns):
                written += _print_sheet(result, folder, layout, theme, campaign, region)
    if wanted.dossiers:
        for language in wanted.language:
            path = folder / f"dossier-{language}.pdf"
            sheets.print_dossier(result, path, language=language, palette=wanted.palette)
            written.append(path)
    return written


def print_region(
    region: Region,
    material: Material,
    tables: dict,
    results: Callable[[], Iterator[Assessment]],
) -> None:
    """Print what shows all bays together: coverage sheet, atlas, offline page.

    Parameters
    ----------
    region, material : Region, Material
    tables : dict of str to DataFrame
        Of the region.
    results : callable
        Gives a fresh iterator over the bays that are done, one in memory at a time.
    """
    folder, wanted = region.path(region.output.folder), region.sheets
    if "beautiful_bays" in tables:
        first = next(results())
        whole = replace(first, bays=material.bays, tables=tables)
        for layout in wanted.layouts:
            _print_sheet(whole, folder, layout, "beautiful", None, region)
    if wanted.atlas:
        sheets.print_atlas(
            results(),
            folder / "atlas.pdf",
            language=tuple(wanted.language),
            palette=wanted.palette,
            options=_options(region),
        )
    if wanted.page:
        named = {"zh": region.region.name_zh, "en": region.region.name_en}
        sheets.print_page(
            results(), folder / "index.html", tables=tables, title=named, palette=wanted.palette
        )


def _print_sheet(result, folder, layout, theme, campaign, region) -> list[Path]:
    wanted = region.sheets
    figure = sheets.draw_sheet(
        result,
        layout=layout,
        theme=theme,
        campaign=campaign,
        language=tuple(wanted.language),
        palette=wanted.palette,
        options=_options(region),
    )
    paths, when = [], [campaign] if campaign else []
    for kind in wanted.formats:
        path = folder / "sheets" / "-".join([theme, *when, f"{layout}.{kind}"])
        with write_atomically(path) as draft:
            sheets.save_sheet(figure, draft)
        paths.append(path)
    figure.clear()
    return paths


def _options(region: Region) -> dict[str, object]:
    names = {"region_zh": region.region.name_zh, "region_en": region.region.name_en}
    return {**{key: name for key, name in names.items() if name}, **region.sheets.options}


def _campaigns(result: Assessment, which: str) -> list[str]:
    names = result.classes.campaign.to_numpy().tolist()
    last = names[-1:]
    return {"all": names, "last": last, "annual": ["annual"]}[which]
