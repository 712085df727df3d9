"""When a campaign was sampled, and what its category was made without."""

import json

import numpy as np

from bayqa.assess.visits import find_dates, list_unmeasured
from tests.builders import make_standard, make_stations

SPRING, SUMMER = "2023-spring", "2023-summer"


def dated(**dates):
    stations = make_stations()
    stations.attrs["sampled"] = json.dumps({SUMMER: dates})
    return stations


def test_dates_span_the_parameters_asked_for():
    stations = dated(din=["2023-08-03", "2023-08-05"], do=["2023-08-04", "2023-08-11"])
    assert find_dates(stations, [SUMMER], ["din", "do"]) == ("2023-08-03", "2023-08-11")
    assert find_dates(stations, [SUMMER], ["din"]) == ("2023-08-03", "2023-08-05")


def test_dates_are_no_better_than_the_worst_known():
    stations = dated(din=["2023-08-03", "2023-08-05"], do=["2023-07", "2023-08"])
    assert find_dates(stations, [SUMMER], ["din", "do"]) == ("2023-07", "2023-08")


def test_no_dates_where_one_is_unknown_or_none_is_carried():
    stations = dated(din=["2023-08-03", "2023-08-05"])
    assert find_dates(stations, [SUMMER], ["din", "do"]) is None
    assert find_dates(stations, [SPRING, SUMMER], ["din"]) is None
    assert find_dates(make_stations(), [SUMMER], ["din"]) is None
    assert find_dates(stations, [SUMMER], ["oil"]) is None


def test_a_parameter_without_values_is_named_and_in_part_too():
    stations, standard = make_stations(), make_standard()
    names = list(standard.parameters)
    assert list_unmeasured(stations, standard, [SPRING, SUMMER], names) == {}
    lost = stations.assign(din=stations["din"].where(stations["campaign"] != SUMMER, np.nan))
    assert list_unmeasured(lost, standard, [SUMMER], names) == {"din": True}
    assert list_unmeasured(lost, standard, [SPRING], names) == {}
    assert list_unmeasured(lost, standard, [SPRING, SUMMER], names) == {"din": False}


def test_what_was_measured_but_not_judged_lacks_too():
    rest = [p for p in make_standard().parameters if p != "do"]
    assert list_unmeasured(make_stations(), make_standard(), [SUMMER], rest) == {"do": True}
