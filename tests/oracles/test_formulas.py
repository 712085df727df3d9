"""Worked examples of international indices: CCME, HEAT, bathing water, TRIX, TSI, trends."""

import csv
import json

import numpy as np
import pandas as pd
import pytest

from bayqa import indices
from bayqa.assess.time.mann_kendall import (
    TESTS,
    mann_kendall,
    seasonal_mann_kendall,
    seasonal_sen_slope,
    sen_slope,
)
from tests.shared_data import shared_file

KEYS = (
    "original_test",
    "hamed_rao_modification_test",
    "yue_wang_modification_test",
    "pre_whitening_modification_test",
    "trend_free_pre_whitening_modification_test",
)


def cases(name):
    path = shared_file("oracles/formula_cases.json")
    return json.loads(path.read_text(encoding="utf-8"))[name]["cases"]


def rows(name):
    with shared_file(f"oracles/{name}").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_trix_cases():
    for c in cases("TRIX"):
        found = indices.trix(c["chl"], c["do"], c["din"], c["tp"])
        assert found == pytest.approx(c["trix"], abs=1e-6)


def test_carlson_cases():
    names = {"SD": "secchi", "CHL": "chla", "TP": "tp"}
    for c in cases("CarlsonTSI"):
        (key,) = set(c) - {"TSI"}
        found = indices.carlson_tsi(**{names[key]: c[key]})[names[key]]
        assert found == pytest.approx(c["TSI"], abs=1e-4)


def test_great_barrier_reef_cases():
    for c in cases("GBR_log2"):
        found = indices.gbr_score(c["value"], c["guideline"], high_is_bad=c["direction"] == "H")
        assert found == pytest.approx(c["score"], abs=1e-6)


def test_sdg_cases():
    for c in cases("SDG632"):
        found = indices.sdg_632(c["meeting"], c["total"])
        assert found.percent == pytest.approx(c["pct"], abs=1e-4)
        assert found.good == c["good"]


def test_chesapeake_reference_curve():
    for c in cases("CFD_10pct"):
        assert indices.cfd_reference(c["x"]) == pytest.approx(c["y"], abs=1e-6)


def test_icep_cases():
    for c in cases("ICEP"):
        assert indices.icep(c["N"], c["P"], c["Si"]) == pytest.approx(c["ICEP"], abs=1e-6)


def test_ncca_cases():
    for c in cases("NCCA_index_rule"):
        assert indices.ncca_site_index(c["ratings"]) == c["index"]


def test_heat_cases():
    for row in rows("heat_eqrs_cases.csv"):
        found = indices.heat_eqrs(
            float(row["ES"]),
            float(row["ET"]),
            float(row["ACDEV_pct"]),
            response=int(row["response"]),
        )
        for name, value in (
            ("ER", found.er),
            ("BEST", found.best),
            ("EQR", found.eqr),
            ("EQRS", found.eqrs),
        ):
            assert value == pytest.approx(float(row[name]), abs=1e-6)
        wanted = [float(row[f"EQR_{b}"]) for b in ("PB", "MP", "GM", "HG")]
        assert found.boundaries == pytest.approx(wanted, abs=1e-6)
        assert found.label == row["cls"]


def test_heat_accuracy_cases():
    for row in rows("heat_accuracy_confidence_cases.csv"):
        found = indices.heat_accuracy(
            float(row["ES"]),
            float(row["SD"]),
            int(row["N_obs"]),
            float(row["ET"]),
            response=int(row["response"]),
        )
        assert found.p_no_problem == pytest.approx(float(row["P_non_problem"]), abs=1e-6)
        assert found.ac == pytest.approx(float(row["AC"]), abs=1e-6)
        assert found.acc == float(row["ACC"])


