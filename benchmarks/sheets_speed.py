"""CPU seconds of one A4 sheet (vector PDF and 300 dpi PNG) beside a bare savefig.

    python benchmarks/sheets_speed.py [repeats]

"bare" draws the same polygons (land, rivers, categories, coast) with plain matplotlib patches on
the same paper; "bare with text" also writes the same strings, since embedding a Chinese font has
a price of its own. Everything is warm: the first round of each is not counted.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch
from matplotlib.text import Text

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bayqa.sheets import draw_sheet
from bayqa.sheets.drawing.typography import font_path
from tests.sheets.weihai import make_weihai, read_layer


def main(repeats: int = 5) -> None:
    result = make_weihai("sanggou", 100.0)
    options = {"overview": read_layer("bays")}
    with tempfile.TemporaryDirectory() as folder:
        runs = {
            "sheet": lambda: _save(
                draw_sheet(result, campaign="2023-summer", options=options), Path(folder)
            ),
            "bare": lambda: _save_bare(_bare(result, options, text=False), Path(folder)),
            "bare with text": lambda: _save_bare(_bare(result, options, text=True), Path(folder)),
        }
        spent = _seconds(runs, repeats)
    for name, seconds in spent.items():
        print(f"{name:16s} {seconds:.3f} s CPU (median of {repeats})")
    print(f"ratio to bare    {spent['sheet'] / spent['bare']:.2f}")


def _seconds(runs: dict, repeats: int) -> dict[str, float]:
    """Median CPU seconds of each, taken in turn so that a busy machine slows all alike."""
    spent = {name: [] for name in runs}
    for _ in range(repeats + 1):
        for name, run in runs.items():
            start = time.process_time()
            run()
            spent[name].append(time.process_time() - start)
    return {name: statistics.median(values[1:]) for name, values in spent.items()}


def _save(figure: Figure, folder: Path) -> None:
    figure.savefig(folder / "sheet.pdf")
    figure.savefig(folder / "sheet.png")


def _save_bare(figure: Figure, folder: Path) -> None:
    with matplotlib.rc_context({"pdf.fonttype": 42}):
        figure.savefig(folder / "bare.pdf")
        figure.savefig(folder / "bare.png", dpi=300)


_PARTS: dict[str, list] = {}


def _bare(result, options, *, text: bool) -> Figure:
    """The polygons of the sheet on the same paper; taken once from a drawn sheet."""
    if not _PARTS:
        sheet = draw_sheet(result, campaign="2023-summer", options=options)
        page, *maps = sheet.axes
        _PARTS["maps"] = [
            (
                ax.get_position(),
                ax.get_xlim(),
                ax.get_ylim(),
                [
                    (
                        p.get_path(),
                        p.get_facecolor(),
                        p.get_edgecolor(),
                        p.get_linewidth(),
                        p.get_zorder(),
                    )
                    for p in ax.get_children()
                    if isinstance(p, PathPatch)
                ],
            )
            for ax in maps
        ]
        _PARTS["text"] = [
            (
                *t.get_position(),
                t.get_text(),
                t.get_size(),
                "Bold" in str(t.get_fontproperties().get_file()),
            )
            for t in page.get_children()
            if isinstance(t, Text) and t.get_text()
        ]
    figure = Figure(figsize=(297 / 25.4, 210 / 25.4))
    FigureCanvasAgg(figure)
    for place, xlim, ylim, patches in _PARTS["maps"]:
        ax = figure.add_axes(place)
        ax.set(xlim=xlim, ylim=ylim, xticks=[], yticks=[])
        for path, face, edge, width, order in patches:
            ax.add_patch(PathPatch(path, fc=face, ec=edge, lw=width, zorder=order))
    for x, y, string, size, bold in _PARTS["text"] if text else []:
        font = FontProperties(fname=str(font_path("bold" if bold else "regular")), size=size)
        figure.text(x / 297, y / 210, string, fontproperties=font, parse_math=False)
    return figure


if __name__ == "__main__":
    main(*(int(v) for v in sys.argv[1:]))
