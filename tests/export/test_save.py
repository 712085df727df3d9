"""Saving writes all files or none, the same bytes twice, and says what made them."""

from __future__ import annotations

import json

import pytest

from bayqa.errors import InputError
from bayqa.export import FORMATS, save
from bayqa.export import tables as tables_module
from bayqa.files import hash_file


def test_second_save_gives_the_same_bytes(result, saved, tmp_path):
    again = save(result, tmp_path, formats=tuple(FORMATS))
    assert len(again) > 40
    for path in again:
        assert hash_file(path) == hash_file(saved / path.relative_to(tmp_path)), path.name


def test_manifest_names_what_made_the_files(saved):
    document = json.loads((saved / "manifest.json").read_text(encoding="utf-8"))
    assert document["standard"]["id"] == "GB 3097-1997"
    assert document["standard"]["version"] == "1997"
    assert document["seed"] == 1
    assert document["settings"]["spacing"] == 100.0
    assert {"bayqa", "numpy", "rasterio", "python"} <= set(document["packages"])
    named = {row["path"]: row for row in document["files"]}
    on_disk = {p.relative_to(saved).as_posix() for p in saved.rglob("*") if p.is_file()}
    assert set(named) == on_disk - {"manifest.json"}
    for name, row in named.items():
        assert row["sha256"] == hash_file(saved / name)
        assert row["bytes"] == (saved / name).stat().st_size


def test_manifest_is_written_whatever_is_asked_for(result, tmp_path):
    paths = save(result, tmp_path, formats=(), seconds=1.23456)
    assert [p.name for p in paths] == ["manifest.json"]
    assert json.loads(paths[0].read_text())["seconds"] == 1.235


def test_failure_leaves_the_folder_as_it_was(result, tmp_path, monkeypatch):
    save(result, tmp_path, formats=("csv",))
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}

    def fail(*args, **options):
        raise OSError("disk full")

    monkeypatch.setattr(tables_module, "write_tables", fail)
    with pytest.raises(OSError, match="disk full"):
        save(result, tmp_path, formats=("netcdf", "csv"))
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_unknown_format_names_the_nearest(result, tmp_path):
    with pytest.raises(InputError, match="found 'netcfd'.*did you mean 'netcdf'"):
        save(result, tmp_path, formats=("netcfd",))
    assert not list(tmp_path.iterdir())


def test_palette_needs_one_colour_a_category(result, tmp_path):
    with pytest.raises(InputError, match="found 2 colours, wanted 5"):
        save(result, tmp_path, palette=("#000000", "#FFFFFF"))


def test_saving_changes_nothing_in_the_assessment(result, tmp_path):
    before = result.grids.copy(deep=True), result.shares.copy(), result.classes.copy(deep=True)
    save(result, tmp_path)
    assert result.grids.identical(before[0])
    assert result.shares.equals(before[1])
    assert result.classes.identical(before[2])
