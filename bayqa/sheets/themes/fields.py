"""Themes of continuous fields: concentration, standard deviation, probability of the target."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import shapely
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.ticker import MaxNLocator
from shapely.geometry.base import BaseGeometry

from bayqa.assess.causes.cells import attain_probability
from bayqa.errors import InputError
from bayqa.sheets.context import capitalise, name_parameter
from bayqa.sheets.contours import Raster, trace_above, trace_lines, trace_mask
from bayqa.sheets.drawing.picture import Area, Drawing, Entry, Legend, Line, Picture
from bayqa.sheets.subject import Subject
from bayqa.sheets.themes.common import need_parameter, raster_of, station_symbols, words
from bayqa.sheets.themes.doubt import Doubt, doubt_entries, trace_doubt
from bayqa.sheets.words import say

__all__ = ["draw_concentration", "draw_probability", "draw_sd", "nice_levels"]

_PROBABILITY = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9)
_N_BANDS = 7


def draw_concentration(subject: Subject) -> Drawing:
    """Bands of concentration with labelled isolines; limits of the standard are drawn bold."""
    parameter = need_parameter(subject)
    field = subject.result.grids[parameter]
    fields = [field.sel(campaign=c).transpose("y", "x").to_numpy() for c in subject.drawn]
    levels = nice_levels(fields, log=field.attrs.get("scale") == "log10")
    levels = _with_edges(levels, _edges(subject, parameter), fields)
    colors = _quality_colors(subject, parameter, levels)
    legend = _band_legend(
        subject, words(subject, "legend.concentration", **_parameter_words(subject)), levels, colors
    )
    pictures, doubts = _draw_bands(subject, fields, levels, colors)
    limits = [e for e in _edges(subject, parameter) if levels[0] < e < levels[-1] * 10]
    pictures = [
        _with_limits(subject, picture, values, (limits, _uniform(levels)))
        for picture, values in zip(pictures, fields, strict=True)
    ]
    ink = subject.palette.ground
    keys = (Entry(ink["line"], words(subject, "legend.isoline", unit=_unit(subject)), kind="line"),)
    if any(line.color == ink["accent"] for picture in pictures for line in picture.lines):
        keys += (Entry(ink["accent"], words(subject, "legend.limit"), kind="limit"),)
    keys += doubt_entries(subject, doubts)
    return Drawing(
        tuple(pictures),
        _with_blank(subject, legend, pictures),
        keys,
        silent=("parameters", "draws"),
    )


def draw_sd(subject: Subject) -> Drawing:
    """Bands of the standard deviation, in the working scale of the parameter."""
    parameter = need_parameter(subject)
    name = f"{parameter}_sd"
    if name not in subject.result.grids:
        raise InputError(
            f"The grids have no {name!r}: choose a method that gives standard "
            "deviations, such as 'matern'."
        )
    field = subject.result.grids[name]
    fields = [field.sel(campaign=c).transpose("y", "x").to_numpy() for c in subject.drawn]
    levels = nice_levels(fields, log=False)
    colors = _ramp(subject, "sd", len(levels))
    unit = {
        code: say(code, "unit.sd_log10")
        if field.attrs.get("scale") == "log10"
        else _unit(subject)[code]
        for code in subject.languages
    }
    legend = _band_legend(subject, words(subject, "legend.sd", sd_unit=unit), levels, colors)
    pictures, doubts = _draw_bands(subject, fields, levels, colors)
    keys = doubt_entries(subject, doubts)
    return Drawing(
        tuple(pictures),
        _with_blank(subject, legend, pictures),
        keys,
        silent=("parameters", "draws", "standard"),
    )


def draw_probability(subject: Subject) -> Drawing:
    """Probability that the category is the target or better."""
    standard = subject.result.standard
    ids = [c.id for c in standard.categories]
    target = str(subject.options.get("target", (standard.good or ids[:2])[-1]))
    if target not in ids:
        raise InputError(
            f"The target {target!r} is no category of {standard.id}: use one of {', '.join(ids)}."
        )
    rank = ids.index(target) + 1
    met = attain_probability(subject.result.classes, rank, parameter=subject.parameter)
    fields = [met.sel(campaign=c).transpose("y", "x").to_numpy() for c in subject.drawn]
    colors = _ramp(subject, "probability", len(_PROBABILITY))
    goal = _name_target(subject, rank)
    legend = _percent_legend(subject, words(subject, "legend.probability", target=goal), colors)
    pictures, doubts = _draw_bands(subject, fields, _PROBABILITY, colors, text=_percent)
    keys = doubt_entries(subject, doubts)
    return Drawing(tuple(pictures), _with_blank(subject, legend, pictures), keys, silent=("draws",))


def nice_levels(fields: list[np.ndarray], *, log: bool) -> list[float]:
    """Round lower bounds of bands that part the values of several maps alike.

    Parameters
    ----------
    fields : list of ndarray
    log : bool
        Steps of 1-1.5-2-3-5-7 in every power of ten.

    Returns
    -------
    list of float, ascending
        At least one; the first is below all values.
    """
    known = np.concatenate([f[np.isfinite(f)] for f in fields])
    if not len(known):
        return [0.0]
    low, high = float(known.min()), float(known.max())
    if log and low > 0 and high / low > 3:
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        steps = (1, 1.5, 2, 3, 5, 7) if high / low < 30 else (1, 2, 5)
        ticks = [step * 10.0**p for p in powers for step in steps]
    else:
        ticks = (
            MaxNLocator(_N_BANDS, steps=[1, 2, 2.5, 5, 10])
            .tick_values(low, max(high, low + 1e-9 + abs(low) * 1e-6))
            .tolist()
        )
    below = [t for t in ticks if t <= low] or [min(ticks[0], low)]
    return [float(f"{t:.6g}") for t in (below[-1], *(t for t in ticks if low < t < high))]


def _with_edges(levels: list[float], edges: list[float], fields: list[np.ndarray]) -> list[float]:
    """Levels with the limits among them; a round level that crowds a limit makes way for it."""
    high = max((float(np.nanmax(f)) for f in fields if np.isfinite(f).any()), default=-np.inf)
    held = [e for e in edges if levels[0] < e < high]
    near = [0.12 * abs(e) for e in held]
    kept = [
        v
        for v in levels[1:]
        if all(abs(v - e) > gap for e, gap in zip(held, near, strict=True)) or v in held
    ]
    return [levels[0], *sorted({*kept, *held})]


def _name_target(subject: Subject, rank: int) -> dict[str, str]:
    category = subject.result.standard.categories[rank - 1]
    labels = {"zh": category.label_zh, "en": category.label_en}
    return {
        code: say(code, "word.class_target", {"label": labels.get(code, category.label_en)})
        for code in subject.languages
    }


def _draw_bands(
    subject: Subject, fields: list[np.ndarray], levels, colors, *, text=None
) -> tuple[list[Picture], list[Doubt]]:
    """A map of each campaign, and the parts of it that are hatched."""
    raster, text = raster_of(subject), text or _uniform(levels)
    doubts = [trace_doubt(subject, raster, name, by_category=False) for name in subject.drawn]
    pictures = [
        _bands(subject, name, values, (levels, colors, text))._replace(doubt=doubt.shape)
        for name, values, doubt in zip(subject.drawn, fields, doubts, strict=True)
    ]
    return pictures, doubts


def _bands(subject: Subject, campaign: str, values: np.ndarray, scale: tuple) -> Picture:
    levels, colors, text = scale
    raster, blank = _known_water(subject, values)
    areas = [raster.domain, *trace_above(raster, values, levels[1:])]
    ink = subject.palette.ground["line"]
    lines = [
        Line(trace_lines(raster, values, level), ink, 0.3, text(level)) for level in levels[1:]
    ]
    return Picture(
        tuple(Area(a, c) for a, c in zip(areas, colors, strict=True) if not a.is_empty),
        tuple(line for line in lines if not line.shape.is_empty),
        blank,
        None,
        station_symbols(subject, campaign),
    )


def _known_water(subject: Subject, values: np.ndarray) -> tuple[Raster, BaseGeometry]:
    """Raster whose domain has values, and the water that has none and must not look clean."""
    raster = raster_of(subject)
    if not np.isfinite(values).any():
        return raster._replace(domain=shapely.MultiPolygon()), raster.domain
    blank = trace_mask(raster, subject.result.water["wet"].to_numpy() & ~np.isfinite(values))
    if blank.is_empty:
        return raster, blank
    return raster._replace(domain=shapely.difference(raster.domain, blank)), blank


def _with_blank(subject: Subject, legend: Legend, pictures: Sequence[Picture]) -> Legend:
    if all(picture.blank is None or picture.blank.is_empty for picture in pictures):
        return legend
    row = Entry(subject.palette.not_assessed, words(subject, "legend.not_assessed"), kind="blank")
    # Where nothing is known at all there are no bands to explain.
    entries = legend.entries if any(picture.areas for picture in pictures) else ()
    return legend._replace(entries=(*entries, row))


def _with_limits(subject: Subject, picture: Picture, values: np.ndarray, what: tuple) -> Picture:
    raster, _ = _known_water(subject, values)
    limits, text = what
    accent = subject.palette.ground["accent"]
    bold = [Line(trace_lines(raster, values, edge), accent, 0.9, text(edge)) for edge in limits]
    shown = [line for line in bold if not line.shape.is_empty]
    named = {line.text for line in shown}
    return picture._replace(
        lines=tuple(line for line in picture.lines if line.text not in named) + tuple(shown)
    )


def _edges(subject: Subject, parameter: str) -> list[float]:
    limit = subject.result.standard.limits.get(parameter)
    if limit is None:
        return []
    edges = [e for e in limit.edges if e is not None]
    flat = [v for e in edges for v in e] if limit.direction == "range" else edges
    return sorted({float(v) for v in flat if math.isfinite(v)})


def _band_legend(subject: Subject, heading, levels, colors) -> Legend:
    text = _uniform(levels)
    texts = [f"{text(a)} – {text(b)}" for a, b in zip(levels[:-1], levels[1:], strict=True)]
    texts.append(f"> {text(levels[-1])}")
    return Legend(
        heading,
        (),
        tuple(
            Entry(color, dict.fromkeys(subject.languages, text))
            for color, text in zip(colors, texts, strict=True)
        ),
    )


def _percent_legend(subject: Subject, heading, colors) -> Legend:
    bounds = (*_PROBABILITY, 1.0)
    texts = [
        f"{100 * a:.0f} – {100 * b:.0f} %" for a, b in zip(bounds[:-1], bounds[1:], strict=True)
    ]
    return Legend(
        heading,
        (),
        tuple(
            Entry(color, dict.fromkeys(subject.languages, text))
            for color, text in zip(reversed(colors), reversed(texts), strict=True)
        ),
    )


def _ramp(subject: Subject, name: str, n: int) -> tuple[str, ...]:
    colors = subject.palette.ramps[name]
    if n == len(colors):
        return colors
    ramp = LinearSegmentedColormap.from_list(name, colors)
    return tuple(to_hex(ramp(k / max(n - 1, 1))).upper() for k in range(n))


def _quality_colors(subject: Subject, parameter: str, levels: list[float]) -> tuple[str, ...]:
    """Colours that say good or bad as the standard does: the same value, the same colour."""
    limit = subject.result.standard.limits.get(parameter)
    edges = _edges(subject, parameter)
    if limit is None or limit.direction == "range" or len(edges) < 2:
        return _ramp(subject, "plain", len(levels))
    uppers = [*levels[1:], levels[-1] + (levels[-1] - levels[0]) / max(len(levels) - 1, 1)]
    middles = [(a + b) / 2 for a, b in zip(levels, uppers, strict=True)]
    # The last step of the ramp lies beyond the worst limit: bad water still has its degrees.
    steps = np.linspace(0, 1, len(edges) + 2)
    if limit.direction == "min":
        places = np.interp(middles, [0.0, *edges, 1.4 * edges[-1]], steps[::-1])
    else:
        places = np.interp(middles, [0.0, *edges, 3.0 * edges[-1]], steps)
    if not set(edges) & set(levels):
        # All of one category: its part of the ramp is spread, or bands could not be told apart.
        within = int(np.searchsorted(edges, middles[0]))
        ends = (steps if limit.direction == "max" else steps[::-1])[within : within + 2]
        places = np.linspace(ends[0], ends[1], len(levels))
    ramp = LinearSegmentedColormap.from_list("quality", subject.palette.ramps["concentration"])
    return tuple(to_hex(ramp(float(place))).upper() for place in places)


def _parameter_words(subject: Subject) -> dict:
    names = {code: name_parameter(str(subject.parameter), code) for code in subject.languages}
    titles = {code: capitalise(name) for code, name in names.items()}
    return {"parameter": names, "parameter_title": titles, "unit": _unit(subject)}


def _unit(subject: Subject) -> dict[str, str]:
    unit = str(subject.result.grids[subject.parameter].attrs.get("units", ""))
    return {
        code: say(code, "unit.one") if unit in ("", "1") else unit for code in subject.languages
    }


def _uniform(levels: Sequence[float]) -> Callable[[float], str]:
    """Text of a level: as many decimals for all as the finest needs, where four are enough."""
    shortest = [f"{level:.4g}" for level in levels]
    decimals = max(len(text.partition(".")[2]) for text in shortest)
    fine = decimals > 4 or any("e" in text for text in shortest)
    return (lambda value: f"{value:.4g}") if fine else (lambda value: f"{value:.{decimals}f}")


def _percent(value: float) -> str:
    return f"{100 * value:.0f}%"
