"""One list of packages, and a digest that any change of the source changes."""

from bayqa import __version__
from bayqa.versions import PACKAGES, package_versions, source_digest


def tree(folder, **files):
    for name, text in files.items():
        path = folder / "room" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_every_package_has_its_version():
    found = package_versions()
    assert set(found) <= {"python", *PACKAGES}
    assert found["bayqa"] == __version__
    found["bayqa"] = "changed by the caller"
    assert package_versions()["bayqa"] == __version__


def test_digest_is_of_names_and_bytes(tmp_path):
    folders = [tmp_path / name for name in "abcd"]
    for folder in folders:
        folder.mkdir()
    one, same, other, moved = (
        source_digest(tree(folder, **files))
        for folder, files in zip(
            folders,
            (
                {"x": "1", "y": "2"},
                {"y": "2", "x": "1"},
                {"x": "1", "y": "3"},
                {"x": "2", "y": "1"},
            ),
            strict=True,
        )
    )
    assert one == same
    assert len({one, other, moved}) == 3


def test_compiled_files_do_not_count(tmp_path):
    folder = tree(tmp_path, x="1")
    before = source_digest.__wrapped__(folder)
    (folder / "room" / "x.cpython-311.pyc").write_bytes(b"\0")
    (folder / "room" / "kernel.nbi").write_bytes(b"\0")
    assert source_digest.__wrapped__(folder) == before


def test_digest_of_the_package_is_read_once():
    source_digest()
    hits = source_digest.cache_info().hits
    assert len(source_digest()) == 64
    assert source_digest.cache_info().hits == hits + 1


def test_what_is_typed_is_listed_and_nothing_of_our_own():
    import bayqa

    listed = [name for name in dir(bayqa) if not name.startswith("__")]
    assert {"assess", "read_bays", "indices"} <= set(listed)
    assert not {"import_module", "annotations"} & set(listed)
    assert all(getattr(bayqa, name).__doc__ for name in listed)
