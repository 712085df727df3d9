"""Samples that are judged by a standard of another water."""

import pytest

from bayqa.assess import assess, classify
from bayqa.assess.kinds import describe_kinds, find_strange_kinds
from bayqa.fields import summarize
from bayqa.sheets.titles import list_remarks
from bayqa.standards import list_standards, load_standard
from tests.builders import make_bays, make_samples


@pytest.mark.parametrize(
    ("water", "standard", "strange"),
    [
        ("sea", "GB 3097-1997", False),
        ("sea", "GB 3838-2002", True),
        ("river", "GB 3838-2002", False),
        ("river", "GB 3097-1997", True),
        ("estuary", "GB 3838-2002", False),
        ("groundwater", "GB/T 14848-2017", False),
        ("river", "GB/T 14848-2017", True),
        ("groundwater", "GB 3838-2002", True),
        ("drinking", "GB 3838-2002", False),
        ("", "GB 3097-1997", False),
        ("sea", "eu-bathing-coastal", False),
    ],
)
def test_which_waters_a_standard_is_made_for(water, standard, strange):
    assert bool(find_strange_kinds([water], load_standard(standard))) == strange


def test_every_standard_can_be_remarked_upon():
    for name in list_standards()["id"]:
        standard = load_standard(name)
        for water in ("sea", "groundwater"):
            texts = describe_kinds([water], standard)
            assert all(standard.id in text for text in texts.values())


def test_stations_carry_the_remark():
    stations = summarize(make_samples(), campaigns="CN-sea")
    assert stations.attrs["water"] == "sea"
    assert "remark" not in classify(stations, "GB 3097-1997").attrs
    told = classify(stations, "GB 3838-2002", parameters=["do"]).attrs["remark"]
    assert told == (
        "the samples are of sea water; GB 3838-2002, by which they are judged, is made for rivers"
    )
    rivers = summarize(make_samples().assign(water="river"), water="river")
    assert "is made for sea water" in classify(rivers, "GB 3097-1997").attrs["remark"]


def test_the_assessment_carries_it_to_its_outputs():
    call = {"spacing": 500, "draws": 0, "method": "idw", "parameters": ["do"]}
    result = assess(make_bays(), make_samples(), "GB 3838-2002", **call)
    table = result.tables["remarks"]
    assert table[["bay_id", "kind"]].to_numpy().tolist() == [["test", "other water"]]
    assert list_remarks(result, "en")[0].startswith("The samples are of sea water; GB 3838-2002")
    assert list_remarks(result, "zh") == ["样品为海水，所用标准 GB 3838-2002 适用于河流"]
    plain = assess(make_bays(), make_samples(), "GB 3097-1997", **call)
    assert "remarks" not in plain.tables and list_remarks(plain, "en") == []
