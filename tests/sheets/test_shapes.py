import numpy as np
import shapely
from shapely.geometry import GeometryCollection, LineString, box

from bayqa.sheets.drawing.shapes import join_shapes


def test_threads_beside_mended_polygons_fall_away():
    mended = GeometryCollection([box(0, 0, 1, 1), LineString([(1, 0), (2, 0)])])
    joined = join_shapes(np.array([mended, box(5, 5, 6, 6)], dtype=object))
    assert joined.geom_type == "MultiPolygon"
    assert joined.area == 2.0
    assert shapely.get_num_geometries(joined) == 2
