import json
from importlib import resources
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import rasterio

from bayqa.errors import InputError
from bayqa.region import bay as work
from bayqa.region import engine, iterate_results, read_region, run_region
from bayqa.region.inputs import read_material


@pytest.fixture(scope="module")
def run(region_folder):
    return run_region(read_region(region_folder / "region.toml"))


def test_one_failed_bay_does_not_stop_the_others(run):
    errors = {o.bay_id: o.error for o in run.outcomes}
    assert errors["test"] == "" and errors["other"] == ""
    assert "no sample of sea water lies within" in errors["empty"]
    assert run.failures == [f"empty: {errors['empty']}"]
    assert run.summary.startswith("2 of 3 bays done")
    assert run.doubts == []


def test_every_output_is_there_and_none_is_half(run):
    for bay in ("test", "other"):
        names = {p.name for p in (run.folder / bay).rglob("*") if p.is_file()}
        assert {"grids.nc", "manifest.json", "shares.csv"} <= names
        assert [n for n in names if n.startswith("category-2023-autumn")]
    assert not list(run.folder.rglob("*.tmp"))
    assert (run.folder / "headline.csv").exists()


def test_the_manifest_says_what_made_the_numbers(run):
    document = json.loads((run.folder / "manifest.json").read_text(encoding="utf-8"))
    assert set(document["inputs"]) == {"bays.gpkg", "land.gpkg", "samples.csv"}
    assert document["region"]["water"]["spacing"] == 250
    assert document["bays"]["empty"]["error"]
    assert len(document["files"]["headline.csv"]) == 64


def test_shares_of_the_region_are_those_of_its_bays(run):
    table = pd.read_csv(run.folder / "shares.csv")
    parts = [r.shares for r in iterate_results(run)]
    assert len(table) == sum(map(len, parts))
    assert table["bay_id"].unique().tolist() == ["test", "other"]


def test_the_region_headline_is_weighted_by_area(run):
    pooled = run.tables["pooled"].set_index("campaign")
    good = run.tables["good"]
    own = good[(good["parameter"] == "overall") & (good["campaign"] == "annual")]
    # Both bays are of one size, so the region is their plain mean.
    assert pooled.loc["annual", "share"] == pytest.approx(own["share"].mean(), rel=1e-3)
    assert pooled.loc["annual", "share_low"] <= pooled.loc["annual", "share_high"]


def test_resume_keeps_what_is_done_and_repeats_what_changed(run, region_folder):
    region = read_region(region_folder / "region.toml")
    again = run_region(region, resume=True)
    assert [o.resumed for o in again.outcomes] == [True, True, False]
    pd.testing.assert_frame_equal(again.tables["shares"], run.tables["shares"])
    changed = region.model_copy(update={"fields": region.fields.model_copy(update={"seed": 9})})
    once = run_region(changed, bays=["test"], resume=True, sheets=False)
    assert not once.outcomes[0].resumed


def test_work_of_another_state_of_the_code_is_not_kept(run, region_folder, monkeypatch):
    region = read_region(region_folder / "region.toml")
    material = read_material(region)
    key = work.work_key(region, material, "test", False)
    assert work.work_key(region, material, "test", False) == key
    monkeypatch.setattr(work, "source_digest", lambda: "other code")
    other = work.work_key(region, material, "test", False)
    monkeypatch.setattr(work, "package_versions", lambda: {"numpy": "0"})
    assert len({key, other, work.work_key(region, material, "test", False)}) == 3
    again = work.run_bay(region, material, "test", resume=True, sheets=False)
    assert not again.resumed
    # Back to this code: what another one left is not taken either.
    monkeypatch.undo()
    assert not work.run_bay(region, material, "test", resume=True).resumed


def test_own_standard_lies_beside_the_region_file(region_folder):
    folder, region = region_folder, read_region(region_folder / "region.toml")
    text = resources.files("bayqa.standards").joinpath("data/us-ncca.toml").read_text("utf-8")
    (folder / "mine.toml").write_text(text, encoding="utf-8")
    own = region.model_copy(
        update={"assess": region.assess.model_copy(update={"standard": "mine.toml southeast"})}
    )
    material = read_material(own)
    key = work.work_key(own, material, "test", False)
    assert work.run_bay(own, material, "test", sheets=False).error == ""
    assert work.load_result(own, "test").standard.variant == "southeast"
    (folder / "mine.toml").write_text(text + "\n# changed\n", encoding="utf-8")
    assert work.work_key(own, material, "test", False) != key


