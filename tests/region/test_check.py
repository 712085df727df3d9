import geopandas as gpd
import pandas as pd
import pytest

from bayqa.errors import BayqaError
from bayqa.region import check_any, sum_up


def test_a_region_is_read_and_nothing_is_written(region_folder):
    before = sorted(p.name for p in region_folder.iterdir())
    findings, summary, code = check_any(region_folder / "region.toml")
    assert sorted(p.name for p in region_folder.iterdir()) == before
    assert "small: 3 bays, 12 stations, 72 of 72 values would be used" in summary
    # The third bay has no station, which is doubtful and not wrong.
    assert code == 1
    assert findings.query("kind == 'coverage'")["found"].tolist() == ["empty"]


def test_strict_turns_doubts_into_refusals(region_folder):
    _, summary, code = check_any(region_folder / "region.toml", strict=True)
    assert code == 2
    assert "refused, since --strict is set" in summary


def test_a_single_table_and_a_single_layer(region_folder, tmp_path):
    findings, summary, code = check_any(region_folder / "samples.csv", report=tmp_path / "report")
    assert code == 0, summary
    assert {"intake_report.csv", "intake_report.html"} <= {
        p.name for p in (tmp_path / "report").iterdir()
    }
    # The three bays of the fixture bear one name, which is worth a doubt.
    assert check_any(region_folder / "bays.gpkg")[2] == 1
    assert check_any(region_folder / "land.gpkg")[2] == 0


def test_an_unusable_input_is_a_finding_with_exit_code_two(region_folder):
    path = region_folder / "broken.toml"
    text = (region_folder / "region.toml").read_text(encoding="utf-8")
    path.write_text(text.replace("samples.csv", "region.toml"), encoding="utf-8")
    findings, summary, code = check_any(path)
    assert code == 2
    assert findings["action"].tolist() == ["refused"]
    shown = sum_up(findings)
    assert shown[["row", "count"]].to_numpy().tolist() == [["", 1]]


@pytest.mark.parametrize("water", ["standard", "rivers", "drinking", "groundwater"])
def test_a_standard_that_is_not_there_is_found_before_the_run(region_folder, water):
    path = region_folder / "lost.toml"
    text = (region_folder / "region.toml").read_text(encoding="utf-8")
    path.write_text(
        text.replace("[assess]", f'[assess]\n{water} = "lost-rule.toml"'), encoding="utf-8"
    )
    findings, _, code = check_any(path)
    assert code == 2
    assert "lost-rule.toml: no such file" in findings["message"].item()


def test_a_wrong_region_file_is_an_error(tmp_path):
    path = tmp_path / "r.toml"
    path.write_text("[region]\nid = 5\n", encoding="utf-8")
    with pytest.raises(BayqaError, match="'region.id' is 5"):
        check_any(path)


def test_values_outside_the_campaigns_are_told(region_folder):
    path = region_folder / "dry.toml"
    text = (region_folder / "region.toml").read_text(encoding="utf-8")
    path.write_text(text + "\n[campaigns]\nscheme = { dry = [1, 2] }\n", encoding="utf-8")
    row = check_any(path)[0].query("kind == 'campaigns'").iloc[0]
    assert row["count"] == 72
    assert "their values are not used. Set `scheme` in [campaigns]" in row["message"]


def _changed(folder, name, *pairs, more=""):
    text = (folder / "region.toml").read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path = folder / name
    path.write_text(text + more, encoding="utf-8")
    return path


def test_findings_of_bays_and_land_are_told_too(region_folder):
    findings, _, _ = check_any(region_folder / "region.toml")
    assert {"bays.gpkg", "land.gpkg", "samples.csv"} <= set(findings["file"])


def test_only_what_the_region_asks_for_counts_as_used(region_folder):
    path = _changed(region_folder, "one.toml", ('["din", "do"]', '["din"]'))
    assert "36 of 72 values would be used" in check_any(path)[1]
    path = _changed(region_folder, "deep.toml", more='\n[campaigns]\nlayer = "bottom"\n')
    findings, summary, code = check_any(path)
    assert "0 of 72 values would be used" in summary and code == 2
    assert "no value is left to make a map from" in findings["message"].iloc[-1]


def test_what_the_standard_wants_and_nobody_measured_is_told(region_folder):
    path = _changed(region_folder, "more.toml", ('["din", "do"]', '["din", "oil", "dip"]'))
    row = check_any(path)[0].query("column == 'oil, dip'").iloc[0]
    assert row["action"] == "doubtful"
    assert "GB 3097-1997 judges oil, dip too" in row["message"]


def test_seasons_of_the_north_are_doubted_in_the_south(region_folder):
    south = gpd.read_file(region_folder / "bays.gpkg")
    south.set_geometry(south.translate(0, -70).set_crs(4326)).to_file(region_folder / "south.gpkg")
    path = _changed(region_folder, "south.toml", ('"bays.gpkg"', '"south.gpkg"'))
    assert check_any(path)[0]["message"].str.contains('scheme = "season-south"').sum() == 1


def test_outlets_of_bays_that_are_none_are_told(region_folder):
    (region_folder / "outlets.csv").write_text("id,bay_id\nP1,test\nP2,elsewhere\n")
    path = _changed(region_folder, "outlets.toml", ("[water]", 'outlets = "outlets.csv"\n[water]'))
    row = check_any(path)[0].query("file == 'outlets'").iloc[0]
    assert row["found"] == "elsewhere"
    assert "belong to no bay" in row["message"]


def test_the_screen_shows_the_gravest_first_and_sheets_together():
    one = {"file": "a.xlsx", "column": "", "kind": "rows", "action": "read", "message": "rows"}
    rows = [{**one, "sheet": s, "row": 2, "found": s, "count": 3} for s in ("May", "August")]
    rows.append({**one, "sheet": "May", "row": 0, "found": "", "count": 1, "action": "doubtful"})
    table = sum_up(pd.DataFrame(rows))
    assert table["action"].tolist() == ["doubtful", "read"]
    assert table["sheet"].tolist() == ["May", "2 sheets"]
    assert table["count"].tolist() == [1, 6]
    assert table["row"].tolist() == ["", 2]
