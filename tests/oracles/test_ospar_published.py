"""Published results of OSPAR's eutrophication assessment of 2015-2020, from years to confidence.

Source: public repository ices-tools-prod/COMPEAT, Dissolved_oxygen/data/2015-2020-HS1, tables
Annual_Indicator and Assessment_Indicator: results of the agencies' own code on their own data.
"""

import numpy as np
import pytest

from bayqa.assess.indices import (
    grade,
    heat_accuracy,
    heat_confidence,
    heat_density,
    heat_eqrs,
    heat_period,
    label,
)

UNIT_M2, N_CELLS = 217300884803.446, 60.3613568898474
NUTRIENT = {"general": (12, 6), "density": (0.8, 0.4)}
CHLOROPHYLL = {"general": (26, 14), "specific": (1, 3), "space": (80, 60), "density": (1, 0.6)}
# The Atlantic, seasonally stratified: target, deviation, response; a row a year of value, samples,
# months sampled, area sampled (m2), ratio; potential months; then mean, sd, ratio, class, the
# scores of time (number, months) and space, confidence and its class.
STRATIFIED = {
    "din": (11.6, 50, 1, NUTRIENT, 4, [
        (12.1127173913043, 92, 2, 46125777366.7216, 0.560161082838153),
        (6.8, 1, 1, 3349321645.18064, 1),
        (9.46764705882353, 68, 2, 23210154342.6727, 0.808852330591461),
        (3.726875, 16, 2, 43087561720.294, 1),
        (3.35714285714286, 7, 1, 16353927267.6025, 1),
    ], (7.09287646145415, 3.74865930612851, 0.873802682685923, "High", 70, 0, 20,
        51.6666666666667, "Moderate")),
    "dip": (0.83, 50, 1, NUTRIENT, 4, [
        (0.681521739130435, 92, 2, 46125777366.7216, 0.803730670549893),
        (0.34, 1, 1, 3349321645.18064, 1),
        (0.564117647058824, 68, 2, 23210154342.6727, 0.980051684272567),
        (0.151875, 16, 2, 43087561720.294, 1),
        (0.224285714285714, 7, 1, 16353927267.6025, 1),
    ], (0.392360020094995, 0.224687989801128, 0.956756470964492, "High", 70, 0, 20,
        51.6666666666667, "Moderate")),
    "oxygen": (6, 40, -1, NUTRIENT, 4, [
        (7.34428571428571, 112, 2, 21010199615.2349, 0.753632653061225),
        (4.97214285714286, 8, 2, 14071712924.2516, 0.482530612244898),
        (6.47714285714286, 17, 2, 32721813576.7832, 0.654530612244898),
        (6.9, 8, 3, 12469762155.3132, 0.702857142857143),
        (5.66928571428571, 12, 2, 19077968847.1985, 0.562204081632653),
        (6.38857142857143, 13, 2, 27475765035.5325, 0.644408163265306),
    ], (6.29190476190476, 0.854443567196693, 0.633360544217687, "Good", 75, 8.33333333333333,
        8.33333333333333, 50, "Moderate")),
    "chlorophyll": (1.4, 50, 1, CHLOROPHYLL, 8, [
        (0.825, 12, 1, 19204731683.9739, 1),
        (0.514, 10, 1, 15619650381.1141, 1),
        (0.54125, 24, 3, 37072462613.7114, 1),
        (0.770526315789474, 19, 4, 25950022695.1488, 1),
        (0.440576923076923, 52, 4, 40124948965.9203, 1),
        (0.705555555555556, 18, 2, 32040460822.4972, 1),
    ], (0.632818132403659, 0.155336602740121, 1, "High", 41.6666666666667, 0, 4.16666666666667,
        41.6666666666667, "Low")),
}  # fmt: skip
# Unit and indicator, target, response, mean, sd, observations, ratio, class, scores of number,
# months, density and area, probability of no problem, accuracy, confidence, its class.
ASSESSED = [
    ("ATL din", 15.3, 1, 10.5636471861472, 1.38132737939972, 48, 0.926945355402668, "High",
     75, 0, 0, 0, 1, 100, 45.8333333333333, "Low"),
    ("ATL dip", 0.98, 1, 0.485954545454545, 0.300266786282795, 31, 0.943048793461265, "High",
     37.5, 0, 0, 0, 1, 100, 39.5833333333333, "Low"),
    ("ATL do", 6, -1, 6.63559523809524, 0.871067421260233, 26, 0.672639455782313, "Good",
     16.6666666666667, 0, 0, 0, 0.999900633605476, 100, 36.1111111111111, "Low"),
    ("CCTI din", 12, 1, 8.52439285714286, 2.41900612983497, 69, 0.879438019337884, "High",
     66.6666666666667, 58.3333333333333, 100, 50, 1, 100, 79.1666666666667, "High"),
    ("CCTI dip", 0.64, 1, 0.481427248677249, 0.171430936963152, 69, 0.81708098905299, "High",
     66.6666666666667, 58.3333333333333, 100, 50, 0.999999999999992, 100, 79.1666666666667, "High"),
    ("CCTI do", 6, -1, 9.73442857142857, 0.840877881885888, 67, 0.960673015873016, "High",
     70, 0, 100, 80, 1, 100, 75, "High"),
    ("CFR din", 16, 1, 15.4215460030166, 3.98216435865918, 78, 0.675298359485537, "Good",
     75, 100, 100, 41.6666666666667, 0.900238586890459, 100, 86.1111111111111, "High"),
    ("CFR dip", 0.6, 1, 0.632580861404391, 0.270160964623678, 78, 0.615198201794352, "Good",
     75, 100, 100, 41.6666666666667, 0.143417070341986, 50, 69.4444444444445, "Moderate"),
    ("CFR do", 6, -1, 9.61714285714286, 0.770380240067017, 161, 0.951644444444445, "High",
     100, 10, 100, 100, 1, 100, 85, "High"),
    ("CFR chla", 2.8, 1, 3.2616727994228, 0.580387536500642, 181, 0.488606505345028, "Moderate",
     75, 100, 100, 75, 4.9927722592781e-27, 100, 91.6666666666667, "High"),
    ("CIRL din", 11.4, 1, 9.60955978609626, 2.41940465945393, 335, 0.7769260732177, "Good",
     80, 0, 80, 70, 1, 100, 71.6666666666667, "Moderate"),
    ("CNOR3 din", 9.2, 1, 5.67962962962963, 1.75045261636524, 13, 0.942844648413566, "High",
     33.3333333333333, 50, 83.3333333333333, 0, 0.999999999999794, 100, 61.1111111111111,
     "Moderate"),
    ("CNOR3 do", 6, -1, 8.14285714285714, 0.142857142857143, 4, 0.834920634920635, "High",
     0, 0, 66.6666666666667, 0, 1, 100, 44.4444444444445, "Low"),
]  # fmt: skip


