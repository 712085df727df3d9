"""What all figures share: words, parameter labels, axes that are made when none is given."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from bayqa.parameters import load_parameters
from bayqa.sheets.drawing.typography import register_fonts
from bayqa.sheets.packaged import fill_text

__all__ = [
    "choose_axes",
    "finish",
    "name_of",
    "name_with_unit",
    "note_empty",
    "word",
]


def choose_axes(ax: Axes | None, size: tuple[float, float] = (6.4, 4.8)) -> Axes:
    """`ax`, or the axes of a new figure of `size` inches."""
    if ax is not None:
        return ax
    return plt.subplots(figsize=size, layout="constrained")[1]


def finish(ax: Axes) -> Axes:
    """`ax` with every text in the packaged font, which has Chinese glyphs."""
    family = register_fonts()
    ax.tick_params(labelfontfamily=family)
    texts = [ax.title, ax.xaxis.label, ax.yaxis.label, *ax.texts]
    texts += [ax.xaxis.get_offset_text(), ax.yaxis.get_offset_text()]
    legend = ax.get_legend()
    if legend is not None:
        texts += [*legend.get_texts(), legend.get_title()]
    for text in texts:
        text.set_fontfamily(family)
    return ax


def word(language: str, key: str, **names: object) -> str:
    """One string of the figures; see `fill_text`."""
    return fill_text("figures", language, key, names)


def name_of(parameter: str, language: str) -> str:
    """Printed name of a parameter, or of "overall"; an unknown id stands for itself."""
    if parameter == "overall":
        return word(language, "overall")
    row = load_parameters().get(parameter)
    if row is None:
        return parameter
    return row.name_zh if language == "zh" else row.name_en


def name_with_unit(parameter: str, language: str, unit: str | None = None) -> str:
    """Printed name with its unit, such as "dissolved oxygen (mg/L)"."""
    row = load_parameters().get(parameter)
    unit = unit if unit is not None else (row.unit if row else "")
    name = name_of(parameter, language)
    if unit in ("", "1"):
        return name
    return f"{name}（{unit}）" if language == "zh" else f"{name} ({unit})"


def note_empty(ax: Axes, language: str) -> Axes:
    """`ax` that says that there are no data."""
    ax.text(0.5, 0.5, word(language, "no_data"), transform=ax.transAxes, ha="center", va="center")
    ax.set_xticks([])
    ax.set_yticks([])
    return finish(ax)
