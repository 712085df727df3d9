"""The river reaches that end in a bay: assessed by the standard of rivers, saved and printed."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

from bayqa.assess import Assessment
from bayqa.assess.reaches import assess_reaches
from bayqa.errors import BayqaError, CoverageError
from bayqa.export import save
from bayqa.fields.rivers import choose_reaches
from bayqa.region.config import Region
from bayqa.region.inputs import Material
from bayqa.region.prints import print_bay
from bayqa.sheets.drawing.palettes import load_palette, pick_category_colors

__all__ = ["join_samples", "run_reaches", "tabulate_reach_shares", "write_reaches"]

PALETTE = "river-2011"


def join_samples(region: Region, material: Material) -> gpd.GeoDataFrame:
    """Samples for the fields of a bay: those of the sea, and of sections where rivers join it."""
    if not region.water.join_rivers or material.sections is None:
        return material.samples
    samples = material.samples
    sections = material.sections.to_crs(samples.crs).reindex(columns=samples.columns)
    return pd.concat([samples, sections], ignore_index=True)


def run_reaches(
    region: Region, material: Material, bay_id: str, **settings: object
) -> Assessment | str | None:
    """Assessment of the reaches that end in a bay, or why there is none.

    Parameters
    ----------
    region, material : Region, Material
    bay_id : str
    **settings : object
        As the bay itself is assessed with.

    Returns
    -------
    Assessment, str or None
        None where rivers are not joined, or none ends in the bay.
    """
    if not region.water.join_rivers or material.rivers is None:
        return None
    chosen, bays = region.reaches.model_dump(), material.bays.loc[[bay_id]]
    try:
        choose_reaches(bays, material.rivers, crs=region.water.crs, **chosen)
    except CoverageError:
        return None
    samples, standard = join_samples(region, material), region.own(region.assess.rivers)
    try:
        return assess_reaches(bays, material.rivers, samples, standard, **chosen, **settings)
    except BayqaError as error:
        return str(error)


def tabulate_reach_shares(result: Assessment | str, bay_id: str) -> pd.DataFrame:
    """Shares of the categories in each reach, with the bay it ends in; or a row that says why not.

    Parameters
    ----------
    result : Assessment or str
        As `run_reaches` gives it.
    bay_id : str

    Returns
    -------
    DataFrame
        bay_id, river, then as `tabulate_shares` from year on, and note.
    """
    if isinstance(result, str):
        return pd.DataFrame({"bay_id": [bay_id], "river": [""], "note": [result]})
    table = result.shares.rename(columns={"bay_id": "river"}).assign(note="")
    table.insert(0, "bay_id", bay_id)
    return table


def write_reaches(
    result: Assessment, folder: Path, region: Region, material: Material, *, sheets: bool
) -> None:
    """Write the files, and print the sheets, of the reaches of a bay below its folder.

    Parameters
    ----------
    result : Assessment
    folder : Path
        The bay's folder; files go to its `reaches`.
    region, material : Region, Material
    sheets : bool
    """
    colors = pick_category_colors(load_palette(PALETTE), result.standard)
    save(result, folder / "reaches", formats=region.output.formats, palette=colors)
    if sheets:
        wanted = region.sheets.model_copy(update={"palette": PALETTE, "dossiers": False})
        region = region.model_copy(update={"sheets": wanted})
        print_bay(result, folder / "reaches", region, material)