@pytest.mark.parametrize("name", STRATIFIED)
def test_a_unit_from_its_years_to_its_confidence(name):
    et, deviation, response, cuts, months, years, wanted = STRATIFIED[name]
    es, n, sampled_months, area, ratios = map(np.array, zip(*years, strict=True))
    annual = heat_eqrs(es, et, deviation, response=response)
    np.testing.assert_allclose(annual.eqrs, ratios, atol=1e-12)
    found = heat_period(
        es, et, deviation, n=n, months_missing=months - sampled_months,
        sampled=100 * area / UNIT_M2, response=response, n_cells=N_CELLS, **cuts,
    )  # fmt: skip
    assert (found.es, found.sd, found.eqrs) == pytest.approx(wanted[:3])
    assert found.label == wanted[3]
    assert (found.general_time, found.specific_time, found.space) == pytest.approx(wanted[4:7])
    assert found.confidence == pytest.approx(wanted[7]) and found.confidence_label == wanted[8]


@pytest.mark.parametrize("row", ASSESSED, ids=lambda row: row[0])
def test_class_and_confidence_of_a_period(row):
    _, et, response, es, sd, n, eqrs, said, number, months, density, area, p, acc, *last = row
    assert label(int(grade(eqrs, "heat")), "heat", "en") == said
    found = heat_accuracy(es, sd, n, et, response=response)
    assert found.p_no_problem == pytest.approx(p, rel=1e-9) and found.acc == acc
    value, word = heat_confidence(number, months, (density + area) / 2, found.acc)
    assert value == pytest.approx(last[0]) and word == last[1]


def test_density_at_its_cuts():
    found = heat_density([81, 80, 40, 39, np.nan], 100)
    assert found[:4].tolist() == [100, 50, 50, 0] and np.isnan(found[4])
