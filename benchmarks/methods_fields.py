"""Land-aware fields: 360 at once, joint draws, cold start, cost in cells.

    python benchmarks/methods_fields.py [many|draws|cold|cells ...] [--out docs/performance.md]

Peers: pykrige and gstools (pip), which do not know land.
"""

from __future__ import annotations

import numpy as np
from methods_common import alternate, clock, coast, main, peak_mb
from scipy.sparse.linalg import splu
from scipy.special import ndtr

from bayqa.fields.methods import METHODS, fit_pooled, predict, prepare_basis
from bayqa.fields.methods.basis import factor_of, mesh_of
from bayqa.fields.methods.field import locate
from bayqa.fields.methods.solver import solve
from bayqa.fields.methods.spde import prior_variance

SPACING = 302.0
RANGE = 25e3
GIVEN = {"range": RANGE, "sill": 1.05, "nugget": 0.05}


def simulate(mask, n, k, seed=0):
    """Stations and k fields of the model itself, with a little noise."""
    rng = np.random.default_rng(seed)
    cells = np.sort(rng.choice(int(mask.sum()), n, replace=False))
    basis = prepare_basis(mask, SPACING, cells, ranges=[RANGE])
    system, factor = factor_of(basis, 0)
    white = rng.standard_normal((factor.size, k)) * np.sqrt(system.weight)[:, None]
    nodes = solve(factor, white)
    node = mesh_of(basis, 0).node[cells]
    return cells, nodes[node].T + np.sqrt(0.05) * rng.standard_normal((k, n))


def warm():
    mask = coast(500)
    cells, values = simulate(mask, 8, 1)
    rng = np.random.default_rng(0)
    METHODS["matern"](mask, SPACING, cells, values[0], 0.0, draws=2, rng=rng)


def all_fields(mask, cells, values):
    basis = prepare_basis(mask, SPACING, cells)
    for parameter in np.split(values, 12):
        posterior = fit_pooled(basis, parameter, 0.0)
        predict(basis, posterior, parameter, 0.0)


def pykrige_field(mask, cells, values):
    from pykrige.ok import OrdinaryKriging

    row, col = np.nonzero(mask)
    given = {"psill": 1.0, "range": RANGE, "nugget": 0.05}
    places = locate(mask, SPACING, cells)
    model = OrdinaryKriging(
        *places.T,
        values,
        variogram_model="exponential",
        variogram_parameters=given,
        exact_values=False,
    )
    model.execute("points", col * SPACING, row * SPACING, backend="C")


def many_rows():
    mask = coast(100_000)
    cells, values = simulate(mask, 60, 360)
    works = {
        "bayqa": lambda: all_fields(mask, cells, values),
        "peer": lambda: pykrige_field(mask, cells, values[0]),
        "again": lambda: METHODS["matern"](mask, SPACING, cells, values[0], 0.0),
    }
    s = alternate(works, 2)
    mine = s["bayqa"]
    header = f"{mine:.2f}", f"{1000 * mine / 360:.0f} ms a field"
    return [
        (
            "360 fields, 60 stations, 1e5 cells",
            "PyKrige C, land-blind, x 360",
            header[0],
            f"{360 * s['peer']:.1f}",
            f"{360 * s['peer'] / mine:.0f}",
            20,
            header[1],
        ),
        (
            "360 fields, 60 stations, 1e5 cells",
            "fit, factor and variance again each time, x 360",
            header[0],
            f"{360 * s['again']:.0f}",
            f"{360 * s['again'] / mine:.0f}",
            100,
            header[1],
        ),
    ]


