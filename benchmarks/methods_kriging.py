"""Kriging, inverse distance and the fit of variograms against the fastest peers, same 2 cores.

    python benchmarks/methods_kriging.py [global|large|nearest|idw|fit ...]
        [--out docs/performance.md]

Peers: pykrige, scikit-learn, gstools, krigekit (pip), gdal_grid (gdal-bin).
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from methods_common import clock, coast, compare, main, peak_mb, ratios

from bayqa.fields.methods import METHODS
from bayqa.fields.methods.kriging import fit_variogram

SPACING = 95.0
SILL, NUGGET, RANGE = 1.0, 0.05, 45e3


def problem(n, n_cells=1_000_000, seed=0):
    rng = np.random.default_rng(seed)
    mask = coast(n_cells)
    places = rng.random((n, 2)) * np.array(mask.shape[::-1]) * SPACING
    cells = rng.integers(0, mask.sum(), n)
    return mask, cells, places, rng.standard_normal(n)


def ours(mask, cells, places, values, **options):
    given = {"range": RANGE, "sill": SILL, "nugget": NUGGET, "positions": places}
    return METHODS["kriging"](mask, SPACING, cells, values, 0.0, **given, **options)


def wet_points(mask):
    row, col = np.nonzero(mask)
    return col * SPACING, row * SPACING


def pykrige_model(places, values):
    from pykrige.ok import OrdinaryKriging

    given = {"psill": SILL - NUGGET, "range": RANGE, "nugget": NUGGET}
    return OrdinaryKriging(
        *places.T,
        values,
        variogram_model="exponential",
        variogram_parameters=given,
        exact_values=False,
    )


def pykrige(points, places, values, block=10_000_000):
    """In blocks of cells where all at once would take 8 kB a cell."""
    x, y = points
    model = pykrige_model(places, values)
    parts = [slice(start, start + block) for start in range(0, x.size, block)]
    fields = [model.execute("points", x[p], y[p], backend="C") for p in parts]
    return np.concatenate([f[0] for f in fields]), np.concatenate([f[1] for f in fields])


def scikit_learn(points, places, values):
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern

    points = np.column_stack(points)
    kernel = ConstantKernel(SILL - NUGGET) * Matern(RANGE / 3, nu=0.5)
    model = GaussianProcessRegressor(kernel, alpha=NUGGET, optimizer=None).fit(places, values)
    chunks = np.array_split(points, max(1, len(points) // 20_000))
    return [model.predict(chunk, return_std=True) for chunk in chunks]


def gstools(points, places, values):
    import gstools as gs

    model = gs.Exponential(dim=2, var=SILL - NUGGET, len_scale=RANGE / 3, nugget=NUGGET)
    return gs.krige.Ordinary(model, places.T, values, exact=False)(points)


def global_rows():
    mask, *station = problem(100)
    cells, places, values = station
    points = wet_points(mask)
    works = {
        "bayqa": lambda: ours(mask, *station),
        "PyKrige C": lambda: pykrige(points, places, values),
        "scikit-learn": lambda: scikit_learn(points, places, values),
        "GSTools": lambda: gstools(points, places, values),
    }
    ours(mask[:40], np.zeros(3, int), places[:3], values[:3])
    memory = peak_mb(works["bayqa"])
    took = compare(works)
    note = f"{memory:.0f} MB of {16 * mask.sum() / 1e6 + 64:.0f}, {equality(works)}"
    bars = {"PyKrige C": 4, "scikit-learn": 6, "GSTools": 15}
    return ratios("100 stations, 1e6 cells", took, bars, note)


def large_rows():
    mask, *station = problem(1000)
    cells, places, values = station
    points = wet_points(mask)
    works = {
        "bayqa": lambda: ours(mask, *station),
        "PyKrige C": lambda: pykrige(points, places, values, block=100_000),
    }
    ours(mask[:40], np.zeros(3, int), places[:3], values[:3])
    memory = peak_mb(works["bayqa"])
    took = compare(works, 1)
    some = coast(30_000)
    small = {
        "bayqa": lambda: ours(some, cells % some.sum(), places, values),
        "PyKrige C": lambda: pykrige(wet_points(some), places, values),
    }
    note = f"{memory:.0f} MB of {16 * mask.sum() / 1e6 + 100:.0f}, {equality(small)}"
    return ratios("1,000 stations, 1e6 cells", took, {"PyKrige C": 5}, note)


def equality(works):
    field, (mean, variance) = works["bayqa"](), works["PyKrige C"]()
    error = max(abs(field.mean - mean).max(), abs(field.sd**2 + NUGGET - variance).max())
    return f"equal to {error:.0e}"


def krigekit(points, places, values, k):
    from krigekit import Kriging

    model = Kriging(ndim=2, nvar=1)
    model.set_obs(ivar=1, coord=places, value=values)
    model.set_grid(coord=points)
    model.set_vgm(ivar=1, jvar=1, vtype="exp", nugget=NUGGET, sill=SILL - NUGGET, a_major=RANGE)
    model.set_search(ivar=1, nmax=k)
    model.solve(nthread=2)
    return model.get_results(copy=True)


def solve_one(points, places, values, at, k):
    """Mean at one point by a dense double-precision solve."""
    away = np.hypot(*(places - points[at]).T)
    near = np.argsort(away)[:k]
    system = np.ones((k + 1, k + 1))
    between = np.hypot(*(places[near, None] - places[near]).transpose(2, 0, 1))
    system[:k, :k] = (SILL - NUGGET) * np.exp(-3 * between / RANGE) + NUGGET * np.eye(k)
    system[k, k] = 0
    right = np.append((SILL - NUGGET) * np.exp(-3 * away[near] / RANGE), 1)
    return np.linalg.solve(system, right)[:k] @ values[near]


def nearest_rows():
    rows = []
    for n in (100, 1000, 10_000, 100_000):
        mask, cells, places, values = problem(n)
        points = np.column_stack(wet_points(mask))
        works = {
            "bayqa": lambda c=cells, p=places, v=values, m=mask: ours(m, c, p, v, k=20),
            "krigekit": lambda p=places, v=values, at=points: krigekit(at, p, v, 20),
        }
        memory = peak_mb(works["bayqa"])
        took = compare(works, 5)
        mean = works["bayqa"]().mean
        error = abs(mean - np.ravel(works["krigekit"]()[0]))
        worst = np.argsort(-error)[:20]
        direct = [solve_one(points, places, values, at, 20) for at in worst]
        note = (
            f"{memory:.0f} MB of 100; {(error > 1e-6).mean():.2g} of cells differ by more than "
            f"1e-6, the worst are within {abs(mean[worst] - direct).max():.0e} of dense solves"
        )
        rows += ratios(f"20 of {n:,} stations, 1e6 cells", took, {"krigekit": 2}, note)
    return rows


def gdal_grid(folder, mask):
    ny, nx = mask.shape
    half = SPACING / 2
    command = [
        "gdal_grid",
        "-q",
        "-a",
        "invdist:power=2.0:smoothing=0.0",
        "-zfield",
        "z",
        "-txe",
        str(-half),
        str(nx * SPACING - half),
        "-tye",
        str(-half),
        str(ny * SPACING - half),
        "-outsize",
        str(nx),
        str(ny),
        "-ot",
        "Float32",
        "--config",
        "GDAL_NUM_THREADS",
        "2",
        "-l",
        "points",
        f"{folder}/points.vrt",
        f"{folder}/out.tif",
    ]
    subprocess.run(command, check=True)


def save_points(folder, places, values):
    table = "x,y,z\n" + "\n".join(f"{x},{y},{z}" for (x, y), z in zip(places, values, strict=True))
    Path(folder, "points.csv").write_text(table)
    Path(folder, "points.vrt").write_text(
        f'<OGRVRTDataSource><OGRVRTLayer name="points"><SrcDataSource>{folder}/points.csv'
        "</SrcDataSource><GeometryType>wkbPoint</GeometryType>"
        '<GeometryField encoding="PointFromColumns" x="x" y="y" z="z"/></OGRVRTLayer>'
        "</OGRVRTDataSource>"
    )


def idw_rows():
    rows = []
    if shutil.which("gdal_grid") is None:
        return rows
    for n, bar in ((20, 5), (100, 5), (1000, 1.3), (10_000, 1)):
        mask, cells, places, values = problem(n)
        with tempfile.TemporaryDirectory() as folder:
            save_points(folder, places, values)
            works = {
                "bayqa": lambda c=cells, v=values, m=mask: METHODS["idw"](m, SPACING, c, v, 0.0),
                "gdal_grid": lambda f=folder, m=mask: gdal_grid(f, m),
            }
            clock(works["bayqa"], 1)
            took = compare(works, 9 if n < 10_000 else 3)
        note = "gdal_grid: float32, whole rectangle, file included"
        rows += ratios(f"{n:,} stations, 1e6 cells", took, {"gdal_grid": bar}, note)
    return rows


def fit_rows():
    from pykrige.ok import OrdinaryKriging

    rng = np.random.default_rng(0)
    works = {}
    for n in (30, 100):
        places, values = rng.random((n, 2)) * 60e3, rng.standard_normal(n)
        args = places, values, np.zeros(n), np.ones((n, 1))
        works[f"bayqa {n}"] = lambda a=args: fit_variogram(*a)
        works[f"PyKrige automatic at {n}"] = lambda p=places, v=values: OrdinaryKriging(
            *p.T, v, variogram_model="exponential"
        )
    took = compare(works, 10, calls=30)
    rows = []
    for n, peer in ((30, 30), (100, 30), (100, 100)):
        name = f"PyKrige automatic at {peer}"
        pair = {"bayqa": took[f"bayqa {n}"], name: took[name]}
        rows += ratios(f"REML with prior, {n} stations", pair, {name: 2}, "30 fits in a row")
    return rows


PARTS = {
    "global": global_rows,
    "large": large_rows,
    "nearest": nearest_rows,
    "idw": idw_rows,
    "fit": fit_rows,
}
TITLES = {
    "global": "Kriging, global",
    "large": "Kriging, 1,000 stations",
    "nearest": "Kriging, 20 nearest",
    "idw": "Inverse distance",
    "fit": "Fit of range, sill and nugget",
}

if __name__ == "__main__":
    main(PARTS, TITLES)
