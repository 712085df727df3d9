"""The decision matrix on given yearly means: rule versions, first years, every pair of outcomes."""

from itertools import product

import numpy as np
import pytest
import xarray as xr

from bayqa.assess import classify, tabulate_classes
from bayqa.standards import load_standard

LIMITS = {"chla": (8.5, 8.9, 9.3), "kd": (0.83, 0.86, 0.88)}
COLOURS = {
    "green": {(0, 0)},
    "yellow": {(1, 0), (2, 0), (3, 0), (0, 1), (1, 1), (2, 1), (0, 2), (1, 2), (0, 3)},
    "red": {(3, 1), (2, 2), (3, 2), (1, 3), (2, 3), (3, 3)},
}


def card(chla, kd, first=2019, **options):
    years = [first + k for k in range(len(chla))]
    values = {"chla": chla, "kd": kd}
    field = xr.Dataset(
        {n: (("campaign", "station"), np.array(v, float)[:, None]) for n, v in values.items()},
        coords={
            "campaign": [str(y) for y in years],
            "year": ("campaign", years),
            "station": ["OTB"],
        },
    )
    standard = load_standard("us-tampa-bay OTB", **options)
    return tabulate_classes(classify(field, standard))["category"].tolist()


def history(parameter, outcome):
    """Four years that end with an outcome of the rule."""
    target, small, threshold = LIMITS[parameter]
    low, over = target - 0.01, target + 0.001
    last = {0: [low] * 4, 1: [low] * 3 + [small], 2: [low] * 3 + [threshold]}
    return {**last, 3: [over] * 3 + [threshold]}[outcome]


@pytest.mark.parametrize(("chla", "kd"), list(product(range(4), range(4))))
def test_every_pair_of_outcomes_has_its_colour(chla, kd):
    (wanted,) = [c for c, pairs in COLOURS.items() if (chla, kd) in pairs]
    assert card(history("chla", chla), history("kd", kd))[-1] == wanted


def test_means_at_the_limits():
    # At the small exceedance it is one, at the threshold it is large, at the target it is none.
    calm = [0.8] * 4
    assert card([8.5] * 3 + [8.8999], calm)[-1] == "green"
    assert card([8.0] * 3 + [8.9], calm)[-1] == "yellow"
    # Three years exactly at the target are not above it: 2_1, not 3_1.
    assert card([8.5] * 3 + [9.3], [0.8] * 3 + [0.86])[-1] == "yellow"
    assert card([8.51] * 3 + [9.3], [0.8] * 3 + [0.86])[-1] == "red"


def test_small_and_long_is_two_today_and_was_one():
    chla, kd = [8.6, 8.6, 8.6, 9.0], [0.84, 0.84, 0.84, 0.87]
    assert card(chla, kd)[-1] == "red"
    assert card(chla, kd, small_long=1)[-1] == "yellow"
    large = [8.6, 8.6, 8.6, 9.5]
    assert card(large, kd, small_long=1)[-1] == "red"


def test_first_years_of_a_record_by_either_reading():
    chla, kd = [9.5, 9.0, 9.0, 9.5], [0.87, 0.8, 0.87, 0.8]
    assert card(chla, kd) == ["yellow", "yellow", "yellow", "yellow"]
    # Long while unknown: 3_2, 2_0, 2_2; the fourth year has a duration of its own.
    assert card(chla, kd, early="long") == ["red", "yellow", "red", "yellow"]


def test_a_missing_year_breaks_the_duration():
    chla, kd = [9.0, 9.0, np.nan, 9.0, 9.0], [0.87] * 5
    assert card(chla, kd) == ["yellow", "yellow", "not assessed", "yellow", "yellow"]


# Old Tampa Bay 2000 to 2018 as the programme's public package prints it (vignette of 2023-09):
# yearly light attenuation, and the published outcomes of chlorophyll a and light attenuation.
OTB_KD = [0.733, 0.951, 0.927, 1.04, 0.878, 0.769, 0.620, 0.677, 0.696, 0.808, 0.842, 0.912, 0.687,
          0.567, 0.606, 0.560, 0.575, 0.682, 0.678]  # fmt: skip
OTB_OUTCOMES = [(0, 0), (0, 2), (0, 2), (2, 2), (2, 2), (0, 0), (0, 0), (0, 0), (1, 0), (2, 0),
                (0, 0), (2, 2), (0, 0), (0, 0), (0, 0), (2, 0), (1, 0), (2, 0), (2, 0)]  # fmt: skip
OTB_COLOURS = "g y y r r g g g y y g r g g g y y y y".split()


def test_published_years_of_old_tampa_bay():
    # A mean of the published size stands for chlorophyll; 2018 is small, and 2 for its length.
    chla = [{0: 8.0, 1: 9.0, 2: 9.5}[outcome] for outcome, _ in OTB_OUTCOMES[:-1]] + [9.0]
    found = card(chla, OTB_KD, first=2000)
    assert [colour[0] for colour in found] == OTB_COLOURS
    # 0.878 in 2004 is small but the fourth year above 0.83: by the older rule it is yellow.
    older = card(chla, OTB_KD, first=2000, small_long=1)
    assert [older[k] for k in (3, 4, 18)] == ["red", "yellow", "yellow"]
