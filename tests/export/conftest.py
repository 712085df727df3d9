"""One saved folder with every format, shared by the tests of this room."""

from __future__ import annotations

from pathlib import Path

import pytest

from bayqa.export import FORMATS, save
from tests.builders import make_assessment


@pytest.fixture(scope="session")
def result():
    return make_assessment()


@pytest.fixture(scope="session")
def saved(result, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("saved")
    save(result, folder, formats=tuple(FORMATS))
    return folder