def test_bathing_water_cases():
    path = shared_file("oracles/eu_bathing_cases.json")
    for c in json.loads(path.read_text(encoding="utf-8"))["cases"]:
        found = indices.eu_bathing_class(c["intestinal_enterococci"], c["e_coli"], water=c["water"])
        assert found.label == c["overall"]
        for name, wanted in c["per_parameter"].items():
            part = found.by_parameter[name]
            assert part["label"] == wanted["cls"]
            assert part["p90"] == pytest.approx(wanted["p90"], abs=1e-3)
            assert part["p95"] == pytest.approx(wanted["p95"], abs=1e-3)


def ccme_table():
    table = pd.read_csv(shared_file("oracles/ccme_north_saskatchewan_1997.csv"))
    # The manual puts the detection limit where nothing was found.
    zero = (table["Value"] == 0) & table["DetectionLimit"].notna()
    return table.assign(Value=table["Value"].where(~zero, table["DetectionLimit"]))


def ccme_of(table):
    groups = dict(list(table.groupby("Variable")))
    limits = {k: (g["LowerLimit"].iloc[0], g["UpperLimit"].iloc[0]) for k, g in groups.items()}
    return indices.ccme_wqi({k: g["Value"] for k, g in groups.items()}, limits)


def test_ccme_manual_example_and_variants():
    table = ccme_table()
    no_do = table[~((table["Variable"] == "DO") & (table["Date"] == "1997-03-04"))]
    variants = [table, no_do, no_do[no_do["Variable"] != "As"]]
    path = shared_file("oracles/ccme_wqi_expected.json")
    expected = json.loads(path.read_text(encoding="utf-8"))["cases"]
    for one, case in zip(variants, expected, strict=True):
        found, wanted = ccme_of(one), case["computed_here"]
        assert found.n_variables == wanted["n_variables"]
        assert found.n_tests == wanted["n_tests"]
        assert found.n_failed_tests == wanted["n_failed_tests"]
        assert found.value == pytest.approx(wanted["WQI"], abs=1e-4)
        assert found.f3 == pytest.approx(wanted["F3"], abs=1e-4)


def test_ccme_bands():
    path = shared_file("oracles/ccme_wqi_expected.json")
    for score, word in json.loads(path.read_text(encoding="utf-8"))["category_bounds_package_test"]:
        assert indices.label(indices.grade(score, "ccme"), "ccme", "en") == word


def trend_case():
    path = shared_file("oracles/mann_kendall_expected.json")
    case = json.loads(path.read_text(encoding="utf-8"))
    values = np.array([np.nan if v is None else v for v in case["data"]])
    return values, case["expected"]


def test_mann_kendall_and_modifications():
    values, expected = trend_case()
    for test, key in zip(TESTS, KEYS, strict=True):
        found, wanted = mann_kendall(values, test=test), expected[key]
        assert found.trend == wanted["trend"]
        for name in ("p", "z", "s", "var_s"):
            assert getattr(found, name) == pytest.approx(wanted[name], rel=1e-9), (test, name)
        assert found.tau == pytest.approx(wanted["Tau"], rel=1e-9)


def test_hamed_rao_with_three_lags():
    values, expected = trend_case()
    wanted = expected["hamed_rao_modification_test_lag3"]
    found = mann_kendall(values, test="hamed-rao", lag=3)
    assert found.var_s == pytest.approx(wanted["var_s"], rel=1e-9)
    assert found.trend == wanted["trend"]


def test_seasonal_test_and_slopes():
    values, expected = trend_case()
    found, wanted = seasonal_mann_kendall(values.reshape(-1, 12)), expected["seasonal_test"]
    assert (found.trend, found.s) == (wanted["trend"], wanted["s"])
    assert found.var_s == pytest.approx(wanted["var_s"])
    assert found.p == pytest.approx(wanted["p"])
    slopes = {
        "sens_slope": sen_slope(values),
        "seasonal_sens_slope": seasonal_sen_slope(values.reshape(-1, 12)),
    }
    for key, (slope, intercept) in slopes.items():
        assert slope == pytest.approx(expected[key]["slope"])
        assert intercept == pytest.approx(expected[key]["intercept"])
