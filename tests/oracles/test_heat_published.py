"""Published results of HELCOM HEAT (2011-2016) and OSPAR COMPEAT (2015-2020), figure by figure.

Sources: example tables in the public repository AquaINFRA/HEAT (annual and assessment indicators of
winter DIN, HOLAS II) and ices-tools-prod/COMPEAT, Dissolved_oxygen/data/2015-2020-HS1. The figures
are results of the agencies' own code on their monitoring data.
"""

from importlib import resources

import numpy as np
import pytest
import xarray as xr

from bayqa.assess import classify, tabulate_classes
from bayqa.assess.indices import (
    heat_accuracy,
    heat_confidence,
    heat_eqrs,
    heat_period,
    heat_sampling,
)
from bayqa.errors import InputError
from bayqa.standards import load_standard

# Unit, year, ES, EQRS, class; DIN in umol/L, target 5, acceptable deviation 50 %.
ANNUAL = [
    (1, 2011, 5.05982456140351, 0.588872051022136, "Moderate"),
    (1, 2012, 5.61457142857143, 0.496978749771753, "Moderate"),
    (1, 2013, 6.06353741496599, 0.434918740983503, "Moderate"),
    (1, 2014, 5.62387596899225, 0.495592046158487, "Moderate"),
    (1, 2015, 6.83073333333333, 0.347751368239393, "Poor"),
    (1, 2016, 6.23609195402299, 0.413443953170165, "Moderate"),
    (2, 2011, 5.84285714285714, 0.464231267078959, "Moderate"),
    (2, 2012, 6.93888888888889, 0.337013139923704, "Poor"),
    (2, 2013, 5.97619047619048, 0.446262010780408, "Moderate"),
]
# Unit, target, ES, SD, observations, probability of no problem, scores of general and specific
# time, space and accuracy, confidence and its class.
PERIOD = [
    (1, 5, 5.90477244354825, 0.611463635163127, 273, 2.61814578460048e-132,
     100, 100, 100, 100, 100, "High"),
    (2, 5, 6.38332506613757, 0.557018546000908, 45, 1.2917917372263e-62,
     50, 100, 0, 100, 58.3333333333333, "Moderate"),
    (3, 3.3, 6.02226080246914, 0.578965864897596, 50, 1.10138193566272e-242,
     50, 100, 0, 100, 58.3333333333333, "Moderate"),
    (4, 5.5, 5.97503191785974, 0.923422157651498, 93, 3.5076430806531e-07,
     83.3333333333333, 100, 91.6666666666667, 100, 94.4444444444444, "High"),
    (7, 1.8, 8.99441479084224, 6.89111960139595, 187, 1.52967025814995e-46,
     100, 100, 58.3333333333333, 100, 86.1111111111111, "High"),
    (8, 5.53, 4.59605324074074, 2.46755764314724, 32, 0.983865591674703,
     41.6666666666667, 0, 41.6666666666667, 100, 54.1666666666667, "Moderate"),
    (9, 4.2, 3.54567445620223, 0.86305625361227, 139, 1,
     83.3333333333333, 100, 33.3333333333333, 100, 75, "High"),
]  # fmt: skip
FIRST = [row[2] for row in ANNUAL[:6]]
UNIT_M2, GRID_M2 = 15671688012.3213, [14618863581.4494] * 4 + [15172550637.862, 14618863581.4494]
# OSPAR: Adour plume, chlorophyll of satellites, target 1.7; all of its area and season sampled.
ADOUR = [1.24650579423408, 1.12833189549732, 1.11890801046162, 2.28121877602907, 1.30701781844838,
         1.97991547639506]  # fmt: skip
ADOUR_N = [18413, 16520, 15798, 17973, 18234, 16230]
# OSPAR: Atlantic seasonally stratified, winter DIN, target 11.6; no sample in 2017.
ATLANTIC = [12.1127173913043, 6.8, np.nan, 9.46764705882353, 3.726875, 3.35714285714286]


