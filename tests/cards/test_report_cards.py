"""The page of report cards: every script runs on a table in the agency's layout, and is right."""

import doctest
import os
import re
from pathlib import Path

import pytest

from tests.cards.tables import write_tables
from tests.shared_data import shared_file

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "report_cards.md").read_text("utf-8")
SECTIONS = {
    part.splitlines()[0].strip(): part for part in PAGE.split("\n## ")[1:] if "```pycon" in part
}
REAL = {
    "measurements_2015-2020.csv.gz": "data/hongkong-marine/measurements_2015-2020.csv.gz",
    "measurements.csv.gz": "data/chesapeake-censored/measurements.csv.gz",
    "ccme_north_saskatchewan_1997.csv": "oracles/ccme_north_saskatchewan_1997.csv",
    "mann_kendall_expected.json": "oracles/mann_kendall_expected.json",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    home = tmp_path_factory.mktemp("cards")
    write_tables(home)
    return home


@pytest.mark.parametrize("name", SECTIONS)
def test_script_of_the_page_runs_and_is_right(name, folder, monkeypatch):
    text = SECTIONS[name]
    for file, place in REAL.items():
        if f'"{file}"' in text and not (folder / file).exists():
            os.symlink(shared_file(place), folder / file)
    monkeypatch.chdir(folder)
    source = "\n".join(re.findall(r"```pycon\n(.*?)```", text, re.S))
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    test = doctest.DocTestParser().get_doctest(source, {}, name, "report_cards.md", 0)
    said = []
    doctest.DocTestRunner(optionflags=flags).run(test, out=said.append)
    assert not said, "".join(said)


def test_every_card_is_on_the_page():
    assert len(SECTIONS) >= 12
