import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayqa.assess.areas.intervals import span

SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=50)


def test_percentiles_where_the_share_lies_inside():
    low, high = span(np.linspace(0, 1, 101), 0.5)
    # 101 draws: rank 0.05 * 102 = 5.1, the fifth draw is 0.04 and the sixth 0.05.
    assert (low, high) == pytest.approx((0.041, 0.959))


def test_the_interval_reaches_to_a_share_outside():
    low, high = span(np.linspace(0.2, 0.4, 101), 0.1)
    assert low == 0.1
    assert high == pytest.approx(0.2 + 0.2 * 0.959)


@given(SHARES, st.floats(0, 1))
def test_the_share_is_always_held(drawn, point):
    low, high = span(np.array(drawn), point)
    assert low <= point <= high


def test_unknown_stays_unknown():
    assert np.isnan(span(np.array([0.1, np.nan]), 0.1)).all()
    assert np.isnan(span(np.array([0.1, 0.2]), np.nan)).all()
