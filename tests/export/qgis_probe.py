"""Run by QGIS's own Python: what each saved layer looks like after opening, as JSON."""

import json
import os
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from qgis.core import QgsApplication, QgsRasterLayer, QgsVectorLayer  # noqa: E402
from qgis.PyQt.QtXml import QDomDocument  # noqa: E402


def raster_colors(layer):
    renderer = layer.renderer()
    if renderer.type() == "paletted":
        return [entry.color.name() for entry in renderer.classes()]
    items = renderer.shader().rasterShaderFunction().colorRampItemList()
    return [item.color.name() for item in items]


def own_entries(layer):
    """Colour map as QGIS itself writes it in SLD for the style that is on."""
    document = QDomDocument()
    layer.exportSldStyle(document, "")
    rows = document.elementsByTagName("sld:ColorMapEntry")
    nodes = (rows.at(k).toElement() for k in range(rows.count()))
    return [[float(n.attribute("quantity")), n.attribute("color")] for n in nodes]


def vector_colors(layer):
    renderer = layer.renderer()
    if renderer.type() == "RuleRenderer":
        return [r.symbol().color().name() for r in renderer.rootRule().children()]
    return [c.symbol().color().name() for c in renderer.categories()]


def probe(folder):
    found = {}
    for path in sorted((folder / "cog").glob("*.tif")):
        layer = QgsRasterLayer(str(path), path.name)
        found[path.name] = {
            "valid": layer.isValid() and layer.crs().isValid(),
            "colors": raster_colors(layer),
            "entries": own_entries(layer),
            "reads_sld": layer.loadSldStyle(str(path.with_suffix(".sld"))),
        }
    for name in ("categories", "stations"):
        layer = QgsVectorLayer(f"{folder}/layers.gpkg|layername={name}", name, "ogr")
        found[name] = {"valid": layer.isValid(), "colors": vector_colors(layer)}
        for suffix, load in (("sld", layer.loadSldStyle), ("qml", layer.loadNamedStyle)):
            load(f"{folder}/styles/{name}.{suffix}")
            found[f"{name}.{suffix}"] = {"valid": True, "colors": vector_colors(layer)}
    layer = QgsRasterLayer(f'NETCDF:"{folder}/grids.nc":category', "grids")
    found["grids.nc"] = {"valid": layer.isValid() and layer.crs().isValid()}
    return found


app = QgsApplication([], False)
app.initQgis()
sys.stdout.write("\n" + json.dumps(probe(Path(sys.argv[1]))) + "\n")
sys.stdout.flush()
os._exit(0)
