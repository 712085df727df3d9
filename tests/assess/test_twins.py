import numpy as np
import pytest
import xarray as xr

from bayqa.assess import classify
from bayqa.errors import InputError
from tests.builders import make_standard, make_stations


@pytest.mark.parametrize("dim", ["campaign", "station"])
def test_two_of_one_name_are_refused(dim):
    # A table keyed by names would drop the rows of the second in silence.
    field = make_stations()
    twice = xr.concat([field, field.isel({dim: [0]})], dim, data_vars="minimal")
    name = str(field[dim].to_numpy()[0])
    with pytest.raises(InputError, match=f"the {dim} names {name} are there more than once"):
        classify(twice, make_standard())


def test_without_names_there_are_no_twins():
    field = make_stations().drop_vars(["campaign", "station"])
    assert (classify(field, make_standard())["category"] > 0).all()
    assert np.array_equal(
        classify(field, make_standard())["category"],
        classify(make_stations(), make_standard())["category"],
    )
