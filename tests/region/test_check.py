import pytest

from bayqa.errors import BayqaError
from bayqa.region import check_any


def test_a_region_is_read_and_nothing_is_written(region_folder):
    before = sorted(p.name for p in region_folder.iterdir())
    findings, summary, code = check_any(region_folder / "region.toml")
    assert sorted(p.name for p in region_folder.iterdir()) == before
    assert "small: 3 bays, 12 stations, 72 of 72 values would be used" in summary
    # The third bay has no station, which is doubtful and not wrong.
    assert code == 1
    assert findings.query("kind == 'coverage'")["row"].tolist() == ["empty"]


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