@pytest.mark.parametrize("row", ANNUAL, ids=lambda row: f"{row[0]}-{row[1]}")
def test_annual_indicator(row):
    found = heat_eqrs(row[2], 5, 50)
    assert found.eqrs == pytest.approx(row[3], abs=1e-12)
    assert found.label == row[4]


@pytest.mark.parametrize("row", PERIOD, ids=lambda row: str(row[0]))
def test_confidence_of_an_indicator(row):
    _, et, es, sd, n, p, *scores, value, word = row
    found = heat_accuracy(es, sd, n, et)
    assert found.p_no_problem == pytest.approx(p, rel=1e-9)
    assert found.acc == scores[3]
    confidence, said = heat_confidence(*scores)
    assert confidence == pytest.approx(value) and said == word


def test_period_of_six_years():
    found = heat_period(
        FIRST, 5, 50, n=[38, 35, 49, 43, 50, 58], months_missing=[0] * 6,
        sampled=100 * np.array(GRID_M2) / UNIT_M2,
    )  # fmt: skip
    assert found.es == pytest.approx(5.90477244354825)
    assert found.sd == pytest.approx(0.611463635163127)
    assert found.eqrs == pytest.approx(0.462926151557573)
    assert (found.label, found.n, found.n_years) == ("Moderate", 273, 6)
    assert found[7:] == (100, 100, 100, 100, 100, "High")


def test_period_is_the_mean_of_annual_ratios():
    # Unit 2: the mean of the ratios is 0.4005, the ratio of the mean value 0.396: another class.
    assert heat_eqrs(6.38332506613757, 5, 50).label == "Poor"
    assert heat_eqrs(6.38332506613757, 5, 50).eqrs < 0.40053983550474


def test_ospar_chlorophyll_of_satellites():
    found = heat_period(
        ADOUR, 1.7, 50, n=ADOUR_N, months_missing=[0] * 6, sampled=[100] * 6,
        general=(26, 14), specific=(1, 3), space=(80, 60),
    )  # fmt: skip
    assert found.eqrs == pytest.approx(0.765623141695761)
    assert (found.es, found.sd) == pytest.approx((1.51031629517759, 0.494945007849349))
    assert (found.n, found.label, found.confidence) == (103168, "Good", 100)


def test_cells_of_each_year_go_with_the_years_known():
    years = {"n": [10, 99, 20], "months_missing": [0] * 3, "sampled": [80] * 3}
    of_each = heat_period([1, np.nan, 2], 1.5, 50, n_cells=[10, 1, 40], **years)
    # 10 samples on 10 cells score 100, 20 on 40 score 50; the area scores 100 in both years.
    assert of_each.space == pytest.approx((100 + (100 + 50) / 2) / 2)
    of_all = heat_period([1, np.nan, 2], 1.5, 50, n_cells=40, **years)
    assert of_all.space == pytest.approx((100 + (0 + 50) / 2) / 2)


def test_ospar_nitrogen_with_a_year_missing():
    area = np.array([46125777366.7216, 3349321645.18064, np.nan, 23210154342.6727,
                     43087561720.294, 16353927267.6025])  # fmt: skip
    found = heat_period(
        ATLANTIC, 11.6, 50, n=[92, 1, 0, 68, 16, 7], months_missing=[2, 3, 4, 2, 2, 3],
        sampled=100 * area / 217300884803.446, general=(12, 6),
    )  # fmt: skip
    assert (found.n_years, found.n) == (5, 184)
    assert found.eqrs == pytest.approx(0.873802682685923)
    assert (found.general_time, found.specific_time, found.space) == (70, 0, 0)
    # OSPAR halves the space with a count a grid cell, 40 here: 20.
    value, word = heat_confidence(70, 0, 20, found.accuracy)
    assert value == pytest.approx(51.6666666666667) and word == "Moderate"


@pytest.mark.parametrize(
    ("es", "eqrs", "label"),
    [(4.44285714285714, 0.422040816326531, "Moderate"),
     (4.97214285714286, 0.482530612244898, "Moderate"),
     (7.34428571428571, 0.753632653061225, "Good")],
)  # fmt: skip
def test_ospar_oxygen(es, eqrs, label):
    found = heat_eqrs(es, 6, 40, response=-1)
    assert found.eqrs == pytest.approx(eqrs) and found.label == label


