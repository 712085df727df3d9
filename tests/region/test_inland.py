import geopandas as gpd
import pandas as pd
from shapely.geometry import Point

from bayqa.region.inland import _name_rivers


def test_rivers_have_their_names_beside_their_ids():
    rivers = gpd.GeoDataFrame(
        {"name_zh": ["乳山河", None], "name_en": ["Rushan", "Gu"]},
        geometry=[Point(0, 0), Point(1, 1)], index=["rushan", "gu"], crs=4326,
    )  # fmt: skip
    table = pd.DataFrame({"place": ["a", "b", "c"], "river": ["gu", "rushan", "x"], "value": 1})
    named = _name_rivers(table, rivers)
    assert list(named.columns) == ["place", "river", "river_zh", "river_en", "value"]
    assert named["river_zh"].tolist() == ["", "乳山河", ""]
    assert named["river_en"].tolist() == ["Gu", "Rushan", ""]
    assert _name_rivers(table, None) is table
    assert list(table.columns) == ["place", "river", "value"]
