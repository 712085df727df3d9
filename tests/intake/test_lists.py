import pandas as pd
import pytest

from bayqa.errors import InputError
from bayqa.intake import read_outlets, read_targets

OUTLETS = """一号片区入海排口清单,,,,
排口编号,排口名称,海湾,是否整治,排放量
P1,一号排口,桑沟湾,是,1200
P2,二号排口,桑沟湾,否,
"""


def write(folder, text, encoding="utf-8"):
    path = folder / "list.csv"
    path.write_text(text, encoding=encoding)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-8-sig"])
def test_outlets_by_chinese_headings_in_any_encoding(tmp_path, encoding):
    table = read_outlets(write(tmp_path, OUTLETS, encoding))
    assert table["outlet_id"].tolist() == ["P1", "P2"]
    assert table["bay_id"].tolist() == ["桑沟湾", "桑沟湾"]
    assert table["rectified"].tolist() == ["是", "否"]
    assert table["volume_m3_per_day"].tolist()[0] == 1200
    assert table["volume_m3_per_day"].isna().tolist() == [False, True]
    assert table.attrs["report"][0]["count"] == 2


def test_outlets_as_a_workbook_with_whole_numbers(tmp_path):
    path = tmp_path / "outlets.xlsx"
    pd.DataFrame({"id": ["a"], "lon": [122.5], "lat": [37.1], "year": [2023]}).to_excel(
        path, index=False
    )
    table = read_outlets(path)
    assert table.loc[0, ["lon", "lat"]].tolist() == [122.5, 37.1]
    assert table["year"].tolist() == [2023] and table["year"].dtype.kind == "i"


def test_targets_by_chinese_headings(tmp_path):
    text = "单元编号,指标,年份,现状值,目标值\ns1,cleanliness,2023,0.23,0.25\n"
    row = read_targets(write(tmp_path, text, "gb18030")).iloc[0]
    assert row[["unit_id", "indicator", "year", "value", "target"]].tolist() == [
        "s1", "cleanliness", 2023, 0.23, 0.25,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("read", "text", "message"),
    [
        (read_outlets, "id,name\nP1,x\n", "which bay an outlet belongs to; wanted bay_id"),
        (read_outlets, "id,bay_id,排放量\nP1,b,much\n", "row 2, column volume.*is no number"),
        (read_targets, "unit_id,indicator\ns,x\n", "no column value .*found unit_id, indicator"),
        (read_targets, "alone\n", "no row of headings found; wanted unit_id"),
        (read_outlets, "id,bay,bay\n1,2,3\n", "the heading 'bay' is there twice"),
    ],
)
def test_a_list_that_lacks_something_is_one_sentence(tmp_path, read, text, message):
    with pytest.raises(InputError, match=message):
        read(write(tmp_path, text))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match="none.csv"):
        read_targets(tmp_path / "none.csv")
