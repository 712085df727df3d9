"""Figures for notebooks: labelled axes, honest legends, Chinese type, clear errors."""

from __future__ import annotations

import doctest
import importlib
import warnings

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from bayqa.errors import InputError
from bayqa.sheets.figures import (
    plot_classes,
    plot_crossval,
    plot_field,
    plot_shares,
    plot_trend,
    plot_variogram,
)
from tests.builders import make_assessment

mpl.use("Agg")


@pytest.fixture(scope="module")
def result():
    return make_assessment()


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def crossval():
    return pd.DataFrame({"observed": [0.2, 0.3, 0.4], "predicted": [0.25, 0.28, 0.6],
                         "low": [0.15, 0.2, 0.5], "high": [0.3, 0.4, 0.7]})  # fmt: skip


def curve():
    return pd.DataFrame({"distance_m": [500.0, 1500], "semivariance": [0.01, 0.03]})


def scores():
    return pd.DataFrame({"parameter": "din", "method": ["matern", "idw"], "crps": [0.05, 0.09],
                         "rmse": [0.1, 0.16], "coverage90": [0.9, np.nan],
                         "unit": "log10(mg/L)"})  # fmt: skip


def trend():
    return pd.DataFrame({"year": [2021, 2022, 2023], "value": [0.31, 0.28, 0.26],
                         "low": [0.29, 0.26, 0.24], "high": [0.33, 0.3, 0.28]})  # fmt: skip


DRAW = {
    "field": lambda r, **o: plot_field(r.grids, "din", stations=r.stations, **o),
    "sd": lambda r, **o: plot_field(r.grids, "din", quantity="sd", **o),
    "classes": lambda r, **o: plot_classes(r.classes, r.standard, stations=r.stations, **o),
    "shares": lambda r, **o: plot_shares(r.shares, r.standard, **o),
    "variogram": lambda r, **o: plot_variogram(r.stations, "din", model=curve(), **o),
    "scores": lambda r, **o: plot_crossval(scores(), **o),
    "crossval": lambda r, **o: plot_crossval(crossval(), parameter="din", **o),
    "trend": lambda r, **o: plot_trend(trend(), parameter="din", standard=r.standard, **o),
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", DRAW)
def test_every_figure_names_its_axes_and_has_all_glyphs(result, kind, language):
    figure, given = plt.subplots()
    ax = DRAW[kind](result, language=language, ax=given)
    assert ax is given
    assert ax.get_xlabel()
    assert ax.get_ylabel()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure.canvas.draw()


@pytest.mark.parametrize("name", ["maps", "series", "diagnostics"])
def test_examples_of_the_docstrings_run(result, name):
    module = importlib.import_module(f"bayqa.sheets.figures.{name}")
    known = {"grids": result.grids, "classes": result.classes, "standard": result.standard,
             "shares": result.shares, "stations": result.stations, "scores": scores()}  # fmt: skip
    runner = doctest.DocTestRunner()
    tests = doctest.DocTestFinder().find(module, extraglobs=known)
    for test in tests:
        runner.run(test)
    assert runner.summarize(verbose=False).failed == 0
    assert runner.tries >= 3


def test_unit_stands_on_the_axis(result):
    bar = plot_field(result.grids, "din").figure.axes[1]
    assert bar.get_ylabel() == "dissolved inorganic nitrogen (mg/L)"
    bar = plot_field(result.grids, "din", quantity="sd").figure.axes[1]
    assert bar.get_ylabel().endswith("(log10 units)")


def test_legend_keeps_categories_without_area(result):
    ax = plot_classes(
        result.classes.assign(category=result.classes.category.clip(max=1)), result.standard
    )
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == ["Class I", "Class II", "Class III", "Class IV", "Worse than IV",
                     "Not assessed"]  # fmt: skip


def test_bars_are_the_shares_and_stack_to_the_whole(result):
    ax = plot_shares(result.shares, result.standard, campaign="2023-summer")
    rows = result.shares.query("campaign == '2023-summer' and parameter == 'overall'")
    heights = [patch.get_height() for patch in ax.patches]
    assert heights == pytest.approx((rows.share * 100).tolist()[:5])


def test_interval_that_misses_is_red(result):
    ax = plot_crossval(crossval())
    assert len(ax.lines[1].get_xdata()) == 1
    assert ax.lines[1].get_color() == "#B3261E"


def test_variogram_shows_every_pair_within_half_of_the_extent(result):
    ax = plot_variogram(result.stations, "din", n_bins=4)
    x, y = result.stations.x.to_numpy(), result.stations.y.to_numpy()
    away = np.hypot(x[:, None] - x, y[:, None] - y)[np.triu_indices(x.size, 1)]
    # Three campaigns are pooled.
    expected = 3 * int((away <= away.max() / 2).sum())
    assert sum(int(text.get_text()) for text in ax.texts) == expected


def test_variogram_draws_a_model_of_kriging_to_the_farthest_point(result):
    model = {"model": "exponential", "range": 3000.0, "sill": 0.5, "nugget": 0.1}
    ax = plot_variogram(result.stations, "din", model=model)
    distance, curve = ax.lines[-1].get_data()
    assert distance[-1] == pytest.approx(ax.lines[0].get_xdata().max())
    assert curve == pytest.approx(0.1 + 0.4 * (1 - np.exp(-3 * distance / 3.0)))


def test_best_method_stands_on_top_and_says_its_coverage():
    ax = plot_crossval(scores())
    assert [label.get_text() for label in ax.get_yticklabels()] == ["idw", "matern"]
    assert [text.get_text() for text in ax.texts] == ["90 % interval holds 90 %"]


def test_shares_over_years_are_in_percent():
    ax = plot_trend(pd.DataFrame({"year": [2022, 2023], "share": [0.5, 0.6]}), value="share")
    ax.figure.canvas.draw()
    assert ax.get_yticklabels()[0].get_text().endswith("%")


def test_trend_without_a_value_says_so():
    ax = plot_trend(pd.DataFrame({"year": [2023], "value": [np.nan]}))
    assert ax.texts[0].get_text() == "No data"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda r: plot_field(r.grids, "dip"), "no variable 'dip'; they hold din"),
        (lambda r: plot_field(r.grids, "din", campaign="2020"), "found '2020', wanted one of"),
        (lambda r: plot_classes(r.classes, r.standard, parameter="dip"), "'dip' was not classifi"),
        (lambda r: plot_shares(r.shares, r.standard, campaign="1999"), "no row of bay 'test'"),
        (lambda r: plot_shares(pd.concat([r.shares, r.shares.assign(bay_id="b")]), r.standard),
         "found 2 bays"),
        (lambda r: plot_trend(pd.DataFrame({"year": [1]})), "no column 'value'"),
        (lambda r: plot_variogram(r.stations, "dip"), "no parameter 'dip'; they hold din, do"),
        (lambda r: plot_variogram(r.stations, "din", model=pd.DataFrame({"a": [1]})),
         "no column 'distance_m'"),
        (lambda r: plot_variogram(r.stations, "din", model={"model": "exponential"}),
         "no range, sill, nugget; give model, range"),
        (lambda r: plot_crossval(scores(), parameter="do"), "no row of 'do'; it holds din"),
        (lambda r: plot_crossval(pd.DataFrame({"predicted": [1]})), "no column 'observed'"),
        (lambda r: plot_crossval(pd.DataFrame({"method": [1]})), "no column 'parameter'"),
        (lambda r: plot_variogram(r.stations, "din", language="fr"), "found .fr., wanted one of"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_named(result, call, message):
    with pytest.raises(InputError, match=message):
        call(result)
