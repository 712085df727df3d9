"""Published and derived Chinese cases of indices: E, A, TLI, ammonia, oxygen, beaches, litter."""

import pandas as pd
import pytest

from bayqa import indices
from bayqa.assess import rate_beautiful_bays, tabulate_coverage
from bayqa.assess.indices.trophic import combine_trophic
from bayqa.intake.vocabulary.values import parse_value
from bayqa.standards import load_standard
from tests.oracles import test_china
from tests.oracles.china import load_cases

TLI_NAMES = {"chla": "chla", "TP": "tp", "TN": "tn", "SD": "secchi"}
HANDLED = (
    "organic pollution",
    "bathing",
    "bay geometry",
    "bay cleanliness",
    "beach litter",
    "DO standard index",
    "eutrophication",
    "unionised ammonia",
    "lake TLI",
    "ingest",
)


def test_every_row_has_a_test():
    covered = (*HANDLED, *test_china.HANDLED)
    for case in load_cases():
        row = case.values[2]
        if row is None:
            pytest.skip("the cases are not here")
        assert row["topic"].startswith(covered), row["id"]


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("organic pollution"))
def test_organic_pollution_grade(inputs, expected, row):
    assert inputs["A"] == ">4"
    assert indices.organic_pollution_grade(4.01, language="zh") == expected["grade"]


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("bathing water"))
def test_many_coliforms_are_poor(inputs, expected, row):
    for scheme in ("2018", "2021"):
        assert indices.bathing_grade(2001, scheme=scheme, language="zh") == expected["grade"]
    found = indices.bathing_suitability(water_grade=int(indices.bathing_grade(2001)))
    assert expected["suitability"].startswith(found.label)


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("bathing suitability"))
def test_published_suitability_by_temperature(inputs, expected, row):
    found = indices.bathing_suitability(temperature=inputs["water_temp_C"])
    assert (found.label, found.reason) == (expected["suitability"], expected["reason"])


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("bay geometry"))
def test_bay_sizes_carry_into_coverage(inputs, expected, row):
    register = pd.DataFrame(
        {
            "unit_id": ["own", "other"],
            "region": "north",
            "level": ["national", ""],
            "area_km2": [inputs["area_km2"], 100.0],
            "shoreline_km": [inputs["shoreline_km"], 10.0],
        }
    )
    found = tabulate_coverage(register).set_index("region").loc["north"]
    area, shore = inputs["area_km2"], inputs["shoreline_km"]
    assert found["area_share"] == pytest.approx(area / (area + 100))
    assert found["shoreline_share"] == pytest.approx(shore / (shore + 10))
    assert not found["full"]


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("bay cleanliness"))
def test_cleanliness_without_a_published_threshold_is_not_guessed(inputs, expected, row):
    register = pd.DataFrame({"unit_id": ["sishili"]})
    values = pd.DataFrame(
        {
            "unit_id": ["sishili"],
            "indicator": ["cleanliness"],
            "year": [2024],
            "value": [inputs["litter_cover_permille"]],
        }
    )
    found = rate_beautiful_bays(register, None, values).set_index("indicator")
    assert found["status"]["cleanliness"] == "no target"
    assert found["value"]["cleanliness"] == inputs["litter_cover_permille"]


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("beach litter"))
def test_clean_coast_index(inputs, expected, row):
    found = indices.clean_coast_index(inputs["litter_items_per_km2"] / 1e6)
    assert found == pytest.approx(expected["CCI"], abs=0.01)
    assert indices.label(indices.grade(found, "clean-coast"), "clean-coast") == expected["state"]


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("DO standard index"))
def test_oxygen_index(inputs, expected, row):
    found = indices.do_index(inputs["DO"], inputs["DOf"], inputs["DOs"])
    assert found == pytest.approx(expected["S_DO"], abs=0.001)


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("eutrophication index"))
def test_eutrophication_at_the_class_limits(inputs, expected, row):
    found = indices.eutrophication(inputs["COD_mgL"], inputs["DIN_mgL"], inputs["DIP_mgL"])
    assert found == pytest.approx(expected["E_exact"], abs=5e-5)


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("eutrophication share"))
def test_nutrient_levels_of_a_phosphorus_limited_bay(inputs, expected, row):
    for ratio in inputs["mean_NP"].values():
        for din, level in ((0.25, "IVP"), (0.5, "VIP")):
            dip = din / 14.007 * 30.974 / ratio
            assert indices.nutrient_levels(din, dip) == level
            assert level in expected["nutrient_levels_present"]


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("eutrophication grade"))
def test_eutrophication_grade(inputs, expected, row):
    found = indices.eutrophication_grade(inputs["E"], language="zh")
    assert found == expected["grade_bulletin"]


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("unionised ammonia"))
def test_unionised_ammonia(inputs, expected, row):
    found = indices.unionised_ammonia(
        inputs["NH4N_umolL"], inputs["S"], inputs["T_C"], inputs["pH"]
    )
    assert found == pytest.approx(expected["NH3_mgL"], abs=1e-5)


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("lake TLI (4"))
def test_trophic_index_from_published_parts(inputs, expected, row):
    parts = {name: inputs[f"TLI_{key}"] for key, name in TLI_NAMES.items()}
    found = combine_trophic(parts)
    assert found.value == pytest.approx(expected["TLI"], abs=0.05)
    assert found.state == expected["state"]


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("lake TLI state"))
def test_trophic_state_words(inputs, expected, row):
    found = indices.label(indices.grade(inputs["TLI"], "trophic-state"), "trophic-state")
    assert found == expected["state"]


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("lake TLI sub-index"))
def test_trophic_sub_index(inputs, expected, row):
    ((key, value),) = inputs.items()
    (wanted,) = expected.values()
    parameter = TLI_NAMES[key.rsplit("_", 1)[0]]
    found = indices.trophic_state(**{parameter: value}).sub_indices[parameter]
    assert found == pytest.approx(wanted, abs=float(row["tolerance"]))


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("station class"))
def test_station_indices(inputs, expected, row):
    standard = load_standard("GB 3097-1997")
    for key, wanted in expected["EQGI"].items():
        limit = standard.limits[test_china.NAMES[key]]
        temperature = inputs["T_C"] if key == "DO" else None
        found = indices.eqgi(inputs[key], limit, temperature=temperature)
        assert found == pytest.approx(wanted, abs=0.001), key
    e = indices.eutrophication(inputs["COD"], inputs["DIN"], inputs["DIP"])
    a = indices.organic_pollution(inputs["COD"], inputs["DIN"], inputs["DIP"], inputs["DO"])
    assert e == pytest.approx(expected["E"], abs=0.001)
    assert a == pytest.approx(expected["A_class_I"], abs=0.001)


@pytest.mark.parametrize(("inputs", "expected", "row"), load_cases("ingest"))
def test_marks_are_read_as_they_are_meant(inputs, expected, row):
    kinds = {key: parse_value(text).kind for key, text in inputs["raw"].items()}
    assert kinds["DIP"] == kinds["code"] == "unreadable"
    assert kinds["oil"] in ("missing", "blank")
    assert kinds["blank"] == "blank"
    assert kinds["多环芳烃"] == kinds["无机氮"] == "not detected"
    assert kinds["六六六"] == "below"
    assert parse_value(inputs["raw"]["六六六"]).upper == expected["六六六"]["value"]
    assert parse_value(inputs["raw"]["铬"]).value == expected["铬"]