def test_a_second_run_gives_the_same_bytes(region_folder):
    region = read_region(region_folder / "region.toml")
    made = []
    for _ in range(2):
        folder = run_region(region, bays=["test"]).folder / "test"
        sheet = folder / "sheets" / "category-2023-autumn-a4-landscape.png"
        made.append((sheet.read_bytes(), (folder / "grids.nc").read_bytes()))
    assert made[0] == made[1]


def test_an_unknown_bay_is_named(region_folder):
    with pytest.raises(InputError, match="no bay nowhere in the bays file; it holds test"):
        run_region(read_region(region_folder / "region.toml"), bays=["nowhere"])


def test_a_bay_with_a_slip_in_its_name_is_guessed(region_folder):
    with pytest.raises(InputError, match="did you mean other"):
        run_region(read_region(region_folder / "region.toml"), bays=["othr"])


def test_a_missing_file_is_named(region_folder):
    path = region_folder / "lost.toml"
    text = (region_folder / "region.toml").read_text(encoding="utf-8")
    path.write_text(text.replace('"land.gpkg"', '"coast.gpkg"'), encoding="utf-8")
    with pytest.raises(InputError, match="coast.gpkg: no such file under"):
        run_region(read_region(path))


@pytest.mark.slow
def test_two_processes_give_what_one_gives(run, region_folder):
    region = read_region(region_folder / "region.toml")
    other = run_region(region, jobs=2, sheets=False)
    pd.testing.assert_frame_equal(other.tables["shares"], run.tables["shares"])
    assert [o.bay_id for o in other.outcomes] == [o.bay_id for o in run.outcomes]


def test_a_bug_in_one_bay_is_shown_and_the_others_are_kept(run, region_folder, monkeypatch):
    from bayqa.region import bay as room

    compute = room._compute

    def broken(region, material, bay_id, progress):
        if bay_id == "test":
            raise ZeroDivisionError("made for the test")
        return compute(region, material, bay_id, progress)

    monkeypatch.setattr(room, "_compute", broken)
    found = run_region(read_region(region_folder / "region.toml"), sheets=False)
    outcomes = {o.bay_id: o for o in found.outcomes}
    assert outcomes["test"].error.startswith("ZeroDivisionError: made for the test (a bug")
    assert "in broken" in outcomes["test"].traceback
    assert outcomes["other"].error == "" and outcomes["empty"].traceback == ""
    assert found.tables["shares"]["bay_id"].unique().tolist() == ["other"]
    assert [line.split(":")[0] for line in found.failures] == ["test", "empty"]


def test_a_rule_without_good_shares_still_ends_in_tables(region_folder):
    samples = (region_folder / "samples.csv").read_text(encoding="utf-8")
    (region_folder / "green.csv").write_text(samples.replace(",din,", ",chla,"), encoding="utf-8")
    text = (region_folder / "region.toml").read_text(encoding="utf-8")
    text = text.replace("samples.csv", "green.csv").replace('"out"', '"green"')
    text = text.replace('parameters = ["din", "do"]', 'standard = "us-tampa-bay OTB"')
    (region_folder / "green.toml").write_text(text, encoding="utf-8")
    done = run_region(read_region(region_folder / "green.toml"), bays=["test"], sheets=False)
    assert done.failures == []
    assert "pooled" not in done.tables and len(done.tables["shares"])
    assert len(done.doubts) == 1 and "test: all water is not assessed" in done.doubts[0]
    assert (done.folder / "manifest.json").exists()


def test_the_manifest_shows_no_folder_of_this_machine(region_folder, tmp_path):
    text = (region_folder / "region.toml").read_text(encoding="utf-8")
    far = tmp_path / "private"
    far.mkdir()
    (far / "samples.csv").write_bytes((region_folder / "samples.csv").read_bytes())
    text = text.replace('"samples.csv"', f'"{(far / "samples.csv").as_posix()}"')
    text = text.replace('folder = "out"', f'folder = "{(far / "out").as_posix()}"')
    (region_folder / "far.toml").write_text(text, encoding="utf-8")
    done = run_region(read_region(region_folder / "far.toml"), bays=["test"], sheets=False)
    for path in far.rglob("manifest.json"):
        assert str(tmp_path) not in path.read_text(encoding="utf-8")
    document = json.loads((done.folder / "manifest.json").read_text(encoding="utf-8"))
    assert document["region"]["inputs"]["samples"] == ["samples.csv"]
    assert document["region"]["output"]["folder"] == "out"


