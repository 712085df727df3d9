import numpy as np
import pytest

from bayqa.errors import CoverageError
from bayqa.fields import cross_validate
from bayqa.fields.inputs import prepare_inputs
from bayqa.fields.pooling import fit_parameter, leave_out_fit
from bayqa.fields.refits import leave_out_plain
from bayqa.fields.scores import choose_blocks
from bayqa.fields.task import prepare_task
from tests.builders import make_stations, make_water


@pytest.fixture(scope="module")
def table():
    return cross_validate(make_stations(), make_water())


def test_a_row_per_parameter_and_method_and_one_best_each(table):
    assert table[["parameter", "method"]].to_numpy().tolist() == [
        [p, m] for p in ("din", "do") for m in ("matern", "kriging", "idw")
    ]
    assert table.groupby("parameter").best.sum().tolist() == [1, 1]
    for _, rows in table.groupby("parameter"):
        assert rows.crps[rows.best].item() == rows.crps.min()
    measures = ("rmse", "me", "crps", "coverage90", "width90")
    for name in (*measures, *(f"block_{m}" for m in measures), "seconds", "skill"):
        assert np.isfinite(table[name]).all(), name
    assert (table.n == 18).all()
    assert table.unit.unique().tolist() == ["log10(mg/L)", "mg/L"]


def test_the_verdict_is_plain(table):
    text = table.attrs["verdicts"]["din"]
    assert text == table.verdict[0]
    assert "is best" in text
    assert "With 6 stations the map says little beyond" in text
    assert "90 % intervals held" in text


@pytest.mark.parametrize("method", ["matern", "kriging", "idw"])
def test_leaving_out_is_really_leaving_out(method):
    """The value left out has no influence on its own prediction."""
    stations, water = make_stations(), make_water()
    task = prepare_task(stations, water, method, {"range": 3000.0} if method == "matern" else {})
    if method == "kriging":
        task.options.update(model="exponential", range=3000.0, sill=1.0, nugget=0.1)
    inputs = prepare_inputs(stations, task.placement, "do")
    fit = fit_parameter(task, inputs)
    values = inputs.values.copy()
    values[1, 2] += 3.0
    moved = fit._replace(inputs=inputs._replace(values=values))
    one, two = leave_out_fit(task, fit), leave_out_fit(task, moved)
    assert two.mean[1, 2] == pytest.approx(one.mean[1, 2], abs=1e-9)
    others = np.delete(np.arange(6), 2)
    assert (np.abs(two.mean[1, others] - one.mean[1, others]) > 1e-6).all()


def test_closed_form_equals_fitting_without_the_station():
    stations, water = make_stations().isel(campaign=[0]), make_water()
    options = {"range": 3000.0, "sill": 1.0, "nugget": 0.05}
    task = prepare_task(stations, water, "matern", options)
    fit = fit_parameter(task, prepare_inputs(stations, task.placement, "do"))
    found = leave_out_fit(task, fit)
    rest = prepare_task(stations.isel(station=slice(1, None)), water, "matern", options)
    from bayqa.fields.pooling import predict

    inputs = prepare_inputs(stations.isel(station=slice(1, None)), rest.placement, "do")
    field = predict(rest, fit_parameter(rest, inputs), [0])[0]
    cell = task.placement.cell[0]
    assert found.mean[0, 0] == pytest.approx(field.mean[cell], abs=1e-6)
    assert found.sd[0, 0] ** 2 == pytest.approx(field.sd[cell] ** 2 + 0.05, rel=1e-5)


@pytest.mark.parametrize("blocks", [None, np.array([0, 0, 1, 1, 2, 3])])
def test_kriging_in_closed_form_equals_doing_it(blocks):
    stations, water = make_stations(), make_water()
    options = {"model": "spherical", "range": 3000.0, "sill": 1.0, "nugget": 0.05}
    task = prepare_task(stations, water, "kriging", options)
    inputs = prepare_inputs(stations, task.placement, "do")
    closed = leave_out_plain(task, inputs, blocks)
    # The six nearest of six are all of them, and are left out one by one.
    done = leave_out_plain(task._replace(options={**options, "k": 6}), inputs, blocks)
    np.testing.assert_allclose(closed.mean, done.mean, atol=1e-9)
    np.testing.assert_allclose(closed.sd, done.sd, rtol=1e-9)


def test_a_block_of_two_equals_leaving_both_out():
    stations, water = make_stations().isel(campaign=[0]), make_water()
    options = {"range": 3000.0, "sill": 1.0, "nugget": 0.05}
    task = prepare_task(stations, water, "matern", options)
    fit = fit_parameter(task, prepare_inputs(stations, task.placement, "do"))
    found = leave_out_fit(task, fit, np.array([0, 0, 1, 2, 3, 4]))
    values = fit.inputs.values.copy()
    values[0, :2] += [5.0, -2.0]
    moved = fit._replace(inputs=fit.inputs._replace(values=values))
    again = leave_out_fit(task, moved, np.array([0, 0, 1, 2, 3, 4]))
    np.testing.assert_allclose(again.mean[0, :2], found.mean[0, :2], atol=1e-8)


def test_blocks_are_squares():
    x, y = np.array([0.0, 10, 29, 30]), np.array([0.0, 0, 0, 0])
    assert choose_blocks(x, y).tolist() == [0, 0, 1, 1]
    assert choose_blocks(x, y, side=5.0).tolist() == [0, 1, 2, 3]
    assert choose_blocks(np.zeros(3), np.zeros(3)).tolist() == [0, 0, 0]


def test_two_stations_are_not_tested_but_said():
    table = cross_validate(make_stations().isel(station=[0, 1]), make_water(), parameters=["do"])
    assert table.shape[0] == 3
    assert "2 stations" in table.verdict[0]


def test_stations_that_agree_have_no_pattern():
    stations = make_stations()
    for name in ("do", "do_lower", "do_upper"):
        stations[name] = stations.do * 0 + 7.0
    table = cross_validate(stations, make_water(), parameters=["do"], methods=("matern", "idw"))
    assert "no pattern to map" in table.verdict[0]


def test_an_unknown_parameter_is_refused():
    with pytest.raises(CoverageError, match="parameter 'tp' is not among"):
        cross_validate(make_stations(), make_water(), parameters=["tp"])
