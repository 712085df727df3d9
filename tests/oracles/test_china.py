"""Published and derived Chinese cases: station classes, areas, ratings, edges, negative rows."""

import pandas as pd
import pytest

from bayqa.assess.areas.good_water import find_good_shares
from bayqa.assess.ratings.nitrogen import tabulate_river_nitrogen
from bayqa.assess.ratings.rating_tables import rate
from bayqa.assess.ratings.seas import pool_bays, rate_sea_area
from bayqa.assess.ratings.sections import rate_shares
from bayqa.assess.time.years import tabulate_changes
from bayqa.standards import load_standard
from tests.oracles.china import load_cases

CLASSES = ("I", "II", "III", "IV", "worse")
NAMES = {
    "DIP": "dip",
    "DIN": "din",
    "COD": "cod_mn",
    "DO": "do",
    "pH": "ph",
    "oil": "oil",
    "Zn": "zinc",
    "Hg": "mercury",
    "As": "arsenic",
    "Cu": "copper",
    "Pb": "lead",
    "Cd": "cadmium",
    "Cr": "chromium",
}
HANDLED = (
    "area arithmetic",
    "seasonal areas",
    "area share",
    "class shares",
    "regional rating",
    "river rating",
    "GB 3097 edges",
    "station class",
    "good-area",
    "negative",
    "river-to-sea",
)


def areas(by_category, campaign="2023-summer", bay="one"):
    """A table of shares as `tabulate_shares` gives it, from areas by category."""
    total = sum(v for k, v in by_category.items() if k != "not assessed")
    rows = [(bay, 2023, campaign, "overall", k, v, v / total) for k, v in by_category.items()]
    names = ["bay_id", "year", "campaign", "parameter", "category", "area_km2", "share"]
    return pd.DataFrame(rows, columns=names)


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("area arithmetic"))
def test_areas_add_up(inputs, expected, row):
    if "not_class_I" in expected:
        table = areas({"I": 0.0} | inputs)
        pooled = pool_bays(table)
        rows = pooled[(pooled.campaign != "annual") & (pooled.category != "I")]
        found = rows["area_km2"].sum()
        assert found == pytest.approx(expected["not_class_I"], abs=0.05)
    else:
        wanted = {2020: inputs["y2020"], 2021: expected["y2021"]}
        table = pd.DataFrame({"bay_id": "nation", "year": list(wanted), "share": wanted.values()})
        change = tabulate_changes(table).set_index("year")["change_pp"][2021] / 100
        assert change == pytest.approx(inputs["change_2021"])


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("seasonal areas"))
def test_annual_area_is_the_mean_of_the_campaigns(inputs, expected, row):
    table = pd.concat([areas({"I": 1000.0, "worse": v}, f"2014-{k}") for k, v in inputs.items()])
    pooled = pool_bays(table).set_index(["campaign", "category"])["area_km2"]
    assert pooled["annual", "worse"] == pytest.approx(expected["three_campaign_mean"], abs=0.1)


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("area share"))
def test_good_share_of_an_area(inputs, expected, row):
    rest = inputs["assessed_km2"] - inputs["class_I_II_km2"]
    table = areas({"I": 0.0, "II": inputs["class_I_II_km2"], "III": rest})
    share = find_good_shares(table)["share"].iloc[0]
    assert round(100 * share, 1) == expected["good_pct"]


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("class shares"))
def test_counts_give_the_published_shares(inputs, expected, row):
    counts = inputs["station_counts"]
    numbers = pd.Series([k for k, c in enumerate(CLASSES, 1) for _ in range(counts[c])])
    figures, _ = rate_shares(numbers, load_standard("GB 3097-1997"), "sea-area")
    assert len(numbers) == inputs["n"]
    # Each share is rounded by itself; the published ones may add up to 100.1.
    for name, share in expected["share_pct"].items():
        assert figures[name] == pytest.approx(share, abs=0.05 + 1e-6)


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("regional rating"))
def test_published_sea_ratings(inputs, expected, row):
    rated = rate_sea_area(inputs["share_pct"]).iloc[0]
    assert rated["label_zh"] == expected["rating"]
    assert 100 * rated["good_share"] == pytest.approx(expected["good_pct"], abs=0.1)


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("river rating"))
def test_published_river_ratings(inputs, expected, row):
    if "share_pct" in inputs:
        shares = inputs["share_pct"]
        figures = {"I-III": sum(shares[c] for c in ("I", "II", "III")), "worse": shares["worse"]}
        assert figures["I-III"] == pytest.approx(expected["I_III_pct"], abs=0.1)
    else:
        figures = {"I-III": inputs["I_III_pct"], "worse": inputs["worse_V_pct"]}
    wanted = expected.get("rating", expected.get("rating_derived"))
    assert rate(figures, "river").label_zh == wanted


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("GB 3097 edges"))
def test_values_at_the_limits(inputs, expected, row):
    standard = load_standard("GB 3097-1997")
    assert standard.grade("do", inputs["DO_mgL"]) == expected["DO_class"]
    assert standard.grade("ph", inputs["pH"]) == expected["pH_class"]


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("station class"))
def test_station_class_is_the_worst(inputs, expected, row):
    standard = load_standard("GB 3097-1997")
    found = {k: standard.grade(NAMES[k], inputs[k]) for k in expected["class_by_parameter"]}
    assert found == expected["class_by_parameter"]
    assert max(found.values()) == expected["station_class"]


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("good-area share series"))
def test_published_changes_follow_from_the_series(inputs, expected, row):
    for series, changes in (("pct", "change_pp"), ("worse_pct", "worse_change_pp")):
        table = pd.DataFrame(
            {
                "bay_id": "nation",
                "year": [int(y) for y in inputs[series]],
                "share": [v / 100 for v in inputs[series].values()],
            }
        )
        found = tabulate_changes(table, base_year=2018).set_index("year")
        for year, change in expected[changes].items():
            column = "base_change_pp" if "_" in year else "change_pp"
            assert found[column][int(year[-4:])] == pytest.approx(change, abs=0.05)


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("good-area share"))
def test_published_change_gives_the_year_before(inputs, expected, row):
    if row["id"] == "CN-GOOD-SERIES":
        return
    table = pd.DataFrame(
        {
            "bay_id": "province",
            "year": [2022, 2023],
            "share": [expected["pct_2022"] / 100, inputs["pct_2023"] / 100],
        }
    )
    change = tabulate_changes(table).set_index("year")["change_pp"][2023]
    assert change == pytest.approx(inputs["change_pp"], abs=0.05)


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("negative"))
def test_wrong_tables_are_not_ours(inputs, expected, row):
    limits = load_standard("GB 3097-1997").limits
    assert list(limits["dip"].edges) == expected["correct_DIP"] != inputs["DIP_limits"]
    bands = [f"{low:g}-{high:g}" for low, high in limits["ph"].edges]
    assert bands == expected["correct_pH"] != inputs["pH_bands"]


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("river-to-sea"))
def test_river_nitrogen_is_judged_by_its_change(inputs, expected, row):
    table = pd.DataFrame(
        {
            "section": "mean",
            "year": [2021, 2022],
            "parameter": "tn",
            "value": [expected["TN_2021_mgL"], inputs["TN_2022_mgL"]],
        }
    )
    found = tabulate_river_nitrogen(table, base_year=2021).query("level == 'all'")
    found = found.set_index("year").loc[2022]
    assert found["change_pct"] == pytest.approx(inputs["change_pct"], abs=0.05)
    assert not found["met"]
