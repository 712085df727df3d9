import numpy as np
import pandas as pd
import pytest

import bayqa as bq
from bayqa.assess.arguments import check_names, listed
from bayqa.errors import InputError
from tests.builders import make_bays, make_land, make_samples


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"samples": "samples.csv"}, r"samples= is a str: .*; read it with read_samples\(\)"),
        ({"samples": pd.DataFrame({"value": [1]})}, "samples= is a DataFrame"),
        ({"bays": make_bays().loc["test"]}, r"pick rows by a list, bays.loc\[\['id'\]\]"),
        ({"land": "land.gpkg"}, r"land= is a str: .*; read it with read_land\(\)"),
        ({"spacing": "100"}, "spacing='100': give metres, a number above 0"),
        ({"spacing": 0}, "spacing=0: give metres"),
        ({"draws": -1}, "draws=-1: give a whole number, 0 or more"),
        ({"draws": 2.5}, "draws=2.5: give a whole number"),
        ({"seed": None}, "seed=None: give a whole number"),
        ({"parameters": ["din", "dinn"]}, "'dinn' is no parameter; did you mean 'din'"),
        ({"parameters": "oyl"}, "'oyl' is no parameter"),
    ],
)
def test_a_slip_is_told_at_the_door(changed, message):
    given = {"bays": make_bays(), "samples": make_samples(), **changed}
    with pytest.raises(InputError, match=message):
        bq.assess(given.pop("bays"), given.pop("samples"), **given)


def test_one_name_or_year_is_a_list_of_one():
    assert listed("din") == ["din"] and listed(2023) == [2023] and listed(np.int64(1)) == [1]
    assert listed(None) is None and listed(["a", "b"]) == ["a", "b"]


def test_ids_of_the_standard_are_known_beside_those_of_the_table():
    check_names(["my_own"], known=["my_own"])
    check_names(None)


@pytest.fixture(scope="module")
def result():
    more = {"spacing": 400, "draws": 20, "land": make_land(), "reach": 0}
    return bq.assess(make_bays(), make_samples(), parameters="din", **more)


def test_an_assessment_tells_what_it_is_of_and_what_came_out(result):
    told = repr(result).splitlines()
    assert told[0] == "<Assessment of test after GB 3097-1997>"
    assert "method matern, spacing 400" in told[1]
    assert told[2] == "judged by din"
    assert any(line.startswith("test 2023: ") and "%" in line for line in told)
    assert len(told) < 8
    assert "0x" not in repr(result)


def test_a_standard_tells_its_categories_and_parameters(result):
    told = repr(result.standard)
    assert "categories I, II, III, IV, worse" in told and "judges ph, do, cod_mn" in told
    assert len(told) < 400


def test_a_slice_of_one_campaign_has_the_shares_of_the_whole_table(result):
    whole = bq.tabulate_shares(result.classes, result.bays)
    name = str(result.classes["campaign"].to_numpy()[0])
    one = bq.tabulate_shares(result.classes.isel(campaign=0), result.bays)
    wanted = whole[whole["campaign"] == name].reset_index(drop=True)
    pd.testing.assert_frame_equal(
        one[one["campaign"] == name].reset_index(drop=True), wanted, check_dtype=False
    )
    picked = bq.classify(result.grids.isel(campaign=0), result.standard, parameters=["din"])
    again = bq.tabulate_shares(picked, result.bays)
    assert again["area_km2"].tolist() == one["area_km2"].tolist()
    bare = bq.tabulate_shares(picked.drop_vars(["campaign", "year", "season"]), result.bays)
    assert set(bare["campaign"]) == {"all", "annual"}
    assert bare["area_km2"].tolist() == one["area_km2"].tolist()


def test_classify_takes_the_id_of_a_standard_and_tells_an_exchange(result):
    by_id = bq.classify(result.grids, "GB 3097-1997", parameters=["din"])
    whole = bq.classify(result.grids, result.standard, parameters=["din"])
    assert by_id["category"].equals(whole["category"])
    with pytest.raises(InputError, match="then a standard: found a Standard first"):
        bq.classify(result.standard, result.grids)
