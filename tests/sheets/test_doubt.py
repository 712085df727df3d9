"""The legend names the reasons for doubt that occur on the map."""

import numpy as np
import pytest
import xarray as xr

from bayqa.sheets.themes import doubt
from bayqa.sheets.themes.common import raster_of
from tests.sheets.test_subject import SUMMER, subject_of


@pytest.mark.parametrize(("inside", "reasons"), [(True, ["far"]), (False, [])])
def test_a_reason_beyond_the_bay_is_not_named(monkeypatch, inside, reasons):
    subject = subject_of()
    wet = subject.result.water["wet"]
    rows, columns = np.nonzero(wet.to_numpy())
    mask = np.zeros(wet.shape, bool)
    # The first corner of the grid is land, half a grid away from the bay.
    mask[(rows[0], columns[0]) if inside else (0, 0)] = True
    assert wet.to_numpy()[mask].all() == inside
    limits = {"low": 1000.0, "high": 1000.0}
    far = xr.Dataset({"far": (("y", "x"), mask, limits)}, {"y": wet["y"], "x": wet["x"]})
    monkeypatch.setattr(doubt, "find_doubt", lambda *args, **options: far)
    found = doubt.trace_doubt(subject, raster_of(subject), SUMMER)
    assert list(found.reasons) == reasons
    assert len(doubt.doubt_entries(subject, [found])) == len(reasons)
