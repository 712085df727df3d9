"""Files and folders appear complete or not at all."""

from __future__ import annotations

import pytest

from bayqa.errors import InputError
from bayqa.files import hash_file, stage_folder, write_atomically, write_text


def test_failed_write_leaves_the_old_file_and_no_rest(tmp_path):
    path = write_text(tmp_path / "a.txt", "old\n")
    with pytest.raises(RuntimeError, match="power cut"), write_atomically(path) as draft:
        draft.write_text("half")
        raise RuntimeError("power cut")
    assert path.read_text() == "old\n"
    assert list(tmp_path.iterdir()) == [path]


def test_draft_keeps_the_suffix_and_parents_are_made(tmp_path):
    with write_atomically(tmp_path / "deep" / "b.pdf") as draft:
        assert draft.suffix == ".pdf"
        draft.write_bytes(b"x")
    assert (tmp_path / "deep" / "b.pdf").read_bytes() == b"x"


def test_failed_folder_moves_nothing(tmp_path):
    write_text(tmp_path / "sub" / "kept.txt", "kept")
    with pytest.raises(RuntimeError, match="power cut"), stage_folder(tmp_path) as draft:
        (draft / "new.txt").write_text("half")
        raise RuntimeError("power cut")
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["kept.txt", "sub"]


def test_staged_folder_replaces_its_files_and_keeps_others(tmp_path):
    write_text(tmp_path / "sub" / "kept.txt", "kept")
    write_text(tmp_path / "sub" / "new.txt", "old")
    with stage_folder(tmp_path, last="m.json") as draft:
        (draft / "sub").mkdir()
        (draft / "sub" / "new.txt").write_text("new")
        (draft / "m.json").write_text("{}")
    assert (tmp_path / "sub" / "new.txt").read_text() == "new"
    assert (tmp_path / "sub" / "kept.txt").read_text() == "kept"
    assert (tmp_path / "m.json").exists()
    assert not list(tmp_path.glob(".bayqa-*"))


def test_hash_is_that_of_the_bytes(tmp_path):
    path = write_text(tmp_path / "abc.txt", "abc")
    assert hash_file(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_file_in_the_place_of_a_folder_is_named(tmp_path):
    (tmp_path / "out").write_text("kept")
    with pytest.raises(InputError, match="a file of this name is there"), \
            stage_folder(tmp_path / "out"):  # fmt: skip
        pass
    assert (tmp_path / "out").read_text() == "kept"
