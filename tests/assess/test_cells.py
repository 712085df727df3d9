from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from bayqa.assess.causes.cells import (
    UNKNOWN_STEP,
    attain_probability,
    change_categories,
    measure_excess,
)
from bayqa.errors import InputError
from bayqa.standards.standard import Limit
from tests.builders import make_classes, make_grids, make_standard


def two_cells():
    """Two campaigns, two cells: I to III, and not assessed to II; III is 0.25 likely."""
    odds = np.array([[[0.5, np.nan]], [[0.25, np.nan]], [[0.25, np.nan]]])
    return xr.Dataset(
        {
            "category": (("campaign", "y", "x"), np.array([[[1, 0]], [[3, 2]]], np.uint8)),
            "probability": (("category_label", "y", "x"), odds),
        },
        {"campaign": ["old", "new"], "category_label": ["I", "II", "III"]},
    )


def test_chance_of_the_target_adds_the_categories_up_to_it():
    met = attain_probability(two_cells(), 2)
    assert met.values[0, 0] == 0.75 and np.isnan(met.values[0, 1])


def test_chance_of_the_worst_category_is_one_and_never_more():
    classes = make_classes()
    met = attain_probability(classes, classes.sizes["category_label"])
    wet = classes["category"].to_numpy() > 0
    assert met.to_numpy()[wet] == pytest.approx(1.0, abs=1e-6) and met.max() <= 1.0


def test_classes_without_probability_are_refused():
    with pytest.raises(InputError, match="The classes have no 'probability'"):
        attain_probability(two_cells().drop_vars("probability"), 1)


def test_a_step_is_counted_in_categories_and_unknown_is_no_step():
    step = change_categories(two_cells(), "new", "old")
    assert step.values.tolist() == [[2, UNKNOWN_STEP]]
    back = change_categories(two_cells(), "old", "new")
    assert back.values.tolist() == [[-2, UNKNOWN_STEP]]


def test_excess_is_above_zero_just_where_the_worst_parameter_is_over():
    grids, standard = make_grids().isel(campaign=0), make_standard()
    excess = measure_excess(grids, standard, 1, ["din", "do", "secchi"])
    over = (grids["din"] > 0.2) | (grids["do"] <= 6)
    wet = grids["wet"].to_numpy()
    # At the limit itself din counts as met and do, strict in this standard, has no cell there.
    assert np.array_equal(excess[wet] > 0, over.to_numpy()[wet])
    assert np.isnan(excess[~wet]).all()


def test_a_range_is_left_on_both_sides_and_no_limit_gives_nothing():
    grids = xr.Dataset({"ph": (("y", "x"), np.array([[7.0, 8.0, 9.0]]))})
    limit = Limit("ph", ((7.8, 8.5), None), "range")
    standard = replace(make_standard(), limits={"ph": limit})
    excess = measure_excess(grids, standard, 1, ["ph"])
    assert (excess > 0).tolist() == [[True, False, True]]
    assert measure_excess(grids, standard, 2, ["ph"]) is None
