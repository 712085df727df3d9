import pytest

from bayqa.errors import MethodError
from bayqa.fields import memory
from bayqa.fields.memory import find_free_memory, require_memory, round_spacing_up


def test_the_spacing_that_fits_has_two_digits_and_is_not_finer():
    assert round_spacing_up(43.01) == 44
    assert round_spacing_up(430.0) == 430
    assert round_spacing_up(1234.0) == 1300


def test_what_fits_passes_and_what_does_not_is_refused(monkeypatch):
    monkeypatch.setenv("BAYQA_MEMORY", "1")
    require_memory("a test", 1024**3, 100, 50.0)
    message = r"a test of 1,000 cells at a spacing of 50 m needs about 4.0 GB, 1.0 GB are free"
    with pytest.raises(MethodError, match=message + ": a spacing of 100 m would fit; try less"):
        require_memory("a test", 4 * 1024**3, 1000, 50.0, hint="; try less")


def test_the_system_is_asked_and_its_silence_is_borne(monkeypatch, tmp_path):
    monkeypatch.delenv("BAYQA_MEMORY", raising=False)
    info = tmp_path / "meminfo"
    info.write_text("MemTotal: 10 kB\nMemAvailable: 8 kB\n", encoding="ascii")
    monkeypatch.setattr(memory, "_MEMINFO", info)
    assert find_free_memory() == 8192
    monkeypatch.setattr(memory, "_MEMINFO", tmp_path / "nothing")
    assert find_free_memory() == 4 * 1024**3
