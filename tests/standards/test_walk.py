"""Every packaged standard and every row of it."""

import numpy as np
import pytest

from bayqa.assess.rules import RULES
from bayqa.parameters import load_parameters
from bayqa.standards import describe_standard, list_standards, load_standard, standard_ids
from bayqa.standards.checks import RULE_OPTIONS

IDS = standard_ids()
ROWS = [(key, name) for key in IDS for name in load_standard(key).limits]


@pytest.mark.parametrize("key", IDS)
def test_standard_is_complete(key):
    standard = load_standard(key)
    assert standard.id == key
    assert standard.title_zh and standard.title_en and standard.source and standard.evidence
    assert standard.rule in RULES
    assert len({c.id for c in standard.categories}) == len(standard.categories)
    assert len({c.color for c in standard.categories}) == len(standard.categories)
    assert set(standard.parameters) <= set(standard.limits)
    assert standard.good and set(standard.good) < {c.id for c in standard.categories}


@pytest.mark.parametrize(("key", "name"), ROWS)
def test_row_grades_as_it_reads(key, name):
    standard = load_standard(key)
    limit = standard.limits[name]
    assert name in load_parameters()
    assert limit.clause and limit.evidence and limit.unit
    classes = standard.options.get("scores", standard.categories)
    assert len(limit.edges) == len(limit.printed) == len(classes) - 1
    if isinstance(limit.statistic, tuple):
        return
    ends = [
        (k, end)
        for k, edge in enumerate(limit.edges, start=1)
        if edge is not None
        for end in (edge if isinstance(edge, tuple) else (edge,))
    ]
    for k, end in ends:
        at, grades = standard.grade(name, end), standard.grade(name, np.array([end]))
        assert at == grades[0]
        assert at <= k if limit.includes(k) else at > k
        beyond = np.array([end * 1.001 + 1e-12, end * 0.999 - 1e-12])
        assert standard.grade(name, beyond).max() > k
    assert standard.grade(name, np.nan) == 0


def test_rules_and_their_options_are_the_same_list():
    assert set(RULES) == set(RULE_OPTIONS)
    assert {load_standard(key).rule for key in IDS} == set(RULES)


@pytest.mark.parametrize("key", IDS)
def test_description_shows_every_row(key):
    standard = load_standard(key)
    table = describe_standard(standard)
    assert list(table["parameter"]) == [*standard.limits, *(note.id for note in standard.notes)]
    assert (table["evidence"] != "").all() and (table["clause"] != "").all()
    scores = [f"score {s:g}" for s in standard.options.get("scores", ())[:-1]]
    assert set(scores or [c.id for c in standard.categories[:-1]]) <= set(table.columns)


def test_list_names_every_id():
    table = list_standards()
    assert tuple(table["id"]) == IDS
    assert {"GB 3097-1997", "GB 3838-2002", "GB 3838-2002 lake", "GB/T 14848-2017", "jp-sea-a",
            "kr-wqi jeju", "eu-bathing-coastal", "eu-wfd", "us-ncca gulf", "asean-marine",
            "ccme-example", "us-tampa-bay OTB"} <= set(IDS)  # fmt: skip


@pytest.mark.parametrize(
    ("key", "rows", "judged", "notes"),
    [
        ("GB 3097-1997", 37, 6, 3),
        ("GB 3838-2002", 24, 21, 0),
        ("GB 3838-2002 lake", 25, 21, 0),
        ("GB 3838-2002 source", 27, 26, 0),
        ("GB/T 14848-2017", 37, 37, 2),
    ],
)
def test_national_standards_have_all_their_rows(key, rows, judged, notes):
    standard = load_standard(key)
    assert len(standard.limits) == rows
    assert len(standard.parameters) == judged
    assert len(standard.notes) == notes


def test_evidence_marks_reach_the_reader():
    table = describe_standard(load_standard("GB 3097-1997")).set_index("parameter")
    assert table.loc["do", "I"] == "> 6"
    assert table.loc["do", "evidence"].startswith("[3+K]")
    assert table.loc["temperature_rise", "evidence"] == "[K]"
    assert table.loc["ph", "III"] == "6.8–8.8"
    assert table.loc["mercury", "I"] == "≤ 0.00005"
    assert table.loc["total_coliforms", "IV"] == "–"
    assert table.loc["floating", "IV"] == "no marked film, foam or debris"
