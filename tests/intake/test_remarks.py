"""Remarks around a number: read where they leave the number certain, and said."""

import pytest

from bayqa.intake.vocabulary.values import parse_value

from .files import HEAD, ROWS, found, one, read_rows

READ = [
    ("0.35¹", "exact", 0.35, 0.35),
    ("0.35①", "exact", 0.35, 0.35),
    ("0.35†", "exact", 0.35, 0.35),
    ("0.35(平行)", "exact", 0.35, 0.35),
    ("0.35（均值）", "exact", 0.35, 0.35),
    ("约0.35", "exact", 0.35, 0.35),
    ("~0.35", "exact", 0.35, 0.35),
    ("0.35 J", "exact", 0.35, 0.35),
    ("0。35", "exact", 0.35, 0.35),
    ("0·35", "exact", 0.35, 0.35),
    ("<0.01 (LOD)", "below", 0, 0.01),
    ("＜检出限0.01", "below", 0, 0.01),
    ("0.37/0.35", "interval", 0.35, 0.37),
    ("0.35；0.37", "interval", 0.35, 0.37),
    ('="0.35"', "exact", 0.35, 0.35),
    ("10³", "exact", 1000, 1000),
    ("1.2×10⁻³", "exact", 0.0012, 0.0012),
]
LEFT = ["0.35（异常）", "0.35(剔除)", "0.01 (LOD)", "(0.35)", "0.35/7.5", "8/5", "O.35",
        "0.35(0.37)", "#0.35", "3,5", "=A1+B2"]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "lower", "upper"), READ)
def test_a_number_with_a_remark_is_read(text, kind, lower, upper):
    reading = parse_value(text)
    assert (reading.kind, reading.lower, reading.upper) == (kind, lower, upper)


@pytest.mark.parametrize("text", LEFT)
def test_a_remark_of_doubt_or_two_meanings_is_not_read(text):
    assert parse_value(text).kind == "unreadable"


def test_remarks_are_findings_and_notes(tmp_path):
    rows = [list(r) for r in ROWS]
    for row, text in zip(rows, ("0.21①", "0.034(平行)", "0.4(?风浪)"), strict=True):
        row[-1] = text
    samples = read_rows(tmp_path, [HEAD, *rows])
    assert one(samples, "din", "W01")["value"] == 0.21
    assert one(samples, "din", "W01")["flag"] == 2
    assert "①" in one(samples, "din", "W01")["note"]
    assert found(samples, "remark", "doubtful")["found"].tolist() == ["0.21①", "0.4(?风浪)"]
    assert found(samples, "remark", "assumed")["row"].tolist() == [3]
