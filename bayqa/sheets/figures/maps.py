"""Maps for notebooks: a field and its categories, in kilometres of the bay's projection."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap, ListedColormap
from matplotlib.patches import Patch

from bayqa.errors import InputError
from bayqa.fields.projection import project_points
from bayqa.sheets.drawing.palettes import load_palette, pick_category_colors
from bayqa.sheets.drawing.typography import register_fonts
from bayqa.sheets.figures.frame import (
    choose_axes,
    finish,
    name_of,
    name_with_unit,
    word,
)
from bayqa.sheets.periods import name_campaign
from bayqa.standards.standard import Standard

__all__ = ["plot_classes", "plot_field"]


def plot_field(
    grids: xr.Dataset,
    parameter: str,
    *,
    campaign: str | None = None,
    quantity: str = "value",
    stations: xr.Dataset | None = None,
    language: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Map of a field or of its standard deviation for one campaign.

    Parameters
    ----------
    grids : Dataset
        As `interpolate` gives it.
    parameter : str
        Id of a parameter in `grids`.
    quantity : {"value", "sd"}
        The field in its unit, or the sd in the working scale.
    campaign, stations, language, ax
        See "Arguments of figures" in docs/conventions.md.

    Returns
    -------
    Axes
        Metres of the grid along both sides, with a colour bar beside.

    Raises
    ------
    InputError
        If the parameter, its sd or the campaign is not in `grids`.

    Examples
    --------
    >>> import bayqa as bq
    >>> ax = bq.plot_field(grids, "din", campaign="2023-summer")
    >>> ax.get_xlabel()
    'Easting (km)'
    """
    variable = parameter if quantity == "value" else f"{parameter}_{quantity}"
    field = _campaign(_variable(grids, variable), campaign)
    ramp = "concentration" if quantity == "value" else "sd"
    colors = LinearSegmentedColormap.from_list(ramp, load_palette().ramps[ramp])
    ax = choose_axes(ax)
    mesh = ax.pcolormesh(field.x / 1e3, field.y / 1e3, field, cmap=colors, rasterized=True)
    bar = ax.figure.colorbar(mesh, ax=ax, shrink=0.85)
    bar.set_label(_bar_label(grids, parameter, quantity, language), fontfamily=register_fonts())
    bar.ax.tick_params(labelfontfamily=register_fonts())
    _draw_stations(ax, stations, grids)
    return _frame(
        ax,
        f"{name_of(parameter, language)}, {name_campaign(field.campaign.item(), language)}",
        language,
    )


def plot_classes(
    classes: xr.Dataset,
    standard: Standard,
    *,
    parameter: str = "overall",
    campaign: str | None = None,
    stations: xr.Dataset | None = None,
    language: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Map of the categories of one campaign, with every category in the legend.

    Parameters
    ----------
    classes : Dataset
        As `classify` gives it for grids.
    standard : Standard
        Names and number of the categories.
    parameter : str
        "overall" or the id of a parameter.
    campaign, stations, language, ax
        See "Arguments of figures" in docs/conventions.md.

    Returns
    -------
    Axes
        Metres of the grid along both sides; the legend keeps every category.

    Raises
    ------
    InputError
        If the parameter or the campaign was not classified.

    Examples
    --------
    >>> import bayqa as bq
    >>> ax = bq.plot_classes(classes, standard, parameter="din")
    >>> [text.get_text() for text in ax.get_legend().get_texts()][0]
    'Class I'
    """
    field = _campaign(_classified(classes, parameter), campaign)
    palette = load_palette()
    colors = pick_category_colors(palette, standard)
    n = len(colors)
    ax = choose_axes(ax)
    dry = ~classes.wet.to_numpy() if "wet" in classes else field.to_numpy() == 0
    shown = np.ma.masked_array(field.to_numpy(), mask=dry)
    ax.pcolormesh(field.x / 1e3, field.y / 1e3, shown, rasterized=True,
                  cmap=ListedColormap([palette.not_assessed, *colors]),
                  norm=BoundaryNorm(np.arange(-0.5, n + 1), n + 1))  # fmt: skip
    _draw_stations(ax, stations, classes)
    _add_legend(ax, standard, colors, palette.not_assessed, language)
    title = word(language, "category") if parameter == "overall" else word(
        language, "category_by", name=name_of(parameter, language))  # fmt: skip
    return _frame(ax, f"{title}, {name_campaign(field.campaign.item(), language)}", language)


def _variable(grids: xr.Dataset, name: str) -> xr.DataArray:
    if name not in grids:
        held = ", ".join(str(v) for v in grids.data_vars if "campaign" in grids[v].dims)
        raise InputError(f"grids: no variable {name!r}; they hold {held}")
    return grids[name]


def _classified(classes: xr.Dataset, parameter: str) -> xr.DataArray:
    if parameter == "overall":
        return classes.category
    if parameter not in classes.parameter:
        held = ", ".join(classes.parameter.to_numpy().astype(str))
        raise InputError(f"classes: {parameter!r} was not classified; wanted overall, {held}")
    return classes.parameter_category.sel(parameter=parameter)


def _campaign(field: xr.DataArray, campaign: str | None) -> xr.DataArray:
    if "campaign" not in field.dims:
        field = field.expand_dims("campaign")
    names = field.campaign.to_numpy().astype(str).tolist()
    if campaign is not None and campaign not in names:
        raise InputError(f"campaign: found {campaign!r}, wanted one of {', '.join(names)}")
    return field.isel(campaign=-1 if campaign is None else names.index(campaign))


def _bar_label(grids: xr.Dataset, parameter: str, quantity: str, language: str) -> str:
    unit = str(grids[parameter].attrs.get("units", ""))
    if quantity == "value":
        return name_with_unit(parameter, language, unit)
    scale = grids[f"{parameter}_sd"].attrs.get("scale", "linear")
    key = "sd_of_log10" if scale == "log10" else "sd_of"
    return word(language, key, name=name_of(parameter, language), unit=unit)


def _draw_stations(ax: Axes, stations: xr.Dataset | None, grid: xr.Dataset) -> None:
    """Stations on or near the map; those of the whole summary may lie in another plane."""
    if stations is None:
        return
    left, right, bottom, top = ax.axis()
    x, y = project_points(stations.lon.to_numpy(), stations.lat.to_numpy(), grid.attrs["crs"])
    ax.plot(x / 1e3, y / 1e3, "o", ms=4, mfc="white", mec="#222222", mew=0.8)
    ax.axis((left, right, bottom, top))


def _add_legend(ax: Axes, standard: Standard, colors, not_assessed: str, language: str) -> None:
    names = [c.label_zh if language == "zh" else c.label_en for c in standard.categories]
    handles = [Patch(fc=color, ec="#5B5B5B", lw=0.6, label=name)
               for color, name in zip(colors, names, strict=True)]  # fmt: skip
    handles.append(
        Patch(fc=not_assessed, ec="#5B5B5B", lw=0.6, label=word(language, "not_assessed"))
    )
    ax.legend(handles=handles, loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)


def _frame(ax: Axes, title: str, language: str) -> Axes:
    ax.set(aspect="equal", title=title, xlabel=word(language, "easting"),
           ylabel=word(language, "northing"))  # fmt: skip
    ax.spines[["top", "right"]].set_visible(False)
    return finish(ax)