def draw_rows():
    import gstools as gs

    mask = coast(100_000)
    cells, values = simulate(mask, 60, 1)
    basis = prepare_basis(mask, SPACING, cells, ranges=[RANGE])
    posterior = fit_pooled(basis, values[0], 0.0, sill=1.05, nugget=0.05)
    field = predict(basis, posterior, values[0], 0.0)
    row, col = np.nonzero(mask)
    model = gs.Exponential(dim=2, var=1.0, len_scale=RANGE / 3, nugget=0.05)
    places = locate(mask, SPACING, cells)
    krige = gs.krige.Ordinary(model, places.T, values[0])
    peer = gs.CondSRF(krige)
    peer.set_pos((col * SPACING, row * SPACING))
    peer(seed=0)

    def draw(n=200):
        rng = np.random.default_rng(0)
        return predict(basis, posterior, values[0], 0.0, draws=n, rng=rng)

    with_draws = clock(draw, 2)
    without = clock(lambda: predict(basis, posterior, values[0], 0.0), 2)
    mine = (with_draws - without) / 200
    theirs = clock(lambda: peer(seed=1, krige_store=True), 1)
    limit = float(np.quantile(field.mean, 0.8))
    expected = ndtr((field.mean - limit) / field.sd).mean()
    shares = (draw().draws > limit).mean(axis=1)
    away = abs(shares.mean() - expected) / (shares.std() / np.sqrt(200))
    note = f"share of draws {away:.1f} Monte Carlo errors from the mean probability (bar 3)"
    return [
        (
            "one joint draw, 1e5 cells",
            "GSTools CondSRF",
            f"{mine:.4f}",
            f"{theirs:.2f}",
            f"{theirs / mine:.0f}",
            100,
            note,
        )
    ]


def cold_rows():
    mask = coast(100_000)
    cells, values = simulate(mask, 60, 1)
    rng = np.random.default_rng(0)

    def cold(**options):
        METHODS["matern"](mask, SPACING, cells, values[0], 0.0, draws=200, rng=rng, **options)

    def bare():
        basis = prepare_basis(mask, SPACING, cells, ranges=[RANGE], resolve=1e9)
        system = factor_of(basis, 0)[0]
        options = {"SymmetricMode": True}
        lu = splu(system.matrix, "MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options=options)
        prior_variance(mesh_of(basis, 0), system)
        right = np.zeros((system.mass.size, 8))
        right[0] = 1
        for _ in range((2 * 60 + 200) // 8):
            lu.solve(right)

    memory = peak_mb(cold)
    s = alternate({"fitted": cold, "given": lambda: cold(**GIVEN, resolve=1e9), "bare": bare}, 2)
    rows = []
    for name in ("fitted", "given"):
        rows.append(
            (
                f"cold, {name}: mean, exact sd, 200 draws, 1e5 cells",
                "one factor, selected inverse, 320 SuperLU solves",
                f"{s[name]:.2f}",
                f"{s['bare']:.2f}",
                f"{s['bare'] / s[name]:.2f}",
                "1/1.5",
                f"{s[name] / s['bare']:.2f} x the bare time; {memory:.0f} MB of 600",
            )
        )
    return rows


def cell_rows():
    sizes, seconds = (10_000, 100_000, 1_000_000), []
    for size in sizes:
        mask = coast(size)
        spacing = SPACING * np.sqrt(1e5 / size)
        cells = np.sort(np.random.default_rng(0).choice(int(mask.sum()), 60, replace=False))
        values = np.random.default_rng(1).standard_normal(60)

        def work(mask=mask, spacing=spacing, cells=cells, values=values):
            METHODS["matern"](mask, spacing, cells, values, 0.0, **GIVEN)

        seconds.append(clock(work, 2))
    slope = np.polyfit(np.log(sizes), np.log(seconds), 1)[0]
    took = " / ".join(f"{s:.2f}" for s in seconds)
    return [
        (
            "mean and exact sd, 60 stations, 1e4 / 1e5 / 1e6 cells",
            "itself",
            took,
            "",
            f"M^{slope:.2f}",
            "M^1.3",
            "cells of 955, 302 and 95 m of the same water",
        )
    ]


PARTS = {
    "many": many_rows,
    "draws": draw_rows,
    "cold": cold_rows,
    "cells": cell_rows,
}
TITLES = {
    "many": "Land-aware fields",
    "draws": "Joint draws",
    "cold": "Cold start",
    "cells": "Cost in cells",
}

HEADER = ("work", "peer", "bayqa s", "peer s", "times faster", "bar", "notes")

if __name__ == "__main__":
    main(PARTS, TITLES, header=HEADER, warm=warm)
