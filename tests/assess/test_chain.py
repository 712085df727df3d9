import dataclasses

import numpy as np
import pandas as pd
import pytest

import bayqa as bq
from bayqa.assess.categories.doubt import find_evidence
from bayqa.assess.chain import choose_spacing, label
from bayqa.errors import CoverageError, InputError
from tests.builders import BAY, make_bays, make_samples


@pytest.fixture(scope="module")
def result():
    return bq.assess(make_bays(), make_samples(), spacing=200, draws=40)


def test_areas_of_all_categories_equal_the_bay(result):
    water = BAY.area / 1e6
    sums = result.shares.groupby(["campaign", "parameter"])["area_km2"].sum()
    assert sums.to_numpy() == pytest.approx(np.full(len(sums), water), rel=1e-6)


def test_the_year_is_the_mean_of_its_campaigns(result):
    keys = ["parameter", "category"]
    table = result.shares.set_index([*keys, "campaign"])["share"].unstack()
    surveys = table.drop(columns="annual")
    assert table["annual"].to_numpy() == pytest.approx(surveys.mean(axis=1).to_numpy(), abs=1e-12)


def test_the_same_inputs_give_the_same_numbers(result):
    again = bq.assess(make_bays(), make_samples(), spacing=200, draws=40)
    pd.testing.assert_frame_equal(again.shares, result.shares, check_exact=True)
    assert again.provenance["run_id"] == result.provenance["run_id"]


def test_another_seed_moves_only_the_intervals(result):
    other = bq.assess(make_bays(), make_samples(), spacing=200, draws=40, seed=2)
    assert other.shares["share"].to_numpy() == pytest.approx(result.shares["share"].to_numpy())
    assert not np.allclose(other.shares["share_mean"], result.shares["share_mean"])


def test_draws_are_dropped_and_their_shares_kept(result):
    assert not [v for v in result.grids.data_vars if "draws" in str(v)]
    assert result.tables["good_draws"]["draw"].nunique() == 40
    assert result.shares["share_low"].notna().all()


def test_demonstration_values_are_labelled_by_their_own_notes():
    samples = make_samples().assign(note="演示数据，非观测值")
    found = bq.assess(make_bays(), samples, spacing=400, method="idw")
    assert found.provenance["data_note_en"] == "demonstration values"
    real = bq.assess(make_bays(), make_samples(), spacing=400, method="idw")
    assert real.provenance["data_note_en"] == ""


def test_inputs_are_left_as_they_were():
    bays, samples = make_bays(), make_samples()
    kept = samples.copy(deep=True)
    bq.assess(bays, samples, spacing=400, method="idw")
    pd.testing.assert_frame_equal(samples, kept)


def test_no_sample_near_the_bay_is_said():
    far = make_samples()
    far = far.set_geometry(far.translate(5.0, 0.0)).set_crs(4326)
    with pytest.raises(CoverageError, match="no sample of sea water lies within 500 m of test"):
        bq.assess(make_bays(), far)


def test_no_assessed_parameter_is_said():
    with pytest.raises(CoverageError, match="none of oil was measured here; .* hold d"):
        bq.assess(make_bays(), make_samples(), parameters=["oil"])


def test_a_missing_crs_is_said():
    with pytest.raises(InputError, match="have no CRS"):
        bq.assess(make_bays(), make_samples().set_crs(None, allow_override=True))


@pytest.mark.parametrize(("cells", "spacing"), [(20_000, 25.0), (400, 150.0), (40, 500.0)])
def test_spacing_is_round(cells, spacing):
    # 11.5 km2: sqrt(11.5e6 / 20 000) = 24 m, / 400 = 170 m, / 40 = 536 m.
    assert choose_spacing(make_bays(), cells) == spacing


def test_labels_are_added_to_a_copy(result):
    marked = label(result, data_note_en="made up")
    assert marked.provenance["data_note_en"] == "made up"
    assert result.provenance["data_note_en"] == ""


@pytest.mark.parametrize(("method", "has_intervals"), [("kriging", True), ("idw", False)])
def test_shares_have_intervals_where_the_method_has_a_model_of_error(method, has_intervals):
    found = bq.assess(make_bays(), make_samples(), spacing=400, method=method)
    assert found.shares["share"].notna().all()
    known = found.shares["share_low"].notna()
    assert known.all() if has_intervals else not known.any()
    assert found.settings["draws"] == (200 if has_intervals else 0)


def test_the_result_carries_how_far_its_data_reach(result):
    found = result.evidence
    assert found["range_m"].dims == found["prior_sd"].dims == ("parameter", "campaign")
    assert list(found["campaign"].values) == list(result.classes["campaign"].values)
    assert list(found["parameter"].values) == list(result.classes["parameter"].values)
    assert (found["range_m"] > 0).all() and (found["prior_sd"] > 0).all()
    wet = result.water["wet"].to_numpy()
    assert np.isfinite(found["station_distance"].to_numpy()[:, wet]).all()
    # The same as measured afresh from stations and grids.
    again = find_evidence(dataclasses.replace(result, evidence=None))
    assert again["station_distance"].equals(found["station_distance"])
