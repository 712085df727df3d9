from bayqa.counts import count


def test_one_thing_has_no_s():
    assert [count(n, "bay") for n in (0, 1, 2)] == ["0 bays", "1 bay", "2 bays"]
