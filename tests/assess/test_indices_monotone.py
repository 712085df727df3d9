"""Every index follows the water: one worse value never gives a better index or grade."""

import numpy as np
import pytest

from bayqa import indices
from bayqa.standards import load_standard

GB3097 = load_standard("GB 3097-1997")
RNG_SIZE = 3000
# Index, ranges of its arguments, and for each argument +1 where more raises the index, -1 where
# more lowers it, 0 where it is not asked.
CASES = {
    "eutrophication": (indices.eutrophication, {"cod": (0.1, 6, 1), "din": (0.01, 2, 1),
                                                "dip": (0.001, 0.2, 1)}),
    "organic pollution": (indices.organic_pollution, {"cod": (0.1, 6, 1), "din": (0.01, 2, 1),
                                                      "dip": (0.001, 0.2, 1), "do": (1, 12, -1)}),
    "trix": (indices.trix, {"chla": (0.1, 40, 1), "do_sat": (60, 130, 0), "din": (1, 900, 1),
                            "tp": (1, 90, 1)}),
    "trophic state": (lambda **v: indices.trophic_state(**v).value,
                      {"chla": (0.1, 90, 1), "tp": (0.005, 1, 1), "tn": (0.05, 6, 1),
                       "secchi": (0.1, 9, -1), "cod_mn": (0.5, 20, 1)}),
    "carlson secchi": (lambda secchi: indices.carlson_tsi(secchi=secchi)["secchi"],
                       {"secchi": (0.1, 20, -1)}),
    "carlson chla": (lambda chla: indices.carlson_tsi(chla=chla)["chla"], {"chla": (0.1, 90, 1)}),
    "carlson tp": (lambda tp: indices.carlson_tsi(tp=tp)["tp"], {"tp": (1, 400, 1)}),
    "reef score": (indices.gbr_score, {"value": (0.05, 5, -1), "guideline": (0.1, 2, 1)}),
    "reef score of clarity": (lambda value, guideline: indices.gbr_score(
        value, guideline, high_is_bad=False), {"value": (1, 30, 1), "guideline": (5, 12, -1)}),
    "coastal surplus": (indices.icep, {"nitrogen": (0.1, 9, 1), "phosphorus": (0.01, 2, 1),
                                       "silica": (0.1, 9, -1)}),
    "clean coast": (indices.clean_coast_index, {"items_per_m2": (0, 3, 1)}),
    "bathing grade": (indices.bathing_grade, {"faecal_coliforms": (0, 5000, 1)}),
    "ammonia": (indices.unionised_ammonia, {"nh4_n": (0.1, 90, 1), "salinity": (0, 36, -1),
                                            "temperature": (0, 32, 1), "ph": (7, 9, 1)}),
    "oxygen at saturation": (indices.do_saturation, {"temperature": (0, 32, -1),
                                                     "salinity": (0.5, 36, -1)}),
    "oxygen percent": (indices.do_percent, {"do": (0, 14, 1), "temperature": (0, 32, 1),
                                            "salinity": (0.5, 36, 1)}),
    "heat ratio": (lambda es, et: indices.heat_eqrs(es, et, 50).eqrs,
                   {"es": (0.2, 20, -1), "et": (1, 6, 1)}),
    "heat ratio of clarity": (lambda es, et: indices.heat_eqrs(es, et, 25, response=-1).eqrs,
                              {"es": (0.5, 20, 1), "et": (2, 9, -1)}),
    "ambient share": (lambda meeting: indices.sdg_632(meeting, np.full(meeting.shape, 50)).percent,
                      {"meeting": (0, 50, 1)}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_index_follows_each_of_its_arguments(name):
    index, ranges = CASES[name]
    rng = np.random.default_rng(5)
    values = {key: rng.uniform(low, high, RNG_SIZE) for key, (low, high, _) in ranges.items()}
    before = np.asarray(index(**values), dtype=float)
    assert np.isfinite(before).all()
    for key, (low, high, sign) in ranges.items():
        more = values[key] + rng.uniform(0, 1, RNG_SIZE) * (high - values[key])
        after = np.asarray(index(**values | {key: more}), dtype=float)
        assert (sign * (after - before) >= -1e-9).all(), (key, low)


@pytest.mark.parametrize("name", [n for n, row in GB3097.limits.items() if not row.needs])
def test_grade_index_follows_the_value_and_tells_the_class(name):
    limit = GB3097.limits[name]
    if None in limit.edges:
        return
    ends = [e for edge in limit.edges for e in (edge if isinstance(edge, tuple) else (edge,))]
    values = np.sort(np.random.default_rng(6).uniform(0.3 * min(ends), 1.3 * max(ends), 500))
    found = indices.eqgi(values, limit, temperature=20.0)
    step = np.diff(found) * (-1 if limit.direction == "min" else 1)
    best = int(found.argmin()) if limit.direction == "range" else 0
    assert (step[:best] <= 1e-12).all() and (step[best:] >= -1e-12).all()
    # Between limits the integer part is the number of classes that are failed.
    inside = (np.abs(found - np.round(found)) > 1e-9) & (found < 4)
    grades = GB3097.grade(name, values)
    assert (np.floor(found[inside]) + 1 == grades[inside]).all()


def test_nemerow_follows_each_ratio():
    rng = np.random.default_rng(7)
    ratios = rng.uniform(0, 3, (5, RNG_SIZE))
    worse = ratios.copy()
    worse[rng.integers(0, 5, RNG_SIZE), np.arange(RNG_SIZE)] *= rng.uniform(1, 4, RNG_SIZE)
    assert (indices.nemerow(worse) >= indices.nemerow(ratios)).all()


def test_a_worse_year_never_raises_the_ratio_of_a_period():
    rng = np.random.default_rng(8)
    full = {"n": [20] * 6, "months_missing": [0] * 6, "sampled": [80] * 6}
    for _ in range(200):
        years = rng.uniform(0.5, 15, 6)
        worse = years.copy()
        worse[rng.integers(0, 6)] *= rng.uniform(1, 3)
        before, after = (indices.heat_period(y, 5, 50, **full) for y in (years, worse))
        assert after.eqrs <= before.eqrs and after.grade >= before.grade
