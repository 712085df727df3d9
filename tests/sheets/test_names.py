"""Names stand on what they name."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
import xarray as xr

from bayqa.sheets import draw_sheet, load_layout
from bayqa.sheets.context import name_parameter
from bayqa.sheets.drawing.shapes import project
from bayqa.sheets.drawing.view import fit_view
from tests.sheets.boxes import text_boxes
from tests.sheets.test_room import PARAMETERS, many_parameters
from tests.sheets.weihai import make_weihai


@pytest.mark.parametrize("campaign", ["2022-spring", "2022-summer", "2023-summer", "2023-autumn"])
def test_the_name_of_a_limiting_parameter_stands_where_it_decides(campaign):
    result = make_weihai()
    crs, paper = result.water.attrs["crs"], load_layout("a4-landscape").boxes["map"]
    view = fit_view(shapely.total_bounds(project(result.bays, crs)), crs, paper, scale="auto")
    sheet = draw_sheet(result, theme="limiting", campaign=campaign, language="en")
    limiting = result.classes["limiting"].sel(campaign=campaign)
    on_map = [box for box in text_boxes(sheet) if box.right < paper.right]
    for k, parameter in enumerate(result.classes.parameter.to_numpy(), start=1):
        named = [box for box in on_map if box.text == name_parameter(str(parameter), "en")]
        # A parameter that decides a fifth of the bay has room for its name.
        assert len(named) == 1 or np.mean(limiting.to_numpy()[result.water.wet] == k) < 0.2
        for box in named:
            x = view.x0 + ((box.left + box.right) / 2 - paper.left) * view.metres_per_mm
            y = view.y0 + ((box.bottom + box.top) / 2 - paper.bottom) * view.metres_per_mm
            assert int(limiting.sel(x=x, y=y, method="nearest")) == k


def test_parameters_that_decide_nowhere_are_not_named_on_the_map():
    result = many_parameters()
    limiting = result.classes["limiting"]
    classes = result.classes.assign(limiting=xr.where(limiting > 0, 4, limiting).astype("uint8"))
    sheet = draw_sheet(replace(result, classes=classes), theme="limiting", language="en")
    right = load_layout("a4-landscape").boxes["map"].right
    on_map = {box.text for box in text_boxes(sheet) if box.right < right}
    names = {name_parameter(name, "en") for name in PARAMETERS}
    assert on_map & names == {name_parameter(PARAMETERS[3], "en")}
