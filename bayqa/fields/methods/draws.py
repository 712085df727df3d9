"""Joint conditional draws by Matheron's rule, over the posterior of range, noise and sill."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from .basis import Basis, factor_of, mesh_of, nodes_of, station_covariance
from .mesh import prolong
from .reml import Group
from .solver import solve
from .spde import observe
from .systems import scale_fields, solve_systems

__all__ = ["draw_fields"]


def draw_fields(basis: Basis, posterior, fields, job, wanted) -> list:
    """The fields with `draws` filled in, (draws, n_wet) float32.

    Parameters
    ----------
    basis, posterior, fields
        As predicted.
    job : tuple (values, noise, latent)
        What the fields were predicted from; `latent` are samples of censored values.
    wanted : Wanted
        Draws, rng and white noise, as for `predict`.

    Source
    ------
    Chiles and Delfiner (2012), Geostatistics, section 7.3, doi:10.1002/9781118136188.
    """
    values, noise, latent = job
    white = wanted.white
    done = []
    for k, field in enumerate(fields):
        noises = white[k] if isinstance(white, list) else white
        hidden = None if latent is None else latent[k]
        at = np.flatnonzero(np.isfinite(values[k]))
        group = Group(at, noise[k, at], values[k, at][:, None], np.array([k]))
        made = _draw_field(basis, posterior, group, hidden, wanted._replace(white=noises))
        made[:, np.isnan(field.mean)] = np.nan
        done.append(field._replace(draws=made))
    return done


def _draw_field(basis, posterior, group, hidden, wanted) -> np.ndarray:
    draws, rng, white = wanted.draws, wanted.rng, wanted.white
    drift = (basis.basin[basis.cells][:, None] == np.unique(basis.basin[basis.cells])).astype(float)
    centre = group.values.mean()
    centred = group._replace(values=group.values - centre)
    systems = solve_systems(lambda k: station_covariance(basis, k), posterior, centred, drift)
    scale, dof = scale_fields(posterior, systems, centred)
    chosen = _choose(np.array([s.weight for s in systems]), draws, rng)
    rescale = np.ones(draws) if np.isinf(dof) else dof / rng.chisquare(dof, draws)
    sill = np.array([s.sill for s in systems])[chosen] * scale[0] * rescale
    measured = _measured(centred, hidden, centre, draws, rng)
    out = np.empty((draws, basis.basin.size), dtype=np.float32)
    for k in sorted({s.k for s in systems}):
        mine = np.flatnonzero(np.array([systems[c].k == k for c in chosen]))
        if mine.size:
            part = (systems, chosen[mine], sill[mine], measured[mine], posterior.nugget)
            numbers = None if white is None else np.asarray(white)[mine]
            out[mine] = _draw_range(basis, k, centred, part, rng, numbers).T + np.float32(centre)
    return out


def _choose(weight: np.ndarray, draws: int, rng) -> np.ndarray:
    """Systematic resampling, so that the nodes get their share of draws; shuffled."""
    at = (rng.random() + np.arange(draws)) / draws
    chosen = np.searchsorted(np.cumsum(weight), at)
    return rng.permutation(np.minimum(chosen, weight.size - 1))


def _measured(group, hidden, centre, draws, rng) -> np.ndarray:
    if hidden is None:
        return np.broadcast_to(group.values[:, 0], (draws, group.at.size))
    return hidden[rng.integers(len(hidden), size=draws)][:, group.at] - centre


def _draw_range(basis, k, group, part, rng, white) -> np.ndarray:
    """Draws (n_wet, d) of one range: free field plus what the stations correct."""
    systems, chosen, sill, measured, nugget = part
    mesh = mesh_of(basis, k)
    system, factor = factor_of(basis, k)
    numbers = _white(mesh, white, chosen.size, rng)
    free = solve(factor, np.sqrt(system.weight)[:, None] * numbers)
    seen = observe(mesh, basis.cells[group.at]) @ free
    nodes = nodes_of(basis, k)
    unit = None if nodes.scale is None else np.nan_to_num(nodes.scale)
    if unit is not None:
        seen = seen * unit[basis.cells[group.at]][:, None]
    ratio = np.array([systems[c].ratio for c in chosen])
    error = rng.standard_normal(seen.shape)
    error *= np.sqrt(ratio * sill + nugget + group.noise[:, None])
    misfit = measured.T - np.sqrt(sill) * seen - error
    answer = np.empty((len(systems[0].bordered), chosen.size))
    for c in np.unique(chosen):
        mine = chosen == c
        answer[:, mine] = systems[c].bordered[:, : group.at.size] @ misfit[:, mine]
    smooth = free * np.sqrt(sill) + nodes.basis[:, group.at] @ answer[: group.at.size]
    smooth = prolong(mesh, smooth.astype(np.float32))
    if unit is not None:
        smooth = smooth * unit[:, None]
    return smooth + _levels(basis, answer[group.at.size :])


def _levels(basis, answer: np.ndarray) -> np.ndarray:
    names = np.unique(basis.basin[basis.cells])
    column = np.where(basis.reached, np.searchsorted(names, basis.basin), 0)
    return answer[np.minimum(column, len(answer) - 1)]


def _white(mesh, white, draws, rng) -> np.ndarray:
    """Standard normal numbers of the nodes (m, d), summed up from those of the cells."""
    if white is None:
        return rng.standard_normal((mesh.volume.size, draws))
    cell = np.flatnonzero(mesh.node >= 0)
    node = mesh.node[cell]
    shape = (mesh.volume.size, white.shape[1])
    gather = sparse.csr_array((1 / np.sqrt(mesh.volume[node]), (node, cell)), shape=shape)
    numbers = gather @ white.T
    absent = np.diff(gather.indptr) == 0
    if absent.any():
        numbers[absent] = rng.standard_normal((int(absent.sum()), draws))
    return numbers
