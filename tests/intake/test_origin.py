"""Values that a file calls made up."""

import pytest

from bayqa.intake import read_samples

from .files import found

HEAD = "station,date,lon,lat,pH,备注\n"
ROW = "W1,2023-05-08,122.5,37.1,8.1,"


def read_text(path, text):
    path.write_text(text, encoding="utf-8")
    return read_samples(path)


@pytest.mark.parametrize(
    "remark", ["演示数据，非观测值", "Demonstration values", "synthetic data", "模拟数据"]
)
def test_a_remark_that_values_are_made_up_stays_with_them(tmp_path, remark):
    samples = read_text(tmp_path / "a.csv", HEAD + ROW + remark + "\n" + ROW.replace("W1", "W2"))
    assert samples.set_index("station")["note"].to_dict() == {
        "W1": "demonstration values",
        "W2": "",
    }
    assert set(samples["flag"]) == {2}
    assert found(samples, "origin", "read")[["row", "count"]].to_numpy().tolist() == [[2, 1]]


def test_a_title_speaks_for_all_rows(tmp_path):
    text = "某湾监测结果（演示数据）,,,,,\n" + HEAD + ROW + "\n"
    assert read_text(tmp_path / "a.csv", text)["note"].tolist() == ["demonstration values"]


def test_other_remarks_say_nothing_of_the_origin(tmp_path):
    assert read_text(tmp_path / "a.csv", HEAD + ROW + "大风\n")["note"].tolist() == [""]
