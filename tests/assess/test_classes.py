"""Classification of stations and grids: hand answers, gaps, land, draws, probabilities."""

import json

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from bayqa.assess.categories.classes import classify, gather_campaigns
from bayqa.assess.rules.kernels import grade_into
from bayqa.errors import CoverageError, StandardError
from bayqa.standards import load_standard
from tests.builders import make_classes, make_grids, make_stations

GB3097 = load_standard("GB 3097-1997")


def _stations(**values):
    """Stations of one campaign from lists of values, sd 0."""
    n = len(next(iter(values.values())))
    data = {
        name: (("campaign", "station"), np.array([value], float)) for name, value in values.items()
    }
    coords = {
        "campaign": ["2023-summer"],
        "year": ("campaign", [2023]),
        "season": ("campaign", ["summer"]),
        "station": [f"S{k}" for k in range(n)],
    }
    return xr.Dataset(data, coords=coords)


def _with_draws(grids, n=40, seed=0):
    cell = np.flatnonzero(grids["wet"].to_numpy())
    rng = np.random.default_rng(seed)
    out = grids.copy()
    for name, sd in (("din", 0.05), ("do", 0.3)):
        middle = grids[name].to_numpy().reshape(3, -1)[:, cell]
        noise = rng.normal(size=(n, 3, 1))
        drawn = middle * 10 ** (noise * sd) if name == "din" else middle + noise * sd
        out[f"{name}_draws"] = (("draw", "campaign", "cell"), drawn.astype(np.float32))
    return out.assign_coords(cell=cell)


def test_worst_parameter_decides_and_is_named():
    classes = classify(_stations(din=[0.1, 0.35, 0.1], do=[7, 7, 3.5]), GB3097)
    assert list(classes["parameter"].to_numpy()) == ["do", "din"]
    assert classes["category"].to_numpy().tolist() == [[1, 3, 4]]
    assert classes["limiting"].to_numpy().tolist() == [[1, 2, 1]]
    assert classes["parameter_category"].sel(parameter="din").to_numpy().tolist() == [[1, 3, 1]]
    assert classes["category"].attrs["flag_meanings"] == "not_assessed I II III IV worse"


def test_grid_and_builder_agree():
    found, expected = classify(make_grids(), GB3097), make_classes()
    assert (found["category"] == expected["category"]).all()
    both = expected["parameter_category"].sel(parameter=found["parameter"])
    assert (found["parameter_category"] == both).all()


def test_missing_stays_missing():
    values = _stations(din=[np.nan, np.nan, 0.25], do=[np.nan, 7, np.nan])
    classes = classify(values, GB3097)
    assert classes["category"].to_numpy().tolist() == [[0, 1, 2]]
    assert classes["limiting"].to_numpy().tolist() == [[0, 1, 2]]
    assert classes["missing"].to_series().to_dict() == {
        ("do", "2023-summer"): 2, ("din", "2023-summer"): 2}  # fmt: skip
    assert classes.attrs["absent"] == ["ph", "cod_mn", "dip", "oil"]
    strict = classify(
        values, load_standard("GB 3097-1997", missing="not-assessed"), parameters=["din", "do"]
    )
    assert strict["category"].to_numpy().tolist() == [[0, 0, 0]]
    assert strict["limiting"].to_numpy().tolist() == [[0, 0, 0]]


def test_a_parameter_that_is_absent_follows_the_policy():
    strict = load_standard("GB 3097-1997", missing="not-assessed")
    assert classify(_stations(din=[0.1]), strict)["category"].to_numpy().tolist() == [[0]]


def test_land_is_never_a_category():
    grids = make_grids()
    grids["din"] = grids["din"].fillna(0.01)
    classes = classify(grids, GB3097)
    dry = ~grids["wet"]
    for name in ("category", "limiting", "parameter_category"):
        assert int(classes[name].where(dry, 0).sum()) == 0
    assert not classes["probability"].where(dry).notnull().any()


