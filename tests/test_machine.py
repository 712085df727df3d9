import numpy as np
import pytest

from bayqa.machine import compiled

ROUNDING = 6755399441055744.0


@compiled(cache=False)
def rounded(x):
    return (x + ROUNDING) - ROUNDING


@compiled(cache=False)
def divided(x, y):
    return x / y


@compiled(cache=False, fastmath=True, error_model="numpy")
def first_caller(values, out):
    for i in range(values.size):
        out[i] = rounded(values[i]) + divided(0.0, 1.0)


def test_arithmetic_does_not_follow_the_first_caller():
    values, out = np.array([0.3, 2.7, -1.2]), np.empty(3)
    first_caller(values, out)
    # Loose arithmetic would take the rounding constant away and give the values back.
    assert out.tolist() == [0.0, 3.0, -1.0]
    assert rounded(0.3) == 0.0
    with pytest.raises(ZeroDivisionError):
        divided(1.0, 0.0)
