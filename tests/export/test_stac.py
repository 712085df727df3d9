"""The STAC item names every file with its hash, and the period and place of the data."""

from __future__ import annotations

import json

import pytest

from bayqa.files import hash_file


@pytest.fixture(scope="module")
def item(saved):
    return json.loads((saved / "item.json").read_text(encoding="utf-8"))


def test_item_has_what_the_specification_requires(item):
    assert item["type"] == "Feature"
    assert item["stac_version"] == "1.1.0"
    assert {"id", "geometry", "bbox", "properties", "links", "assets"} <= set(item)
    assert item["properties"]["datetime"] is None
    assert item["properties"]["start_datetime"] == "2023-03-01T00:00:00Z"
    assert item["properties"]["end_datetime"] == "2023-11-30T23:59:59Z"


def test_every_file_is_an_asset_with_its_hash(item, saved):
    hrefs = {a["href"].removeprefix("./"): a for a in item["assets"].values()}
    on_disk = {p.relative_to(saved).as_posix() for p in saved.rglob("*") if p.is_file()}
    assert set(hrefs) == on_disk - {"item.json", "manifest.json"}
    for name, asset in hrefs.items():
        assert asset["file:checksum"] == "1220" + hash_file(saved / name)
        assert asset["type"] != "application/octet-stream"


def test_box_is_that_of_the_bays(item, result):
    assert item["bbox"] == pytest.approx(result.bays.total_bounds, abs=1e-6)
    assert item["properties"]["proj:shape"] == [30, 40]
    assert item["properties"]["proj:transform"][:3] == [100.0, 0.0, -2000.0]
