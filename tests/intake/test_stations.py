"""Station ids that a spreadsheet changed, blocks of means, and texts with odd quotes or pages."""

from __future__ import annotations

import pytest

from bayqa.intake import read_samples
from bayqa.intake.places.positions import parse_angles

from .files import DIN, HEAD, ROWS, found, read_rows, values, write_text


def test_ids_that_all_end_with_a_zero_are_whole(tmp_path):
    rows = [[f"{k}.0", *row[1:]] for k, row in enumerate(ROWS, 101)]
    samples = read_rows(tmp_path, [HEAD, *rows])
    assert set(samples["station"]) == {"101", "102", "103"}
    assert len(found(samples, "station", "assumed")) == 1
    mixed = read_rows(tmp_path, [HEAD, *rows[:2], ["103.5", *ROWS[2][1:]]])
    assert set(mixed["station"]) == {"101.0", "102.0", "103.5"}


def test_ids_that_became_dates_are_a_doubt(tmp_path):
    rows = [[f"2023-01-0{k}", *row[1:]] for k, row in enumerate(ROWS, 2)]
    told = found(read_rows(tmp_path, [HEAD, *rows]), "station", "doubtful")
    assert told["found"].tolist() == ["2023-01-02"]


def test_blocks_of_means_are_left_out(tmp_path):
    rows = [
        ["站位", "经度", "纬度", "2023年5月", "", "2023年8月", "", "年均值", ""],
        ["", "", "", *["无机氮(mg/L)", "pH"] * 3],
        ["W01", "122.5", "37.1", "0.2", "8.1", "0.4", "8.2", "0.3", "8.15"],
    ]
    samples = read_rows(tmp_path, rows)
    assert values(samples, "din").tolist() == [0.2, 0.4]
    assert values(samples, "ph").tolist() == [8.1, 8.2]


@pytest.mark.parametrize("quote", ["'{}'", '"{}"'])
@pytest.mark.parametrize("sep", [",", ", ", ";"])
def test_quotes_of_either_kind(tmp_path, quote, sep):
    rows = [[quote.format(c) for c in row] for row in [HEAD, *ROWS]]
    samples = read_samples(write_text(tmp_path / "a.csv", rows, sep=sep))
    assert values(samples, "din").tolist() == DIN


@pytest.mark.parametrize("page", ["cp1251", "koi8-r"])
def test_russian_pages(tmp_path, page):
    head = ["Станция", "Долгота", "Широта", "Дата", "pH", "Соленость", "Нитраты (мг/л N)"]
    path = write_text(tmp_path / "a.csv", [head, *ROWS], encoding=page)
    samples = read_samples(path)
    assert values(samples, "no3_n").tolist() == DIN
    assert found(samples, "encoding", "assumed")["found"].tolist() == [page]


@pytest.mark.parametrize("text", [
    "122˚30ʹ15ʺ", "经度122.504167", "Long. 122.504167", "122·504167", "122°30′15″,",
])  # fmt: skip
def test_angles_in_further_spellings(text):
    assert parse_angles([text]).values[0] == pytest.approx(122.504167, abs=1e-6)
