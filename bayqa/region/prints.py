"""What a region prints for one bay: its sheets and its dossier."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from bayqa import sheets
from bayqa.assess import Assessment
from bayqa.export.rasters import slug
from bayqa.files import write_atomically
from bayqa.region.config import Region
from bayqa.region.inputs import Material

__all__ = ["name_books", "print_bay", "print_region"]


def print_bay(result: Assessment, folder: Path, region: Region, material: Material) -> list[Path]:
    """Paths of the sheets and dossier printed for a bay.

    Parameters
    ----------
    result : Assessment
        Of one bay.
    folder : Path
        The bay's folder.
    region : Region
        Its [sheets] say what is printed.
    material : Material
        All bays of the region, for the inset.

    Returns
    -------
    list of Path
    """
    wanted, options = region.pages, _options(region, material)
    written = []
    for layout in wanted.layouts:
        for theme in wanted.themes:
            for campaign in _campaigns(result, wanted.campaigns):
                chosen = {"layout": layout, "theme": theme, "campaign": campaign}
                written += _print_sheet(result, folder, wanted, chosen, options)
    if wanted.dossiers:
        for language in wanted.language:
            path = folder / f"dossier-{language}.pdf"
            sheets.print_dossier(
                result, path, language=language, palette=wanted.palette, options=options
            )
            written.append(path)
    return written


def print_region(
    region: Region,
    material: Material,
    tables: dict,
    results: Callable[[], Iterator[Assessment]],
) -> None:
    """Print what shows all bays together: coverage and river sheets, atlas, offline page.

    Parameters
    ----------
    region, material : Region, Material
    tables : dict of str to DataFrame
        Of the region.
    results : callable
        Gives a fresh iterator over the bays that are done, one in memory at a time.
    """
    folder, wanted = region.path(region.output.folder), region.pages
    options = _options(region, material)
    # Remarks are on how the bays are judged, which these sheets do not show.
    held = {name: table for name, table in tables.items() if name != "remarks"}
    whole = replace(next(results()), bays=material.bays, tables=held)
    for layout in wanted.layouts:
        if "beautiful_bays" in tables:
            _print_sheet(whole, folder, wanted, {"layout": layout, "theme": "beautiful"}, options)
        if "sections" in tables and material.rivers is not None:
            rivers = replace(whole, samples=material.sections)
            chosen = {"layout": layout, "theme": "rivers", "palette": "river-2011"}
            own = {**options, "river_standard": region.own(region.assess.rivers)}
            _print_sheet(rivers, folder, wanted, chosen, own)
    _print_books(region, tables, results, options)


def name_books(tables: dict) -> dict[str, str]:
    """Standard -> ending of the names of its atlas and page, which have one legend each.

    Parameters
    ----------
    tables : dict of str to DataFrame
        Of the region.

    Returns
    -------
    dict
        Of one standard the ending is empty.
    """
    names = [str(name) for name in tables["shares"]["standard"].unique()]
    return {name: f"-{slug(name).lower()}" if len(names) > 1 else "" for name in names}


def _print_books(region: Region, tables: dict, results, options: dict) -> None:
    """Atlas and page; one of each standard where the bays are judged by several."""
    folder, wanted = region.path(region.output.folder), region.pages
    books = name_books(tables)
    for standard, ending in books.items():

        def own(standard=standard) -> Iterator[Assessment]:
            return (result for result in results() if result.standard.id == standard)

        if wanted.atlas:
            chosen = {"language": tuple(wanted.language), "palette": wanted.palette}
            sheets.print_atlas(own(), folder / f"atlas{ending}.pdf", options=options, **chosen)
        if wanted.page:
            _print_page(own(), folder / f"index{ending}.html", region, tables)
    if len(books) > 1:
        # Those of an earlier run, when all bays had one standard, would pass for these.
        for name in ("atlas.pdf", "index.html"):
            (folder / name).unlink(missing_ok=True)


def _print_page(results, path: Path, region: Region, tables: dict) -> None:
    """The page opens in the first language of the region; a name that lacks is the other's."""
    about, wanted = region.region, region.pages
    zh, en = about.name_zh or about.name_en, about.name_en or about.name_zh
    named = {"zh": zh or about.id, "en": en or about.id}
    first = wanted.language[0] if wanted.language else "zh"
    more = {"palette": wanted.palette, "language": first}
    sheets.print_page(results, path, tables=tables, title=named, **more)


def _print_sheet(result, folder, wanted, chosen, options) -> list[Path]:
    """Paths of one sheet in every wanted format; `chosen` are arguments of `draw_sheet`."""
    chosen = {"palette": wanted.palette, **chosen}
    figure = sheets.draw_sheet(result, language=tuple(wanted.language), options=options, **chosen)
    # A layout of one's own is a path, and its name is that of the file.
    words = [chosen["theme"], chosen.get("campaign"), Path(chosen["layout"]).stem]
    stem = "-".join(word for word in words if word)
    paths = [folder / "sheets" / f"{stem}.{kind}" for kind in wanted.formats]
    for path in paths:
        with write_atomically(path) as draft:
            sheets.save_sheet(figure, draft)
    figure.clear()
    return paths


def _options(region: Region, material: Material) -> dict[str, object]:
    names = {"region_zh": region.region.name_zh, "region_en": region.region.name_en}
    named = {key: name for key, name in names.items() if name}
    return {"overview": material.bays, **named, **region.sheets.options}


def _campaigns(result: Assessment, which: str) -> list[str]:
    names = result.classes.campaign.to_numpy().tolist()
    return {"all": names, "last": names[-1:], "annual": ["annual"]}[which]