def test_increment_without_background_is_skipped_with_its_reason():
    classes = classify(_stations(din=[0.1]), GB3097, parameters=["din", "ph_departure"])
    assert json.loads(classes.attrs["skipped"]) == {"ph_departure": "needs a background value"}
    judged = classify(
        _stations(din=[0.1], temperature_rise=[1.5]), GB3097, parameters=["din", "temperature_rise"]
    )
    assert judged["category"].to_numpy().tolist() == [[3]]


def test_coliforms_stay_out_unless_asked_for():
    values = _stations(din=[0.1], total_coliforms=[20_000])
    assert classify(values, GB3097)["category"].item() == 1
    asked = {"parameters": ["din", "total_coliforms"]}
    assert classify(values, GB3097, **asked)["category"].item() == 4
    worse = load_standard("GB 3097-1997", open_class="worse")
    assert classify(values, worse, **asked)["category"].item() == 5


def test_saturation_may_give_a_river_its_first_class():
    river = load_standard("GB 3838-2002")
    values = _stations(do=[7.3, 7.3, 4.0, np.nan], do_sat=[95, 85, 95, 95])
    classes = classify(values, river, parameters=["do"])
    assert classes["category"].to_numpy().tolist() == [[1, 2, 1, 0]]


def test_refusals_name_what_is_missing():
    with pytest.raises(CoverageError, match="the field has no tn"):
        classify(_stations(din=[0.1]), load_standard("jp-sea-tn-tp"), parameters=["tn"])
    with pytest.raises(CoverageError, match="it holds nothing. Leave parameters out"):
        classify(_stations(chla=[0.1]), GB3097)
    with pytest.raises(StandardError, match="has no limit for 'chla'"):
        classify(_stations(chla=[0.1]), GB3097, parameters=["chla"])


def test_a_field_without_campaigns_keeps_its_shape():
    one = classify(make_stations().isel(campaign=0, drop=True), GB3097)
    assert one["category"].dims == ("station",)
    assert one["parameter_category"].dims == ("parameter", "station")


def test_order_of_stations_does_not_matter():
    stations = make_stations()
    turned = classify(stations.isel(station=[3, 1, 5, 0, 2, 4]), GB3097)
    assert turned.sel(station=stations["station"]).equals(classify(stations, GB3097))


def test_rules_over_years_get_all_campaigns_at_once():
    parts = [make_grids().isel(campaign=[k]) for k in range(3)]
    assert [f.sizes["campaign"] for f in gather_campaigns(iter(parts), GB3097)] == [1, 1, 1]
    (joined,) = gather_campaigns(iter(parts), load_standard("jp-sea-a", rule="percentile"))
    assert joined["din"].equals(make_grids()["din"])


def test_input_is_not_changed():
    grids = make_grids()
    before = grids.copy(deep=True)
    classify(grids, GB3097)
    assert grids.identical(before)


def test_probability_by_hand():
    # log10(DIN) is Student-t with 5 degrees of freedom: P(class I) = F((log 0.2 - log m) / sd).
    grids = make_grids()
    classes = classify(grids, GB3097)
    mean = grids["din"].to_numpy()[0, 0, 0]
    edges = np.log10([0.2, 0.3, 0.4, 0.5])
    cdf = np.concatenate([[0], stats.t.cdf((edges - np.log10(mean)) / 0.05, 5), [1]])
    found = classes["parameter_probability"].sel(parameter="din")[:, 0, 0, 0]
    assert np.allclose(found, np.diff(cdf), atol=2e-6)
    do = grids["do"].to_numpy()[0, 0, 0]
    both = cdf[1] * stats.t.sf((6 - do) / 0.3, 5)
    assert classes["probability"].sel(category_label="I")[0, 0, 0].item() == pytest.approx(
        both, abs=2e-6
    )


def test_offset_and_normal_scale_are_honoured():
    grids = make_grids()
    grids["din"].attrs["offset"] = 0.05
    grids["din_sd"].attrs["dof"] = np.inf
    found = classify(grids, GB3097)["parameter_probability"].sel(parameter="din")[0, 0, 0, 0]
    z = (np.log10(0.25) - np.log10(grids["din"].to_numpy()[0, 0, 0] + 0.05)) / 0.05
    assert found.item() == pytest.approx(stats.norm.cdf(z), abs=2e-6)


