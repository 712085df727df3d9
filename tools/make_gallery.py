"""Make `maps/gallery/`: small pictures of the sheets of a finished region run.

    python tools/make_gallery.py [data/weihai/weihai.toml]

Run the region first (``make demo``). Every picture is a real sheet at 100 dpi,
below 300 kB. `maps/README.md` shows them.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure
from PIL import Image

from bayqa.files import write_atomically
from bayqa.region import read_region
from bayqa.region.bay import load_result, output_folder
from bayqa.region.inputs import read_material
from bayqa.sheets import draw_sheet, save_sheet

__all__ = ["make_gallery"]

ROOT = Path(__file__).resolve().parents[1]
GALLERY = ROOT / "maps" / "gallery"
DPI, LIMIT_BYTES, COLORS = 100, 300_000, 256
SEASON, BAY, PARAMETER = "2023-autumn", "wuleidao", "din"
SHEETS = {
    "category": {"campaign": SEASON},
    "annual": {"campaign": "annual", "layout": "a4-portrait"},
    "bulletin": {"campaign": SEASON, "palette": "bulletin"},
    "concentration": {"theme": "concentration", "parameter": PARAMETER, "campaign": SEASON},
    "sd": {"theme": "sd", "parameter": PARAMETER, "campaign": SEASON, "language": "en"},
    "probability": {"theme": "probability", "campaign": SEASON},
    "limiting": {"theme": "limiting", "campaign": SEASON},
    "change": {"theme": "change", "campaign": SEASON, "layout": "a4-portrait"},
    "stations": {"theme": "stations", "campaign": SEASON, "language": "zh"},
}
REGION_SHEETS = ({"theme": "beautiful"}, {"theme": "rivers", "palette": "river-2011"})


def make_gallery(region_file: Path, target: Path = GALLERY) -> list[Path]:
    """Pictures of one bay in every theme, and of the region.

    Parameters
    ----------
    region_file : Path
        Of a region that has been run.
    target : Path

    Returns
    -------
    list of Path
    """
    region = read_region(region_file)
    material = read_material(region)
    options = {
        "overview": material.bays,
        "region_zh": region.region.name_zh,
        "region_en": region.region.name_en,
    }
    result = load_result(region, BAY)
    made = [_write(draw_sheet(result, options=options, **choice), target / f"{name}.png")
            for name, choice in SHEETS.items()]  # fmt: skip
    whole = replace(
        result,
        bays=material.bays,
        samples=material.sections,
        tables=_region_tables(output_folder(region)),
    )
    made += [
        _write(draw_sheet(whole, options=options, **choice), target / f"{choice['theme']}.png")
        for choice in REGION_SHEETS
    ]
    return made


def _region_tables(folder: Path) -> dict[str, pd.DataFrame]:
    names = ("beautiful_bays", "beautiful_coverage", "coverage", "sections")
    return {name: pd.read_csv(folder / f"{name}.csv") for name in names}


def _write(figure: Figure, path: Path) -> Path:
    page = BytesIO()
    # Drawn at print resolution and reduced: at screen resolution glyphs snap to whole pixels.
    save_sheet(figure, page, dpi=3 * DPI, format="png")
    picture = Image.open(page).reduce(3)
    # Median cut would merge the colours of small areas, which are those of bad water.
    picture = picture.quantize(COLORS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    with write_atomically(path) as draft:
        picture.save(draft, optimize=True, dpi=(DPI, DPI))
    size = path.stat().st_size
    if size >= LIMIT_BYTES:
        raise SystemExit(f"{path} has {size} bytes: a picture of the gallery must stay below "
                         f"{LIMIT_BYTES}.")  # fmt: skip
    return path


if __name__ == "__main__":
    make_gallery(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "data/weihai/weihai.toml")
