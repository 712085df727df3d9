"""Bays of one region that are judged by standards of their own."""

import json

import pandas as pd
import pytest

from bayqa.errors import InputError
from bayqa.region import check_any, iterate_results, read_region, run_region
from bayqa.region.bay import work_key
from bayqa.region.inputs import read_material

OWN = """
[bay.other]
standard = "jp-sea"
target_good_share = 0.7
"""
PAGES = ("page = false", "page = true"), ("atlas = false", "atlas = true")


def _write(folder, name, more, *pairs):
    text = (folder / "region.toml").read_text(encoding="utf-8")
    for old, new in [*pairs, ('folder = "out"', f'folder = "out-{name}"')]:
        assert old in text
        text = text.replace(old, new)
    path = folder / f"{name}.toml"
    path.write_text(text + more, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def path(region_folder):
    return _write(region_folder, "own", OWN, *PAGES)


@pytest.fixture(scope="module")
def run(path):
    return run_region(read_region(path))


def test_each_bay_is_judged_by_its_own_standard(run):
    used = {str(r.bays.index[0]): r.standard.id for r in iterate_results(run)}
    assert used == {"test": "GB 3097-1997", "other": "jp-sea"}
    shares = pd.read_csv(run.folder / "shares.csv")
    said = shares.groupby("bay_id")["standard"].unique()
    assert {bay: list(ids) for bay, ids in said.items()} == {k: [v] for k, v in used.items()}
    assert set(shares.query("bay_id == 'other'")["category"]) >= {"A", "B", "C", "worse"}


def test_the_other_bays_are_as_they_are_without(run, region_folder):
    alone = run_region(read_region(_write(region_folder, "plain", "")), bays=["test"], sheets=False)
    mine = run.tables["shares"].query("bay_id == 'test'").reset_index(drop=True)
    pd.testing.assert_frame_equal(mine, alone.tables["shares"])


def test_the_rating_of_the_sea_is_of_the_bays_that_have_its_classes(run):
    ratings = run.tables["ratings"].set_index(["bay_id", "campaign"])
    assert set(ratings.index.get_level_values(0)) == {"test", "all"}
    both = ratings.loc[[("test", "annual"), ("all", "annual")]]
    assert both["area_km2"].nunique() == 1


def test_the_headline_says_that_the_bays_have_their_own(run):
    basis = run.tables["headline"].set_index("figure").loc["good_share", "basis"]
    assert basis.startswith("2 bays") and basis.endswith("each by its own of 2 standards")
    assert set(run.tables["pooled"]["standards"]) == {"GB 3097-1997; jp-sea"}


def test_a_legend_holds_one_standard(run):
    made = {p.name for p in run.folder.glob("*.*") if p.suffix in (".html", ".pdf")}
    assert {name for name in made if name.startswith("index")} == {
        "index-gb-3097-1997.html", "index-jp-sea.html"}  # fmt: skip
    assert {name for name in made if name.startswith("atlas")} == {
        "atlas-gb-3097-1997.pdf", "atlas-jp-sea.pdf"}  # fmt: skip
    page = (run.folder / "index-jp-sea.html").read_text(encoding="utf-8")
    assert "jp-sea" in page and '"id":"IV"' not in page
    assert [text for text in run.doubts if "an atlas and a page for each" in text]


def test_a_page_of_all_bays_from_an_earlier_run_does_not_stay(region_folder, run, path):
    old = run.folder / "index.html"
    old.write_text("of an earlier run", encoding="utf-8")
    run_region(read_region(path), resume=True)
    assert not old.exists()


def test_the_manifest_holds_what_was_asked(run):
    document = json.loads((run.folder / "manifest.json").read_text(encoding="utf-8"))
    assert document["region"]["bay"]["other"]["standard"] == "jp-sea"
    own = json.loads((run.folder / "other" / "manifest.json").read_text(encoding="utf-8"))
    assert own["standard"]["id"] == "jp-sea"


def test_only_the_bay_that_is_asked_otherwise_is_made_again(region_folder, path):
    region, plain = read_region(path), read_region(region_folder / "region.toml")
    plain = plain.model_copy(update={"output": region.output, "sheets": region.sheets})
    material = read_material(region)
    keys = {
        bay: {work_key(r.narrow(bay), material, bay, True) for r in (region, plain)}
        for bay in ("test", "other")
    }
    assert len(keys["test"]) == 1 and len(keys["other"]) == 2


def test_the_target_of_a_bay_goes_before_that_of_the_region(path):
    region = read_region(path)
    wanted = region.assess.model_copy(update={"target_good_share": 0.9})
    bays = read_material(region.model_copy(update={"assess": wanted})).bays
    assert bays["target_good_share"].to_dict() == {"test": 0.9, "other": 0.7, "empty": 0.9}


def test_a_list_made_for_one_standard_says_nothing_about_another(region_folder):
    text = '[bay.test]\nparameters = "do"\n[bay.other]\nstandard = "jp-sea"\n'
    region = read_region(_write(region_folder, "lists", text))
    assert region.narrow("test").assess.parameters == ["do"]
    assert region.narrow("test").assess.standard == "GB 3097-1997"
    assert region.narrow("other").assess.parameters is None
    assert region.narrow("empty").assess == region.assess


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ('[bay.test]\nstandrd = "x"\n', "unknown key 'bay.test.standrd'; did you mean 'standard'"),
        ('[bay]\nstandard = "x"\n', r"'bay.standard' is no bay; write \[bay.ID\]"),
        ("[bay.test]\ntarget_good_share = 2\n", "'bay.test.target_good_share' is 2"),
    ],
)
def test_a_wrong_key_is_one_sentence(region_folder, more, message):
    with pytest.raises(InputError, match=message):
        read_region(_write(region_folder, "wrong", more))


def test_a_bay_that_is_none_of_the_regions_is_refused(region_folder):
    path = _write(region_folder, "strange", '[bay.othr]\nstandard = "jp-sea"\n')
    with pytest.raises(InputError, match=r"\[bay.ID\]: no bay othr .* did you mean other"):
        run_region(read_region(path))
    findings, _, code = check_any(path)
    assert code == 2 and "no bay othr" in findings["message"].item()


def test_check_tells_of_each_bay_what_nobody_measured(region_folder):
    text = '[bay.other]\nparameters = ["din", "cod_mn"]\n'
    findings, summary, _ = check_any(_write(region_folder, "unmeasured", text))
    row = findings[findings["message"].str.contains("judges")].squeeze()
    assert (row["column"], row["found"]) == ("cod_mn", "other")
    assert "72 of 72 values" in summary


def test_check_refuses_the_lost_standard_of_a_bay(region_folder):
    path = _write(region_folder, "lost-own", '[bay.other]\nstandard = "no-such-rule"\n')
    findings, _, code = check_any(path)
    assert code == 2 and "no standard is called 'no-such-rule'" in findings["message"].item()


def test_check_tells_of_samples_judged_by_a_standard_of_another_water(region_folder):
    path = _write(region_folder, "rivers", '[bay.other]\nstandard = "GB 3838-2002"\n')
    row = check_any(path)[0].query("kind == 'standard'").squeeze()
    assert (row["action"], row["found"]) == ("doubtful", "GB 3838-2002")
    assert "the samples are of sea water; GB 3838-2002" in row["message"]
