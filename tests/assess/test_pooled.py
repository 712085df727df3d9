import numpy as np
import pandas as pd
import pytest

from bayqa.assess.areas.pooled import pool_good_shares
from bayqa.errors import InputError

# Bay a: 10 km2, good 1.0 and 0.5 in two campaigns; bay b: 30 km2, good 0.2 and 0.6.
GOOD = pd.DataFrame(
    [("a", 2023, "s", 1.0), ("a", 2023, "t", 0.5), ("b", 2023, "s", 0.2), ("b", 2023, "t", 0.6)],
    columns=["bay_id", "year", "campaign", "share"],
).assign(parameter="overall")
SHARES = pd.DataFrame(
    [(b, 2023, c, "overall", k, area)
     for b, size in (("a", 10.0), ("b", 30.0)) for c in ("s", "t")
     for k, area in (("I", size / 2), ("worse", size / 2), ("not assessed", 5.0))],
    columns=["bay_id", "year", "campaign", "parameter", "category", "area_km2"],
)  # fmt: skip


def draws(n, spread):
    rng = np.random.default_rng(1)
    rows = [(r.bay_id, r.year, r.campaign, d, r.share + spread * rng.uniform(-1, 1))
            for r in GOOD.itertuples() for d in range(n)]  # fmt: skip
    return pd.DataFrame(rows, columns=["bay_id", "year", "campaign", "draw", "share"])


def test_weights_are_assessed_areas_and_the_year_is_the_mean():
    out = pool_good_shares(GOOD, draws(0, 0), SHARES).set_index("campaign")
    # (10*1.0 + 30*0.2)/40 = 0.4; (10*0.5 + 30*0.6)/40 = 0.575; mean 0.4875.
    assert out["share"].to_dict() == pytest.approx({"s": 0.4, "t": 0.575, "annual": 0.4875})
    assert out["area_km2"].tolist() == [40.0, 40.0, 40.0]
    assert out[["share_low", "share_high"]].isna().all(axis=None)


def test_draws_without_spread_give_the_point():
    out = pool_good_shares(GOOD, draws(20, 0.0), SHARES)
    for column in ("share_low", "share_high", "share_mean"):
        assert out[column].to_numpy() == pytest.approx(out["share"].to_numpy())


def test_pooling_narrows_independent_errors():
    out = pool_good_shares(GOOD, draws(400, 0.1), SHARES).set_index("campaign")
    width = out["share_high"] - out["share_low"]
    assert width["annual"] < width["s"] < 0.18


def test_a_bay_without_draws_leaves_the_interval_open():
    some = draws(20, 0.1)
    out = pool_good_shares(GOOD, some[some["bay_id"] == "a"], SHARES)
    assert out["share_low"].isna().all()
    assert out["share"].notna().all()


def test_nothing_to_pool():
    with pytest.raises(InputError, match="no bay has an overall good share"):
        pool_good_shares(GOOD.iloc[:0], draws(0, 0), SHARES)
