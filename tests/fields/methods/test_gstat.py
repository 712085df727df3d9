"""Ordinary and universal kriging against gstat in R, where R has it."""

import shutil
import subprocess

import numpy as np
import pytest

from bayqa.fields.methods import METHODS
from tests.fields.methods.bays import SPACING, sample, spit

pytestmark = pytest.mark.slow

SCRIPT = """
suppressMessages({library(gstat); library(sp)})
stations <- read.csv("stations.csv"); cells <- read.csv("cells.csv")
coordinates(stations) <- ~x+y; coordinates(cells) <- ~x+y
model <- vgm(psill=0.9, model="Exp", range=500, nugget=0, add.to=vgm(0.1, "Err", 0))
ok <- krige(z~1, stations, cells, model, debug.level=0)
uk <- krige(z~x+y, stations, cells, model, debug.level=0)
write.csv(format(data.frame(ok$var1.pred, ok$var1.var, uk$var1.pred, uk$var1.var), digits=16),
          "out.csv", row.names=FALSE, quote=FALSE)
"""


@pytest.fixture(scope="module")
def gstat(tmp_path_factory):
    if shutil.which("Rscript") is None:
        pytest.skip("Rscript is not here: install r-cran-gstat")
    check = subprocess.run(["Rscript", "-e", "library(gstat)"], capture_output=True, check=False)
    if check.returncode:
        pytest.skip("R has no gstat: install r-cran-gstat")
    folder = tmp_path_factory.mktemp("gstat")
    mask = spit(24, 25, 15)
    cells, values = sample(mask, 25, 0)
    row, col = np.nonzero(mask)
    x, y = col * SPACING, row * SPACING
    save(folder / "stations.csv", "x,y,z", np.column_stack([x[cells], y[cells], values]))
    save(folder / "cells.csv", "x,y", np.column_stack([x, y]))
    (folder / "run.R").write_text(SCRIPT)
    subprocess.run(["Rscript", "run.R"], cwd=folder, check=True)
    return mask, cells, values, np.loadtxt(folder / "out.csv", delimiter=",", skiprows=1)


def save(path, header, table):
    np.savetxt(path, table, delimiter=",", header=header, comments="", fmt="%.17g")


@pytest.mark.parametrize(("drift", "column"), [((), 0), (("x", "y"), 2)])
def test_kriging_equals_gstat(gstat, drift, column):
    mask, cells, values, out = gstat
    given = {"range": 1500.0, "sill": 1.0, "nugget": 0.1, "drift": drift}
    field = METHODS["kriging"](mask, SPACING, cells, values, 0.0, **given)
    np.testing.assert_allclose(field.mean, out[:, column], atol=1e-8)
    np.testing.assert_allclose(field.sd**2, out[:, column + 1], atol=1e-8)
