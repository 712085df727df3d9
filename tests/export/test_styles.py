"""Styles say the palette: as text here, and as QGIS understands them where it is installed."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from lxml import etree

from bayqa.export import save
from bayqa.export.styles import polygon_qml, polygon_sld

QGIS_PYTHON = Path("/usr/bin/python3")
PROBE = Path(__file__).with_name("qgis_probe.py")
COLORS = ["#73b2ff", "#b2ddf7", "#beb1a1", "#9b856e", "#7a624a"]


def test_every_map_has_both_styles(saved):
    maps = list((saved / "cog").glob("*.tif"))
    assert maps
    for path in maps:
        for suffix in (".qml", ".sld"):
            etree.parse(path.with_suffix(suffix))


def test_sld_has_the_colours_of_the_standard(saved):
    tree = etree.parse(saved / "cog" / "category_overall_2023-summer.sld")
    entries = tree.findall(".//{http://www.opengis.net/sld}ColorMapEntry")
    assert [entry.get("color").lower() for entry in entries] == COLORS


def test_value_ramp_turns_at_the_limits(saved):
    tree = etree.parse(saved / "cog" / "value_din_2023-summer.qml")
    stops = [float(item.get("value")) for item in tree.iter("item")]
    assert stops == [0.15, 0.25, 0.35, 0.45, 0.55]


def test_own_palette_reaches_every_style(result, tmp_path):
    palette = ["#000001", "#000002", "#000003", "#000004", "#000005"]
    save(result, tmp_path, formats=("geopackage", "cog", "styles"), palette=palette)
    for name in ("cog/category_din_2023-spring.sld", "styles/categories.sld"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert all(color in text for color in palette)


def test_signs_of_markup_in_a_label_are_escaped():
    rows = [("<IV", "worse & more", "#000000")]
    for text in (polygon_sld("category", rows), polygon_qml("category", rows)):
        etree.fromstring(text.encode().split(b"\n", 1)[1])
    assert "worse &amp; more" in polygon_sld("category", rows)


@pytest.mark.slow
def test_qgis_opens_every_layer_with_our_colours(saved):
    probe = subprocess.run(
        [QGIS_PYTHON, "-c", "import qgis.core"], capture_output=True, check=False
    ) if QGIS_PYTHON.exists() else None  # fmt: skip
    if probe is None or probe.returncode:
        pytest.skip("QGIS is not installed: apt-get install python3-qgis")
    done = subprocess.run([QGIS_PYTHON, PROBE, saved], capture_output=True, text=True)
    found = json.loads(done.stdout.strip().splitlines()[-1])
    assert all(layer["valid"] for layer in found.values()), found
    for name in ("category_overall_2023-summer.tif", "category_do_2023-spring.tif"):
        assert found[name]["colors"] == COLORS
    assert found["value_din_2023-summer.tif"]["colors"] == COLORS
    for name in ("categories", "stations", "categories.sld", "stations.sld", "stations.qml"):
        assert found[name]["colors"][:5] == COLORS
    assert found["grids.nc"]["valid"]
    for name in ("category_overall_2023-summer", "value_din_2023-summer"):
        _compare_sld(saved / "cog" / f"{name}.sld", found[f"{name}.tif"])


def _compare_sld(path, layer):
    """Our SLD says what QGIS writes for the same style; reading it is beyond QGIS 3.22."""
    rows = etree.parse(path).findall(".//{http://www.opengis.net/sld}ColorMapEntry")
    ours = [[float(row.get("quantity")), row.get("color").lower()] for row in rows]
    assert ours == layer["entries"]
    message, loaded = layer["reads_sld"]
    # Only vector layers have a reader there; one that comes later must take ours.
    assert loaded or "Layer type" in message and "not supported" in message, message
