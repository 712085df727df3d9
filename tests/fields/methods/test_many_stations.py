"""Fields of more stations than range and noise need."""

from importlib import import_module

import numpy as np
import pytest

from bayqa.errors import MethodError
from bayqa.fields import interpolate
from bayqa.fields.methods import fit_pooled, predict, prepare_basis
from bayqa.fields.methods.fitting.systems import keep_nodes
from tests.builders import make_stations, make_water
from tests.fields.methods.bays import SPACING, open_water, sample

PREDICTION = "bayqa.fields.methods.estimates.prediction"


def test_a_fit_to_some_is_that_of_the_same_few_by_themselves(monkeypatch):
    mask = open_water()
    cells, values = sample(mask, 40, 0)
    basis = prepare_basis(mask, SPACING, cells)
    monkeypatch.setattr(import_module(PREDICTION), "MOST_STATIONS", 25)
    few = np.sort(np.random.default_rng(0).permutation(40)[:25])
    some = np.full(40, np.nan)
    some[few] = values[few]
    whole = fit_pooled(basis, np.stack([values, some]), 0.0)
    # The second field has no more than that and is left as it is.
    alone = fit_pooled(basis, np.stack([some, some]), 0.0)
    np.testing.assert_allclose(whole.weight, alone.weight, atol=1e-9)
    field = predict(basis, whole, values, np.zeros(40))
    assert field.info["dof"] > 39


def test_some_of_the_censored_values_go_with_their_bounds(monkeypatch):
    mask = open_water()
    cells, values = sample(mask, 30, 1)
    lower = np.where(values < np.median(values), values - 1, values)
    basis = prepare_basis(mask, SPACING, cells)
    monkeypatch.setattr(import_module(PREDICTION), "MOST_STATIONS", 20)
    made = fit_pooled(basis, values, 0.0, bounds=(lower, values))
    assert made.weight.sum() == pytest.approx(1)


def test_the_few_numbers_among_many_limits_stay(monkeypatch):
    mask = open_water()
    cells, values = sample(mask, 30, 1)
    # Neither of the two numbers is among the twenty drawn by lot.
    exact = np.random.default_rng(0).permutation(30)[-2:]
    lower = values - 1
    lower[exact] = values[exact]
    basis = prepare_basis(mask, SPACING, cells)
    monkeypatch.setattr(import_module(PREDICTION), "MOST_STATIONS", 20)
    made = fit_pooled(basis, values, 0.0, bounds=(lower, values))
    assert made.weight.sum() == pytest.approx(1)


def test_nodes_that_hardly_matter_are_dropped_for_many_stations():
    mask = open_water()
    cells, values = sample(mask, 40, 0)
    posterior = fit_pooled(prepare_basis(mask, SPACING, cells), values, 0.0)
    every, best = keep_nodes(posterior), keep_nodes(posterior, 1000)
    assert 0 < len(best) < len(every)
    assert sum(weight for *_, weight in best) == pytest.approx(1)
    assert {node[:2] for node in best} <= {node[:2] for node in every}


def test_what_does_not_fit_is_refused_with_another_way(monkeypatch):
    monkeypatch.setenv("BAYQA_MEMORY", "0.02")
    stations = make_stations().isel(campaign=[0], station=np.arange(600) % 6)
    with pytest.raises(MethodError, match="600 stations in one field .* or take method='kriging'"):
        interpolate(stations, make_water(), parameters=["do"])
