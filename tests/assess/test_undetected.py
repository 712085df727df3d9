"""Where the best class allows no trace, a value below detection meets it everywhere."""

from dataclasses import replace

import numpy as np
import pytest

from bayqa.assess import classify, list_alerts, measure_distance, open_ledger, tabulate_distance
from bayqa.assess.station_shares import main_parameters
from tests.builders import make_assessment, make_standard


@pytest.fixture(scope="module")
def result():
    """Nitrogen must not be detected in class I; the last campaign is below 0.05, but for T02."""
    whole, standard = make_assessment(), make_standard()
    row = standard.limits["din"]._replace(edges=(0, 0, 0.4, 0.5))
    standard = replace(standard, limits=standard.limits | {"din": row})
    stations = whole.stations.copy(deep=True)
    for name in ("din", "din_lower", "din_upper"):
        stations[name][:] = 0.0
    stations["din"][2], stations["din_upper"][2] = 0.025, 0.05
    for name in ("din", "din_lower", "din_upper"):
        stations[name][2, 1] = 0.45
    classes = classify(stations, standard, parameters=["din"])
    return replace(whole, standard=standard, stations=stations, station_classes=classes)


def test_categories_and_ledger_agree(result):
    assert result.station_classes["category"].to_numpy()[2].tolist() == [1, 4, 1, 1, 1, 1]
    ledger = open_ledger(result)
    assert ledger["station"].tolist() == ["T02"] and ledger["value"].tolist() == [0.45]
    new = list_alerts(result, ledger=ledger)
    assert set(new.loc[new["kind"] == "new exceedance", "place"]) == {"T02"}


def test_distances_and_main_parameters_agree(result):
    found = measure_distance(result.stations, result.standard, parameters=["din"])
    over = found["distance"].to_numpy()[2]
    assert over[1] == np.inf and (np.delete(over, 1) == 0).all()
    table = tabulate_distance(result).query("campaign == '2023-autumn'")
    assert table["category"].tolist() == ["I", "IV", "I", "I", "I", "I"]
    # What the laboratory wrote stays in the table.
    assert table["value"].tolist()[:2] == [0.025, 0.45]
    main = main_parameters(result)
    assert main["over_share"].tolist() == [pytest.approx(1 / 6)]
