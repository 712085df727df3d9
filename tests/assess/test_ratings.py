import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayqa.assess import rate_sea_area
from bayqa.assess.areas.good_water import find_good_shares
from bayqa.assess.ratings.rating_tables import cumulate, load_rating_table, rate
from bayqa.assess.ratings.seas import pool_bays
from bayqa.errors import InputError
from tests.builders import make_assessment, make_shares

CLASSES = ["I", "II", "III", "IV", "worse"]


def rating(*percent):
    return rate_sea_area(dict(zip(CLASSES, percent, strict=True))).iloc[0]


def test_published_sea_areas():
    # bulletins: nation 2014 and 2017, South China Sea 2017 (HJ 442-2008)
    assert rating(28.6, 38.2, 7.0, 7.6, 18.6)["label_zh"] == "一般"
    assert rating(34.5, 33.3, 10.1, 6.5, 15.6)["label_zh"] == "一般"
    assert rating(57.6, 18.2, 5.3, 3.8, 15.2)["label_zh"] == "一般"


@pytest.mark.parametrize(
    ("percent", "label"),
    [
        ((60, 30, 10, 0, 0), "优"),
        ((59.9, 40.1, 0, 0, 0), "良好"),
        ((60, 29.9, 10.1, 0, 0), "良好"),
        ((0, 80, 0, 0, 20), "良好"),
        ((0, 60, 0, 10, 30), "一般"),
        ((0, 59, 31, 10, 0), "一般"),
        ((0, 59, 30, 11, 0), "差"),
        ((0, 60, 0, 0, 40), "差"),
        ((0, 59, 0, 0.9, 40.1), "极差"),
        ((0, 0, 0, 0, 100), "极差"),
    ],
)
def test_edges_of_the_table(percent, label):
    found = rating(*percent)
    assert found["label_zh"] == label and found["clause"].startswith("HJ 442-2008")


def test_fractions_that_add_up_with_noise_keep_the_edge():
    found = rate_sea_area({"I": 0.6, "II": 0.1 + 0.2, "III": 0.1}).iloc[0]
    assert found["value"] == 1 and found["good_share"] == pytest.approx(0.9)


def test_table_of_shares_is_rated_by_campaign_and_year():
    found = rate_sea_area(make_shares())
    assert found["campaign"].tolist()[-1] == "annual" and len(found) == 4
    assert str(found["value"].dtype) == "Int64"
    figures = found.set_index("campaign").loc["2023-spring"]
    assert figures["good_share"] == pytest.approx(figures["share_I_III"] - 0.2613, abs=0.001)


def test_water_that_nobody_assessed_is_not_rated():
    shares = make_shares()
    shares.loc[shares["category"] != "not assessed", "share"] = np.nan
    found = rate_sea_area(shares)
    assert found["value"].isna().all() and (found["label_zh"] == "").all()


def test_bays_pool_by_area():
    one, two = make_shares(), make_shares().assign(bay_id="two")
    two["area_km2"] *= 3
    two.loc[two["category"] == "I", "area_km2"] = 0.0
    pooled = pool_bays(pd.concat([one, two]))
    part = pooled[(pooled.parameter == "overall") & (pooled.category != "not assessed")]
    sums = part.groupby("campaign")["share"].sum()
    np.testing.assert_allclose(sums, 1)
    annual = part[part.campaign == "annual"].set_index("category")["share"]
    single = part[part.campaign != "annual"].groupby("category")["share"].mean()
    np.testing.assert_allclose(annual.sort_index(), single.sort_index())
    assert rate_sea_area(pd.concat([one, two]), total="city")["bay_id"].tolist()[-1] == "city"


def test_wrong_shares_are_refused():
    with pytest.raises(InputError, match="knows I, II, III, IV, worse only"):
        rate_sea_area({"A": 1.0})
    with pytest.raises(InputError, match="add up to 0.5"):
        rate_sea_area({"I": 0.5})
    with pytest.raises(InputError, match="no row of parameter 'overall'"):
        rate_sea_area(make_shares().query("parameter == 'din'"))


def test_good_share_comes_from_the_assessment_or_its_parts():
    result = make_assessment()
    found = find_good_shares(result)
    assert (found["interval"] == "bounds").all()
    assert (found["share_low"] <= found["share"]).all()
    assert (found["share"] <= found["share_high"]).all()
    given_ = found.assign(parameter="overall", good="I+II")
    result.tables["good"] = given_
    assert (find_good_shares(result)["interval"] == "draws").all()
    bare = make_shares().assign(share_low=np.nan)
    assert (find_good_shares(bare)["interval"] == "none").all()


def test_every_rating_table_covers_every_share():
    rng = np.random.default_rng(1)
    for name in ("sea-area", "river", "river-section"):
        classes = load_rating_table(name)["classes"]
        for shares in rng.dirichlet(np.full(len(classes), 0.3), 300):
            figures = cumulate(dict(zip(classes, shares, strict=True)), classes)
            assert rate(figures, name).value > 0


@given(
    st.lists(st.integers(0, 100), min_size=5, max_size=5).filter(any),
    st.integers(0, 3),
    st.integers(1, 4),
    st.floats(0, 1),
)
@settings(max_examples=150, deadline=None)
def test_water_that_gets_worse_never_rates_better(parts, start, step, fraction):
    shares = np.array(parts) / sum(parts)
    moved = shares.copy()
    amount = shares[start] * fraction
    moved[start] -= amount
    moved[min(start + step, 4)] += amount
    before, after = (
        rate(cumulate(dict(zip(CLASSES, s, strict=True)), CLASSES), "sea-area").value
        for s in (shares, moved)
    )
    assert after >= before
