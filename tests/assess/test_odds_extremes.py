"""Limits of zero on a logarithmic scale, and absurd spreads, still give probabilities."""

import numpy as np
import pytest
import xarray as xr

from bayqa.assess.categories.probability import category_odds
from bayqa.assess.rules.grades import When
from tests.builders import make_standard


def odds(values, sd, edges, scale):
    standard = make_standard()
    limit = standard.limits["din"]._replace(edges=edges)
    standard = type(standard)(**{**vars(standard), "limits": {"din": limit}})
    field = xr.Dataset({
        "din": (("campaign", "station"), [values], {"scale": scale, "offset": 0.0}),
        "din_sd": (("campaign", "station"), [sd]),
    })  # fmt: skip
    return category_odds(field, ["din"], standard, When(("",), (2023,))).worst[:, 0]


@pytest.mark.parametrize("scale", ["log10", "linear"])
def test_a_limit_of_zero(scale):
    found = odds([0.0, 0.1, 0.1, np.nan], [0.0, 0.0, 0.3, 0.3], (0, 0, 0.4, 0.5), scale)
    assert found[:, 0].tolist() == [1, 0, 0, 0, 0]
    assert found[:, 1].tolist() == [0, 0, 1, 0, 0]
    assert found[:, 2].sum() == pytest.approx(1, abs=1e-6)
    assert np.isnan(found[:, 3]).all()
    if scale == "log10":
        assert found[:2, 2].tolist() == [0, 0] and found[2, 2] > 0.9


@pytest.mark.parametrize("scale", ["log10", "linear"])
@pytest.mark.parametrize("sd", [5e-324, 1e-310, 1e-200, 1e-30, 1e200, 1e308, np.inf])
@pytest.mark.parametrize("value", [5e-324, 1e-300, 0.3, 1e300, 1.7e308])
def test_absurd_spreads_still_add_up(scale, sd, value):
    found = odds([value], [sd], (0.2, 0.3, 0.4, 0.5), scale)
    assert ((found >= 0) & (found <= 1)).all()
    assert found.sum() == pytest.approx(1, abs=1e-6)
