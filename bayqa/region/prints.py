"""What a region prints for one bay: its sheets and its dossier."""

from __future__ import annotations

from pathlib import Path

from bayqa.assess import Assessment
from bayqa.files import write_atomically
from bayqa.region.config import Region
from bayqa.sheets import draw_sheet, print_dossier

__all__ = ["print_bay"]


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
            print_dossier(result, path, language=language)
            written.append(path)
    return written


def _print_sheet(result, folder, layout, theme, campaign, region) -> list[Path]:
    wanted = region.sheets
    figure = draw_sheet(
        result,
        layout=layout,
        theme=theme,
        campaign=campaign,
        language=tuple(wanted.language),
        palette=wanted.palette,
        options=wanted.options,
    )
    paths = []
    for kind in wanted.formats:
        path = folder / "sheets" / f"{theme}-{campaign}-{layout}.{kind}"
        with write_atomically(path) as draft:
            figure.savefig(draft)
        paths.append(path)
    figure.clear()
    return paths


def _campaigns(result: Assessment, which: str) -> list[str]:
    names = result.classes.campaign.to_numpy().tolist()
    last = names[-1:]
    return {"all": names, "last": last, "annual": ["annual"]}[which]
