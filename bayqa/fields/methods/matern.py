"""The default method: a no-flux Matern field on the water, fitted and averaged."""

from __future__ import annotations

import numpy as np

from bayqa.errors import MethodError
from bayqa.fields.methods.estimates.prediction import fit_pooled, predict
from bayqa.fields.methods.field import Field, check_problem
from bayqa.fields.methods.fitting.basis import prepare_basis

__all__ = ["matern"]


def matern(mask, spacing, cells, values, noise, **options) -> Field:
    """Field on the water that land blocks, with honest sd and joint draws.

    Parameters
    ----------
    mask, spacing, cells, values, noise
        See `check_problem`.
    range, sill, nugget : float, optional
        Honoured exactly; metres, and variances in the working scale with `sill` the total.
        What is not given is fitted by restricted likelihood and averaged over.
    ranges : array, optional
        Grid of ranges to average over.
    links : tuple of array (link_east, link_south), optional
        Where water may pass from a cell to the next one.
    bounds : tuple of array (lower, upper), optional
        Censored values; see `fit_pooled`.
    draws, rng, white
        See `predict`.
    solver, barrier, unit_variance, resolve, max_cells
        See `prepare_basis`.

    Raises
    ------
    MethodError, CoverageError
        If the input cannot make a field; the message says why.
    """
    explicit = {k: options.pop(k, None) for k in ("range", "sill", "nugget")}
    drawing = {k: options.pop(k) for k in ("draws", "rng", "white") if k in options}
    bounds = options.pop("bounds", None)
    least = 1 if explicit["sill"] is not None else 2
    problem = check_problem(mask, spacing, cells, values, noise, least=least)
    if explicit["range"] is not None:
        options["ranges"] = [explicit["range"]]
    check_duplicates(problem, explicit["nugget"])
    basis = prepare_basis(problem.mask, problem.spacing, problem.cells, **options)
    if bounds is not None:
        bounds = tuple(np.asarray(b, float)[problem.kept] for b in bounds)
    fixed = {"sill": explicit["sill"], "nugget": explicit["nugget"]}
    rng = drawing.get("rng")
    posterior = fit_pooled(basis, problem.values, problem.noise, bounds=bounds, rng=rng, **fixed)
    return predict(basis, posterior, problem.values, problem.noise, bounds=bounds, **drawing)


def check_duplicates(problem, nugget) -> None:
    """Refuse two exact values at one place when no noise is allowed.

    Raises
    ------
    MethodError
    """
    if nugget is None or nugget > 0:
        return
    exact = problem.cells[problem.noise == 0]
    if np.unique(exact).size < exact.size:
        raise MethodError(
            f"{exact.size - np.unique(exact).size} stations share a cell with another one while "
            "noise and nugget are 0: average them, or give a nugget above 0"
        )