def test_kriging_follows_a_raster_of_the_region_file(region_folder):
    bay = read_material(read_region(region_folder / "region.toml")).bays.loc[["test"]]
    west, south, east, north = bay.total_bounds + np.array([-0.05, -0.05, 0.05, 0.05])
    depth = np.tile(np.linspace(1, 30, 50), (50, 1)).astype("float32")
    place = rasterio.transform.from_bounds(west, south, east, north, 50, 50)
    form = {"driver": "GTiff", "dtype": "float32", "crs": 4326, "transform": place}
    with rasterio.open(region_folder / "d.tif", "w", width=50, height=50, count=1, **form) as out:
        out.write(depth, 1)
    text = (region_folder / "region.toml").read_text(encoding="utf-8").replace('"out"', '"deep"')
    text = text.replace("[water]", 'covariates = { depth = "d.tif" }\n[water]')
    text = text.replace("[fields]", '[fields]\nmethod = "kriging"\noptions = { drift = ["depth"] }')
    (region_folder / "deep.toml").write_text(text, encoding="utf-8")
    region = read_region(region_folder / "deep.toml")
    done = run_region(region, bays=["test"], sheets=False)
    assert done.failures == []
    result = next(iterate_results(done))
    assert result.settings["options"] == {"drift": ["depth"]}
    assert "d.tif" in result.provenance["inputs"]
    (region_folder / "d.tif").unlink()
    with pytest.raises(InputError, match="d.tif: no such file"):
        read_material(region)


def test_positions_may_stand_in_a_file_of_their_own(region_folder):
    table = pd.read_csv(region_folder / "samples.csv")
    table.drop(columns=["lon", "lat"]).to_csv(region_folder / "bare.csv", index=False)
    places = table[["station_id", "lon", "lat"]].drop_duplicates()
    (region_folder / "lists").mkdir(exist_ok=True)
    places.to_csv(region_folder / "lists" / "stations.csv", index=False)
    text = (region_folder / "region.toml").read_text(encoding="utf-8")
    (region_folder / "map.toml").write_text('stations = "lists/stations.csv"\n', encoding="utf-8")
    for wanted in (
        'samples = "bare.csv"\nstations = "lists/stations.csv"',
        'samples = ["bare.csv", "lists/stations.csv"]',
        'samples = "bare.csv"\nmapping = "map.toml"',
    ):
        path = region_folder / "listed.toml"
        path.write_text(text.replace('samples = ["samples.csv"]', wanted), encoding="utf-8")
        found = read_material(read_region(path)).samples
        whole = read_material(read_region(region_folder / "region.toml")).samples
        assert found.geometry.geom_equals(whole.geometry).all()
        assert found["flag"].tolist() == whole["flag"].tolist()


def test_a_folder_that_cannot_be_written_is_told_before_the_work(region_folder):
    (region_folder / "taken").write_text("a file", encoding="utf-8")
    text = (region_folder / "region.toml").read_text(encoding="utf-8")
    path = region_folder / "taken.toml"
    path.write_text(text.replace('"out"', '"taken"'), encoding="utf-8")
    with pytest.raises(InputError, match="taken: nothing can be written here .*in .output."):
        run_region(read_region(path))


@pytest.mark.parametrize("driver", [OSError(28, "No space left on device"), RuntimeError("layer")])
def test_a_full_disc_is_no_bug(run, region_folder, monkeypatch, driver):
    def full(*args, **kwargs):
        raise driver

    monkeypatch.setattr(work, "_compute", full)
    monkeypatch.setattr(work.shutil, "disk_usage", lambda folder: SimpleNamespace(free=0))
    region = read_region(region_folder / "region.toml")
    outcome = work.attempt_bay(region, read_material(region), "test")
    assert "make room" in outcome.error and "--resume" in outcome.error
    assert "bug" not in outcome.error and outcome.traceback == ""


def test_no_more_workers_than_bays_and_processors(run, region_folder, monkeypatch):
    # A single worker is this process, which needs no cluster.
    monkeypatch.setattr(engine, "_client", lambda *given: pytest.fail("a cluster was started"))
    region = read_region(region_folder / "region.toml")
    assert run_region(region, bays=["test"], jobs=8, resume=True).failures == []
    monkeypatch.setattr(engine, "_processors", lambda: 1)
    assert len(run_region(region, jobs=8, resume=True, sheets=False).outcomes) == 3