def test_sampling_at_its_cuts():
    # Above 15 is high, below 5 low; one missing month of two is moderate.
    n = [16, 15, 5, 4, np.nan]
    found = heat_sampling(n, [0, 1, 2, 3, 1], [70.1, 70, 50, 49.9, np.nan])
    assert found[0][:4].tolist() == [100, 50, 50, 0] and np.isnan(found[0][4])
    assert found[1].tolist() == [100, 50, 0, 0, 50]
    assert found[2][:4].tolist() == [100, 50, 50, 0] and np.isnan(found[2][4])


def test_half_of_the_years_complete_is_enough():
    common = {"n": [20] * 4, "sampled": [100] * 4}
    half = heat_period([4.0, 4, 4, 5], 5, 50, months_missing=[0, 0, 3, 3], **common)
    less = heat_period([4.0, 4, 4, 5], 5, 50, months_missing=[0, 3, 3, 3], **common)
    assert (half.specific_time, less.specific_time) == (100, 25)


def test_one_year_has_no_accuracy():
    found = heat_period([5.0], 5, 50, n=[20], months_missing=[0], sampled=[80])
    assert (found.label, found.confidence_label) == ("Good", "")
    assert np.isnan([found.sd, found.accuracy, found.confidence]).all()


def test_figures_of_different_years_are_refused():
    with pytest.raises(InputError, match=r"shapes \(2,\), \(1,\), \(2,\), \(2,\); give one figure"):
        heat_period([1.0, 2.0], 5, 50, n=[3], months_missing=[0, 0], sampled=[80, 80])
    with pytest.raises(InputError, match="none of 2 years has a value"):
        heat_period([np.nan] * 2, 5, 50, n=[3] * 2, months_missing=[0] * 2, sampled=[80] * 2)


def annual_field(values):
    """Annual means of one unit, umol/L to mg/L of nitrogen."""
    years = list(range(2011, 2011 + len(values)))
    field = xr.Dataset({"din": (("campaign", "station"), 0.014007 * np.array(values)[:, None])})
    return field.assign_coords(campaign=[str(y) for y in years], year=("campaign", years),
                               station=["unit"])  # fmt: skip


@pytest.fixture(scope="module")
def unit_standard(tmp_path_factory):
    """The packaged example with the target of the unit, as a user copies it."""
    text = (
        resources.files("bayqa.standards").joinpath("data/eu-heat-example.toml").read_text("utf-8")
    )
    path = tmp_path_factory.mktemp("heat") / "unit-1.toml"
    path.write_text(text.replace("target = 3.5", "target = 5.0"), encoding="utf-8")
    return path


def test_rule_of_a_period(unit_standard):
    field = annual_field(FIRST)
    years = classify(field, load_standard(unit_standard))
    assert tabulate_classes(years)["din"].tolist() == [row[4].lower() for row in ANNUAL[:6]]
    period = classify(field, load_standard(f"{unit_standard} period"))
    card = tabulate_classes(period)
    assert card["category"].tolist()[-1] == "moderate"
    # Until 2012 the ratios are .589 and .497, until 2015 their mean is .473.
    assert card["category"].tolist() == ["moderate"] * 6


def test_a_year_counts_by_its_ratio_and_not_by_its_value(unit_standard):
    # Ratios 1, 1, .135: mean .71, good; the mean value 8.67 alone would be poor.
    field = annual_field([2.0, 2.0, 22.0])
    one, three = (load_standard(f"{unit_standard} period", window_years=n) for n in (1, 3))
    assert tabulate_classes(classify(field, one))["category"].tolist() == ["high", "high", "bad"]
    assert tabulate_classes(classify(field, three))["category"].tolist()[-1] == "good"
    gap = annual_field([2.0, np.nan, 22.0])
    assert tabulate_classes(classify(gap, three))["category"].tolist() == [
        "high", "high", "moderate"]  # fmt: skip
