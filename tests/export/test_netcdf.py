"""The NetCDF file follows CF-1.11 and holds exactly the numbers of the assessment."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import bayqa as bq
from bayqa.export.netcdf import build_cf_dataset, cf_unit
from bayqa.parameters import load_parameters
from tests.builders import make_bays, make_samples


@pytest.fixture(scope="module")
def opened(saved):
    with xr.open_dataset(saved / "grids.nc", engine="h5netcdf", mask_and_scale=False) as dataset:
        yield dataset.load()


def check_compliance(path):
    pytest.importorskip("compliance_checker")
    command = Path(sys.executable).with_name("compliance-checker")
    done = subprocess.run(
        [command, "-t", "cf:1.11", "--criteria", "strict", path],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert "All tests passed!" in done.stdout
    assert "exceptions occurred" not in done.stdout + done.stderr


@pytest.mark.slow
def test_compliance_checker_finds_nothing(saved):
    check_compliance(saved / "grids.nc")


def test_numbers_return_as_stored(result, opened):
    for name in ("din", "do"):
        np.testing.assert_array_equal(opened[name], result.grids[name].astype(np.float32))
    np.testing.assert_array_equal(opened.category, result.classes.category)
    np.testing.assert_allclose(opened.din_sd, result.grids.din_sd, rtol=2**-13)
    np.testing.assert_allclose(opened.probability, result.classes.probability, rtol=2**-13)
    chosen = opened.swap_dims(time="campaign").sel(campaign="2023-summer")
    np.testing.assert_array_equal(
        chosen.do_category,
        result.classes.parameter_category.sel(parameter="do", campaign="2023-summer"),
    )


def test_category_is_a_quality_flag(opened):
    category = opened.category
    assert category.dtype == np.uint8
    assert category.attrs["standard_name"] == "quality_flag"
    assert category.attrs["flag_values"].tolist() == [1, 2, 3, 4, 5]
    assert category.attrs["flag_meanings"] == "I II III IV worse"
    assert category.attrs["_FillValue"] == 0


def test_links_between_variables(opened):
    assert opened.din.attrs["ancillary_variables"] == "din_sd din_category"
    assert opened.din.attrs["grid_mapping"] == "spatial_ref"
    assert opened.din.attrs["basis"] == "mass of N"
    assert opened.spatial_ref.attrs["grid_mapping_name"] == "lambert_azimuthal_equal_area"
    assert opened.time.encoding["calendar"] == "standard"


def test_sd_in_log_units_has_no_standard_name(opened):
    assert "standard_name" not in opened.din_sd.attrs
    assert opened.din_sd.attrs["units"] == "1"
    assert opened.do_sd.attrs["standard_name"].endswith("standard_error")
    assert opened.din_sd.attrs["degrees_of_freedom"] == 5.0


def test_campaigns_that_share_months_need_no_time_axis(result):
    same = {"a": (5, 6), "b": (5, 6), "c": (5, 6)}
    names = ["2023-a", "2023-b", "2023-c"]
    moved = replace(
        result,
        grids=result.grids.assign_coords(campaign=names),
        classes=result.classes.assign_coords(campaign=names),
        settings={"campaigns": same},
    )
    dataset = build_cf_dataset(moved)
    assert dataset.din.dims == ("campaign_number", "y", "x")
    assert "campaign_number" not in dataset.coords


@pytest.mark.parametrize("unit", sorted({row.unit for row in load_parameters().values()}))
def test_every_unit_of_the_table_is_known_to_udunits(unit):
    cf_units = pytest.importorskip("cf_units")
    text, _ = cf_unit(unit)
    cf_units.Unit(text)


def test_turbidity_and_colonies_keep_their_unit_in_words():
    assert cf_unit("NTU") == ("1", "values are in NTU")
    assert cf_unit("CFU/100 mL") == ("(100 mL)-1", "values are in CFU/100 mL")
    assert cf_unit("MPN/L") == ("L-1", "values are in MPN/L")


@pytest.fixture(scope="module")
def assessed():
    more = {"spacing": 400, "draws": 0, "parameters": ["din", "do"]}
    return bq.assess(make_bays(), make_samples(), **more)


def test_what_a_map_rests_on_stands_beside_it(assessed, tmp_path):
    bq.save(assessed, tmp_path, formats=["netcdf"])
    opened, evidence = xr.load_dataset(tmp_path / "grids.nc"), assessed.evidence
    distance = evidence["station_distance"].to_numpy()
    wanted = np.where(np.isfinite(distance), distance, np.nan)
    np.testing.assert_array_equal(opened["station_distance"], wanted)
    assert opened["station_distance"].attrs["units"] == "m"
    for name in ("din", "do"):
        one = evidence.sel(parameter=name)
        np.testing.assert_array_equal(opened[f"{name}_range_m"], one["range_m"])
        np.testing.assert_array_equal(opened[f"{name}_prior_sd"], one["prior_sd"])
        np.testing.assert_array_equal(opened[f"{name}_network"], one["network"])
        assert opened[f"{name}_prior_sd"].attrs["scale"] == opened[f"{name}_sd"].attrs["scale"]


def test_an_assessment_without_evidence_is_written_all_the_same(assessed):
    bare = build_cf_dataset(replace(assessed, evidence=None))
    assert "station_distance" not in bare and "din_range_m" not in bare


@pytest.mark.slow
def test_compliance_checker_finds_nothing_in_a_whole_assessment(assessed, tmp_path):
    bq.save(assessed, tmp_path, formats=["netcdf"])
    check_compliance(tmp_path / "grids.nc")
