"""Land-aware fields: 360 at once, joint draws, cold start, cost in cells.

    python benchmarks/methods_fields.py [many|draws|cold|cells ...] [--out docs/performance.md]

Peers: pykrige and gstools (pip), which do not know land.
"""

from __future__ import annotations

import numpy as np
from methods_common import Took, coast, compare, main, peak_mb, ratios
from scipy.sparse.linalg import splu
from scipy.special import ndtr

from bayqa.fields.methods import METHODS, fit_pooled, predict, prepare_basis
from bayqa.fields.methods.field import locate
from bayqa.fields.methods.fitting.basis import factor_of, mesh_of
from bayqa.fields.methods.sparse.solver import solve
from bayqa.fields.methods.sparse.triangles import select_inverse

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
    again, peer = "fit, factor and variance again each time, x 360", "PyKrige C, land-blind, x 360"
    works = {
        "bayqa": lambda: all_fields(mask, cells, values),
        peer: lambda: pykrige_field(mask, cells, values[0]),
        again: lambda: METHODS["matern"](mask, SPACING, cells, values[0], 0.0),
    }
    took = compare(works, 3)
    took |= {name: Took(*(360 * s for s in took[name])) for name in (peer, again)}
    note = f"{1000 * took['bayqa'].wall / 360:.1f} ms a field"
    return ratios("360 fields, 60 stations, 1e5 cells", took, {peer: 20, again: 100}, note)


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

    name = "GSTools CondSRF"
    works = {
        "with": draw,
        "without": lambda: predict(basis, posterior, values[0], 0.0),
        name: lambda: peer(seed=1, krige_store=True),
    }
    took = compare(works, 2)
    pairs = zip(took["with"], took["without"], strict=True)
    took["bayqa"] = Took(*((more - less) / 200 for more, less in pairs))
    limit = float(np.quantile(field.mean, 0.8))
    expected = ndtr((field.mean - limit) / field.sd).mean()
    shares = (draw().draws > limit).mean(axis=1)
    away = abs(shares.mean() - expected) / (shares.std() / np.sqrt(200))
    note = f"share of draws {away:.1f} Monte Carlo errors from the mean probability (bar 3)"
    return ratios("one joint draw, 1e5 cells", took, {name: 100}, note)


def cold_rows():
    mask = coast(100_000)
    cells, values = simulate(mask, 60, 1)
    rng = np.random.default_rng(0)

    def cold(**options):
        METHODS["matern"](mask, SPACING, cells, values[0], 0.0, draws=200, rng=rng, **options)

    basis = prepare_basis(mask, SPACING, cells, ranges=[RANGE], resolve=1e9)
    system = factor_of(basis, 0)[0]

    def bare():
        options = {"SymmetricMode": True}
        lu = splu(system.matrix, "MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options=options)
        lower = lu.L
        select_inverse(lower.indptr, lower.indices, lower.data, lu.U.diagonal())
        right = np.zeros((system.mass.size, 8))
        right[0] = 1
        for _ in range((2 * 60 + 200) // 8):
            lu.solve(right)

    bare()
    memory = peak_mb(cold)
    peer = "one SuperLU factor, one selected inverse, 320 SuperLU solves"
    works = {"fitted": cold, "given": lambda: cold(**GIVEN, resolve=1e9), peer: bare}
    took, rows = compare(works, 2), []
    for name in ("fitted", "given"):
        wall, cpu = (a / b for a, b in zip(took[name], took[peer], strict=True))
        note = f"{wall:.2f} x the bare wall time, {cpu:.2f} x its CPU time (bar 1.5); "
        note += f"fitted {memory:.0f} MB (bar 600)"
        work = f"cold, {name}: mean, exact sd, 200 draws, 1e5 cells"
        rows += ratios(work, took | {"bayqa": took[name]}, {peer: round(1 / 1.5, 2)}, note)
    return rows


def cell_rows():
    sizes, turns = (10_000, 100_000, 1_000_000), []
    for size in sizes:
        mask = coast(size)
        spacing = SPACING * np.sqrt(1e5 / size)
        cells = np.sort(np.random.default_rng(0).choice(int(mask.sum()), 60, replace=False))
        values = np.random.default_rng(1).standard_normal(60)

        def work(mask=mask, spacing=spacing, cells=cells, values=values):
            METHODS["matern"](mask, spacing, cells, values, 0.0, **GIVEN)

        turns.append(compare({"bayqa": work}, 3)["bayqa"])
    slopes = np.polyfit(np.log(sizes), np.log(turns), 1)[0]
    took = [" / ".join(f"{s:.3g}" for s in seconds) for seconds in zip(*turns, strict=True)]
    wall, cpu = (f"M^{slope:.2f}" for slope in slopes)
    work = "mean and exact sd, 60 stations, 1e4 / 1e5 / 1e6 cells"
    holds = "yes" if max(slopes) <= 1.3 else "no"
    note = "cells of 955, 302 and 95 m of the same water"
    return [(work, "itself", took[0], wall, took[1], cpu, "M^1.3", holds, note)]


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

if __name__ == "__main__":
    main(PARTS, TITLES, warm=warm)
