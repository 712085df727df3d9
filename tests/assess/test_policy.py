from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString

from bayqa.assess import draft_bay_policy
from bayqa.errors import InputError
from tests.builders import CRS, make_assessment


def rivers():
    lines = [LineString([(-2500, 0), (-2000, 0)]), LineString([(9000, 0), (9500, 0)])]
    frame = gpd.GeoDataFrame(
        {"name_zh": ["近河", None]}, geometry=lines, crs=CRS, index=["near", "far"]
    )
    return frame.to_crs(4326)


SECTIONS = pd.DataFrame(
    {
        "level": "section",
        "place": ["s1", "s2", "s3"],
        "river": ["近河", "other", "other"],
        "bay_id": ["", "test", "x"],
    }
)
OUTLETS = pd.DataFrame({"outlet_id": ["o1", "o2"], "bay_id": ["test", "x"]})


def test_a_policy_gathers_everything_of_the_bay():
    result = replace(
        make_assessment(), rivers=rivers(), tables={"sections": SECTIONS, "outlets": OUTLETS}
    )
    policy = draft_bay_policy(result, target_share=0.9)
    assert list(policy) == [
        "state",
        "gap",
        "limiting",
        "stations",
        "rivers",
        "reduction",
        "sections",
        "outlets",
        "ledger",
        "notes",
    ]
    gap = policy["gap"].iloc[0]
    assert gap["status"] == "not met"
    assert gap["gap_pp"] == pytest.approx(100 * (0.9 - gap["share"]))
    assert policy["rivers"]["river"].tolist() == ["near"]
    assert policy["rivers"]["distance_m"][0] == pytest.approx(0, abs=5)
    # by the name of a river that reaches the bay, or by the bay itself
    assert policy["sections"]["place"].tolist() == ["s1", "s2"]
    assert policy["outlets"]["outlet_id"].tolist() == ["o1"]
    assert (policy["ledger"]["status"] == "open").all() and len(policy["ledger"])
    assert policy["limiting"]["parameter"].tolist() == ["din", "do"] * 3
    assert policy["limiting"]["campaign"].iloc[0] == "2023-spring"
    assert policy["reduction"]["parameter"].tolist() == ["din", "all"]
    assert not len(policy["notes"])


def test_what_is_missing_is_noted():
    policy = draft_bay_policy(make_assessment())
    notes = policy["notes"].set_index("table")["note_en"]
    assert notes["gap"].startswith("no target was given")
    assert {"sections", "outlets", "rivers"} <= set(notes.index)
    assert not len(policy["sections"]) and policy["gap"]["target_share"].tolist() == [1.0]


def test_the_target_of_the_bay_is_used():
    result = make_assessment()
    own = replace(result, bays=result.bays.assign(target_good_share=0.3))
    gap = draft_bay_policy(own)["gap"].iloc[0]
    assert (gap["target_share"], gap["status"], gap["gap_pp"]) == (0.3, "met", 0)
    near = replace(result, bays=result.bays.assign(target_good_share=0.5))
    assert draft_bay_policy(near)["gap"]["status"].tolist() == ["within interval"]


def test_an_unassessed_bay_has_an_unknown_gap():
    result = make_assessment()
    shares = result.shares.assign(share=np.nan, share_low=np.nan, share_high=np.nan)
    gap = draft_bay_policy(replace(result, shares=shares), target_share=0.9)["gap"].iloc[0]
    assert gap["status"] == "unknown"


def test_the_bay_must_be_known():
    with pytest.raises(InputError, match="bay 'atlantis' is not in the assessment; name one of"):
        draft_bay_policy(make_assessment(), "atlantis")


def test_a_standard_without_a_rating_of_areas_has_a_policy_all_the_same():
    # Classes of the same names: Japan's types of nitrogen must not be rated as GB 3097.
    result = make_assessment()
    other = replace(result.standard, id="jp-sea-tn-tp", source="notification 59")
    found = draft_bay_policy(replace(result, standard=other), target_share=0.9)
    assert not len(found["state"]) and len(found["gap"]) and len(found["limiting"])
    assert "state" in found["notes"]["table"].tolist()
    assert len(draft_bay_policy(result, target_share=0.9)["state"])


def test_a_standard_without_good_categories_has_no_gap_of_zero():
    result = make_assessment()
    names = {"I": "A", "II": "B", "III": "C", "IV": "D", "worse": "E"}
    categories = tuple(c._replace(id=names[c.id]) for c in result.standard.categories)
    bare = replace(result.standard, categories=categories, good=())
    shares = result.shares.assign(category=result.shares["category"].replace(names))
    found = draft_bay_policy(replace(result, standard=bare, shares=shares, tables={}))
    assert not len(found["gap"]) and {"gap", "state"} <= set(found["notes"]["table"])
