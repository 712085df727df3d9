"""Styles for desktop GIS: QGIS ``.qml`` and OGC SLD from one palette."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from bayqa.assess.assessment import Assessment
from bayqa.export.rasters import Raster, list_rasters

__all__ = ["polygon_qml", "polygon_sld", "point_qml", "point_sld", "write_styles"]

_QGIS = "3.22.0-Białowieża"
_NOT_ASSESSED = ("not assessed", "#E6E6E6")
_SPREAD_RAMP = ("#FFFFFF", "#DADAEB", "#9E9AC8", "#6A51A3", "#3F007D")
_SLD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<StyledLayerDescriptor version="1.0.0" '
    'xmlns="http://www.opengis.net/sld" xmlns:ogc="http://www.opengis.net/ogc" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n<NamedLayer><Name>{name}</Name>'
    "<UserStyle><Title>{name}</Title><FeatureTypeStyle>\n{rules}"
    "</FeatureTypeStyle></UserStyle></NamedLayer>\n</StyledLayerDescriptor>\n"
)


def write_styles(result: Assessment, folder: Path, *, colors: Sequence[str]) -> list[Path]:
    """Paths of a ``.qml`` and a ``.sld`` beside every map of ``cog/``, and for the vector layers.

    QGIS takes up a style of the same name by itself when the map is opened.

    See "Arguments of writers" in docs/conventions.md.
    """
    texts = {}
    for raster in list_rasters(result):
        qml, sld = _raster_styles(result, raster, colors)
        texts |= {f"cog/{raster.name}.qml": qml, f"cog/{raster.name}.sld": sld}
    for layer, (qml, sld) in vector_styles(result, colors).items():
        texts |= {f"styles/{layer}.qml": qml, f"styles/{layer}.sld": sld}
    return [_write(folder / name, text) for name, text in texts.items()]


def vector_styles(result: Assessment, colors: Sequence[str]) -> dict[str, tuple[str, str]]:
    """QML and SLD text of each styled vector layer, keyed by its name."""
    classes = _classes(result, colors)
    return {
        "categories": (polygon_qml("category", classes), polygon_sld("category", classes)),
        "stations": (point_qml("category", classes), point_sld("category", classes)),
    }


def polygon_qml(column: str, classes: Sequence[tuple[str, str, str]]) -> str:
    """QML text that fills polygons by the text in `column`.

    Parameters
    ----------
    column : str
    classes : sequence of (value, label, "#RRGGBB")

    Returns
    -------
    str
    """
    return _qml(_categorized(column, classes, "fill", "SimpleFill", _fill_options), "2")


def point_qml(column: str, classes: Sequence[tuple[str, str, str]]) -> str:
    """QML text that draws points as circles coloured by the text in `column`."""
    return _qml(_categorized(column, classes, "marker", "SimpleMarker", _marker_options), "0")


def polygon_sld(column: str, classes: Sequence[tuple[str, str, str]]) -> str:
    """SLD 1.0 text that fills polygons by the text in `column`."""
    symbol = (
        '<PolygonSymbolizer><Fill><CssParameter name="fill">{color}</CssParameter></Fill>'
        '<Stroke><CssParameter name="stroke">#4D4D4D</CssParameter>'
        '<CssParameter name="stroke-width">0.4</CssParameter></Stroke></PolygonSymbolizer>'
    )
    return _rules_sld(column, classes, symbol)


def point_sld(column: str, classes: Sequence[tuple[str, str, str]]) -> str:
    """SLD 1.0 text that draws points as circles coloured by the text in `column`."""
    symbol = (
        "<PointSymbolizer><Graphic><Mark><WellKnownName>circle</WellKnownName><Fill>"
        '<CssParameter name="fill">{color}</CssParameter></Fill><Stroke>'
        '<CssParameter name="stroke">#222222</CssParameter></Stroke></Mark>'
        "<Size>8</Size></Graphic></PointSymbolizer>"
    )
    return _rules_sld(column, classes, symbol)


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _classes(result: Assessment, colors: Sequence[str]) -> list[tuple[str, str, str]]:
    rows = [(c.id, f"{c.label_zh} {c.label_en}", color)
            for c, color in zip(result.standard.categories, colors, strict=True)]  # fmt: skip
    return [*rows, (_NOT_ASSESSED[0], "未评价 not assessed", _NOT_ASSESSED[1])]


def _raster_styles(result: Assessment, raster: Raster, colors: Sequence[str]) -> tuple[str, str]:
    if raster.kind == "category":
        named = enumerate(_classes(result, colors)[:-1], start=1)
        entries = [(str(rank), label, color) for rank, (_, label, color) in named]
        return _qml(_paletted(entries)), _raster_sld(raster.name, entries, "values")
    stops = _stops(result, raster, colors)
    return _qml(_ramped(stops)), _raster_sld(raster.name, stops, "ramp")


def _stops(result: Assessment, raster: Raster, colors: Sequence[str]) -> list[tuple]:
    """Values and colours of a ramp: at the limits of the standard, or evenly over the range."""
    values = raster.array[np.isfinite(raster.array)]
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
    limit = result.standard.limits.get(raster.parameter)
    edges = [] if limit is None else [e for e in limit.edges if isinstance(e, int | float)]
    if raster.kind == "value" and len(edges) >= 2:
        first, last = 2 * edges[0] - edges[1], 2 * edges[-1] - edges[-2]
        centres = [first, *edges, last]
        middles = [(a + b) / 2 for a, b in zip(centres[:-1], centres[1:], strict=True)]
        pairs = sorted(zip(middles, colors, strict=False))
    else:
        ramp = _SPREAD_RAMP
        high = high if high > low else low + max(abs(low), 1.0) * 1e-6
        pairs = list(zip(np.linspace(low, high, len(ramp)).tolist(), ramp, strict=True))
    return [(f"{value:.6g}", f"{value:.4g} {raster.unit}".strip(), c) for value, c in pairs]


def _qml(renderer: str, geometry: str | None = None) -> str:
    head = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
    if geometry is None:
        body = f"<pipe>{renderer}</pipe>"
    else:
        body = f"{renderer}<layerGeometryType>{geometry}</layerGeometryType>"
    return f'{head}<qgis version="{_QGIS}" styleCategories="Symbology">\n{body}\n</qgis>\n'


def _paletted(entries: Sequence[tuple[str, str, str]]) -> str:
    rows = "".join(
        f'<paletteEntry value="{value}" color="{color}" alpha="255" label={quoteattr(label)}/>'
        for value, label, color in entries
    )
    return (
        '<rasterrenderer type="paletted" band="1" opacity="1" alphaBand="-1" nodataColor="">'
        f"<rasterTransparency/><colorPalette>{rows}</colorPalette></rasterrenderer>"
    )


def _ramped(stops: Sequence[tuple[str, str, str]]) -> str:
    rows = "".join(
        f'<item value="{value}" label={quoteattr(label)} color="{color}" alpha="255"/>'
        for value, label, color in stops
    )
    low, high = stops[0][0], stops[-1][0]
    return (
        f'<rasterrenderer type="singlebandpseudocolor" band="1" opacity="1" alphaBand="-1" '
        f'classificationMin="{low}" classificationMax="{high}" nodataColor=""><rasterTransparency/>'
        f'<rastershader><colorrampshader colorRampType="INTERPOLATED" classificationMode="1" '
        f'clip="0" minimumValue="{low}" maximumValue="{high}">{rows}</colorrampshader>'
        "</rastershader></rasterrenderer>"
    )


def _raster_sld(name: str, entries: Sequence[tuple[str, str, str]], kind: str) -> str:
    rows = "".join(
        f'<ColorMapEntry color="{color}" quantity="{value}" label={quoteattr(label)} opacity="1"/>'
        for value, label, color in entries
    )
    rules = (
        f"<Rule><RasterSymbolizer><Opacity>1</Opacity><ColorMap type={quoteattr(kind)}>{rows}"
        "</ColorMap></RasterSymbolizer></Rule>"
    )
    return _SLD.format(name=name, rules=rules)


def _categorized(column, classes, kind, symbol_class, options) -> str:
    rows, symbols = [], []
    for k, (value, label, color) in enumerate(classes):
        rows.append(f'<category symbol="{k}" value={quoteattr(value)} label={quoteattr(label)} '
                    'type="string" render="true"/>')  # fmt: skip
        properties = options(color)
        items = "".join(f'<prop k="{key}" v="{item}"/>' for key, item in properties.items())
        symbols.append(f'<symbol type="{kind}" name="{k}" alpha="1" clip_to_extent="1">'
                       f'<layer class="{symbol_class}" enabled="1" pass="0" locked="0">{items}'
                       "</layer></symbol>")  # fmt: skip
    return (
        f'<renderer-v2 type="categorizedSymbol" attr="{column}" enableorderby="0" symbollevels="0">'
        f"<categories>{''.join(rows)}</categories><symbols>{''.join(symbols)}</symbols>"
        "</renderer-v2>"
    )


def _rgba(color: str) -> str:
    return ",".join(str(part) for part in (*bytes.fromhex(color.lstrip("#")), 255))


def _fill_options(color: str) -> dict[str, str]:
    return {"color": _rgba(color), "style": "solid", "outline_color": "77,77,77,255",
            "outline_style": "solid", "outline_width": "0.1",
            "outline_width_unit": "MM"}  # fmt: skip


def _marker_options(color: str) -> dict[str, str]:
    return {"color": _rgba(color), "name": "circle", "outline_color": "34,34,34,255",
            "outline_style": "solid", "outline_width": "0.2", "outline_width_unit": "MM",
            "size": "2.4", "size_unit": "MM"}  # fmt: skip


def _rules_sld(column: str, classes: Sequence[tuple[str, str, str]], symbol: str) -> str:
    rules = "".join(
        f"<Rule><Name>{escape(value)}</Name><Title>{escape(label)}</Title><ogc:Filter><ogc:PropertyIsEqualTo>"
        f"<ogc:PropertyName>{column}</ogc:PropertyName><ogc:Literal>{escape(value)}</ogc:Literal>"
        f"</ogc:PropertyIsEqualTo></ogc:Filter>{symbol.format(color=color)}</Rule>\n"
        for value, label, color in classes
    )
    return _SLD.format(name=column, rules=rules)
