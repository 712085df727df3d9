import numpy as np
import pytest

from bayqa.assess.areas.totals import total_areas
from tests.builders import make_assessment


def test_total_is_the_water_and_assessed_leaves_the_rest_out():
    result = make_assessment()
    totals = total_areas(result.shares)
    assert totals["area_km2"].to_numpy() == pytest.approx(totals["area_km2"].iloc[0])
    rest = result.shares[result.shares["category"] == "not assessed"]["area_km2"].to_numpy()
    assert totals["assessed_km2"].to_numpy() == pytest.approx(totals["area_km2"] - rest)


def test_an_unknown_part_makes_the_total_unknown():
    shares = make_assessment().shares.copy()
    first = shares[["year", "campaign", "parameter"]].iloc[0]
    shares.loc[shares.index[0], "area_km2"] = np.nan
    totals = total_areas(shares)
    same = (totals[["year", "campaign", "parameter"]] == first).all(axis=1)
    assert totals.loc[same, ["area_km2", "assessed_km2"]].isna().all(axis=None)
    assert totals.loc[~same, "area_km2"].notna().all()