def test_probabilities_add_up_and_land_is_nan():
    grids = make_grids()
    classes = classify(_with_draws(grids), GB3097)
    for name in ("probability", "parameter_probability"):
        total = classes[name].sum("category_label", skipna=False).where(grids["wet"])
        assert np.allclose(total.to_numpy()[..., grids["wet"].to_numpy()], 1, atol=1e-6)


def test_exact_values_have_probability_one():
    stations = make_stations()
    classes = classify(stations, GB3097)
    sure = classes["probability"].idxmax("category_label")
    labels = np.array(["", *classes["category_label"].to_numpy()])
    assert (sure.to_numpy() == labels[classes["category"].to_numpy()]).all()
    assert np.allclose(classes["probability"].max("category_label"), 1)


def test_without_sd_the_probability_is_unknown():
    classes = classify(make_grids().drop_vars("din_sd"), GB3097)
    assert not classes["parameter_probability"].sel(parameter="din").notnull().any()


def test_joint_draws_decide_the_overall_probability():
    classes = classify(_with_draws(make_grids()), GB3097)
    assert classes["probability"].attrs["from"] == "joint draws"
    share = (classes["category_draws"] == 1).mean("draw").to_numpy()
    cells = classes["probability"].sel(category_label="I").to_numpy().reshape(3, -1)
    assert np.allclose(cells[:, classes["cell"].to_numpy()], share)
    worst = classes["parameter_category_draws"].max("parameter")
    assert (worst == classes["category_draws"]).all()


def test_detail_off_gives_the_same_categories():
    full, bare = (classify(make_grids(), GB3097, detail=d) for d in (True, False))
    assert full["category"].equals(bare["category"])
    assert full["limiting"].equals(bare["limiting"])
    assert "parameter_category" not in bare


@given(
    st.sampled_from(["GB 3097-1997", "GB 3838-2002", "us-ncca gulf", "jp-sea"]),
    st.sampled_from([np.float32, np.float64]),
    st.data(),
)
def test_compiled_and_plain_grades_are_the_same(key, dtype, data):
    standard = load_standard(key)
    name = data.draw(st.sampled_from(list(standard.limits)))
    ends = [
        end
        for edge in standard.limits[name].edges
        if edge is not None
        for end in (edge if isinstance(edge, tuple) else (edge,))
    ]
    near = st.one_of(
        st.floats(0, 1e4, width=32), st.just(np.nan), st.sampled_from(ends).map(dtype).map(float)
    )
    values = data.draw(arrays(dtype, 20, elements=near.map(dtype)))
    grades = np.empty(20, np.uint8)
    grade_into(values, standard.bounds(name, dtype).astype(dtype), grades)
    assert (grades == standard.grade(name, values)).all()


def test_without_detail_the_probability_of_the_worst_is_the_same():
    for field in (make_grids(), make_stations()):
        full, lean = (classify(field, GB3097, detail=detail) for detail in (True, False))
        assert {"parameter_probability", "parameter_category"} <= set(full)
        assert not {"parameter_probability", "parameter_category"} & set(lean)
        xr.testing.assert_identical(full["probability"], lean["probability"])
        xr.testing.assert_identical(full["category"], lean["category"])


def test_stations_below_detection_meet_what_asks_for_absence():
    japan = load_standard("jp-sea-a")
    field = _stations(hexane_extract=[0.25, 0.25, 0.6, np.nan])
    lower = xr.DataArray([[0.0, 0.1, 0.6, np.nan]], dims=("campaign", "station"))
    found = classify(field.assign(hexane_extract_lower=lower), japan)
    assert found["category"].to_numpy().tolist() == [[1, 2, 2, 0]]
    assert classify(field, japan)["category"].to_numpy().tolist() == [[2, 2, 2, 0]]
