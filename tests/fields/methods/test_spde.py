"""The sparse field against the dense covariance K^-1 D K^-1, on every solver and mesh."""

import numpy as np
import pytest

from bayqa.errors import MethodError
from bayqa.fields.methods import METHODS
from bayqa.fields.methods.fitting import basis
from bayqa.fields.methods.sparse import spde
from bayqa.fields.methods.sparse.mesh import build_mesh, find_basins, link_cells, prolong
from bayqa.fields.methods.sparse.solver import choose_solver, factorise, invert_selected, solve
from tests.fields.methods.bays import (
    SPACING,
    island,
    number,
    open_water,
    sample,
    spit,
    thin_wall,
    two_basins,
)

RANGE = 900.0


def dense(system):
    inverse = np.linalg.inv(system.matrix.toarray())
    return inverse @ np.diag(system.weight) @ inverse


def fine(mask, cells, range_m=RANGE, **settings):
    return basis.prepare_basis(mask, SPACING, cells, ranges=[range_m], resolve=1e9, **settings)


def test_three_cells_by_hand():
    # A channel of 3 cells: h kappa = 1 makes mass 1, so K = [[2,-1,0],[-1,3,-1],[0,-1,2]] with
    # determinant 8 and first column of the inverse (5, 2, 1) / 8; D = 4 pi.
    mask = np.ones((1, 3), dtype=bool)
    made = fine(mask, np.array([0]), np.sqrt(8) * SPACING)
    covariance = basis.station_covariance(made, 0)
    assert covariance[0, 0] == pytest.approx(4 * np.pi * (25 + 4 + 1) / 64)


@pytest.mark.parametrize("mask", [spit(), island(), two_basins()], ids=["spit", "island", "two"])
def test_basis_and_prior_are_those_of_the_dense_field(mask):
    cells = np.array([number(mask, 2, 2), number(mask, 9, 3), number(mask, 11, -3)])
    made = fine(mask, cells)
    truth = dense(basis.factor_of(made, 0)[0])
    nodes = basis.nodes_of(made, 0)
    np.testing.assert_allclose(nodes.basis, truth[:, cells], atol=1e-12)
    np.testing.assert_allclose(nodes.prior, np.diag(truth), rtol=1e-6)
    at = np.ix_(cells, cells)
    np.testing.assert_allclose(basis.station_covariance(made, 0), truth[at], atol=1e-12)


def test_open_water_has_unit_variance_and_the_matern_correlation():
    mask = open_water(121, 121)
    middle = number(mask, 60, 60)
    cells = np.array([middle, number(mask, 60, 70)])
    covariance = basis.station_covariance(fine(mask, cells, 2000.0), 0)
    # nu = 1 at half the range: x = sqrt(8)/2, x K_1(x) = 0.4505.
    assert covariance[0, 0] == pytest.approx(1, abs=0.02)
    assert covariance[0, 1] == pytest.approx(0.4505, abs=0.02)


@pytest.mark.parametrize("solver", ["superlu", "cholespy", "amg"])
def test_solvers_give_the_same_numbers(solver):
    pytest.importorskip({"superlu": "scipy", "cholespy": "cholespy", "amg": "pyamg"}[solver])
    mask = spit(40, 41, 30)
    cells, values = sample(mask, 12, 1)
    options = {"range": RANGE, "sill": 1.0, "nugget": 0.05}
    one = METHODS["matern"](mask, SPACING, cells, values, 0.0, **options)
    two = METHODS["matern"](mask, SPACING, cells, values, 0.0, solver=solver, **options)
    np.testing.assert_allclose(two.mean, one.mean, atol=1e-8)
    np.testing.assert_allclose(two.sd, one.sd, atol=1e-8)


def test_solver_that_is_not_installed(monkeypatch):
    monkeypatch.setattr("bayqa.fields.methods.sparse.solver.find_spec", lambda name: None)
    with pytest.raises(MethodError, match="solver 'amg' needs pyamg: install it"):
        choose_solver("amg", 10)
    assert choose_solver("auto", 10**9) == "blocks"


def test_very_large_grids_go_to_multigrid():
    pytest.importorskip("pyamg")
    assert choose_solver("auto", 10**5) == "blocks"
    assert choose_solver("auto", 10**7) == "amg"


def test_selected_inverse_and_many_right_hand_sides():
    mask = island()
    mesh = build_mesh(mask, link_cells(mask), np.ones(mask.sum(), bool), 1)
    system = spde.assemble(mesh, SPACING, RANGE)
    inverse = np.linalg.inv(system.matrix.toarray())
    diagonal, joint = invert_selected(system.matrix, mesh.edges)
    np.testing.assert_allclose(diagonal, np.diag(inverse), rtol=1e-11)
    np.testing.assert_allclose(joint, inverse[tuple(mesh.edges.T)], rtol=1e-11)
    right = np.random.default_rng(0).standard_normal((mask.sum(), 37))
    np.testing.assert_allclose(
        solve(factorise(system.matrix), right), inverse @ right, rtol=1e-9, atol=1e-11
    )


def test_coarse_mesh_keeps_barriers_and_volume():
    # The wall of no width runs inside the blocks of 4, which it must part in two.
    mask = open_water(16, 16)
    links = thin_wall(mask, 5)
    edges = link_cells(mask, links)
    mesh = build_mesh(mask, edges, np.ones(256, bool), 4)
    assert mesh.volume.sum() == 256
    assert mesh.volume.size == 20
    assert np.unique(find_basins(20, mesh.edges)).size == 2
    carried = prolong(mesh, (mesh.volume < 12).astype(float))
    np.testing.assert_allclose(np.asarray(mesh.prolongation.sum(axis=1)).ravel(), 1)
    assert carried.shape == (256,)


def test_prolonged_values_do_not_cross_a_wall():
    mask = two_basins(16, 17)
    edges = link_cells(mask)
    mesh = build_mesh(mask, edges, np.ones(mask.sum(), bool), 4)
    west = np.nonzero(mask)[1] < 8
    of_node = np.zeros(mesh.volume.size)
    of_node[mesh.node[west]] = 1.0
    np.testing.assert_array_equal(prolong(mesh, of_node), west.astype(float))


@pytest.mark.parametrize("mask", [open_water(60, 60), spit(60, 61, 40)], ids=["open", "spit"])
def test_coarse_solve_agrees_with_the_full_one(mask):
    # Stations 1600 m apart call for a mesh of 200 m on a grid of 100 m.
    rng = np.random.default_rng(2)
    grid = [(r, c) for r in range(6, 60, 16) for c in range(6, 60, 16)]
    cells = np.array([number(mask, r, c) for r, c in grid])
    options = {"range": 6000.0, "sill": 1.0, "nugget": 0.02}
    values = rng.standard_normal(16)
    coarse = METHODS["matern"](mask, SPACING, cells, values, 0.0, **options)
    full = METHODS["matern"](mask, SPACING, cells, values, 0.0, resolve=1e9, **options)
    made = basis.prepare_basis(mask, SPACING, cells, ranges=[6000.0])
    assert basis.mesh_of(made, 0).factor == 2
    spread = full.mean.std()
    assert np.sqrt(np.mean((coarse.mean - full.mean) ** 2)) < 0.01 * spread
    assert abs(coarse.sd / full.sd - 1).mean() < 0.045


def test_prior_between_nodes_is_that_of_the_interpolated_field():
    mask = spit(30, 31, 20)
    mesh = build_mesh(mask, link_cells(mask), np.ones(mask.sum(), bool), 3)
    system = spde.assemble(mesh, SPACING, 4000.0)
    weights = mesh.prolongation.toarray()
    truth = np.einsum("ij,jk,ik->i", weights, dense(system), weights)
    np.testing.assert_allclose(spde.prior_variance(mesh, system), truth, rtol=1e-6)


def test_most_cells_of_a_mesh_are_bounded():
    mask = open_water(60, 60)
    made = basis.prepare_basis(mask, SPACING, np.array([5, 900]), ranges=[500.0], max_cells=500)
    assert basis.mesh_of(made, 0).volume.size <= 500


def test_barrier_variant_is_close_to_no_flux():
    mask = spit()
    cells = np.array([number(mask, 3, 5), number(mask, 3, 15), number(mask, 18, 10)])
    land = basis.station_covariance(fine(mask, cells, barrier=True), 0)
    flux = basis.station_covariance(fine(mask, cells), 0)
    np.testing.assert_allclose(land, flux, atol=0.05)
    stationary = basis.station_covariance(fine(np.ones_like(mask), cells), 0)
    assert land[0, 1] < 0.2 * stationary[0, 1]


def test_barrier_variant_sees_a_thin_wall():
    mask = open_water(12, 15)
    cells = np.array([number(mask, 6, 6), number(mask, 6, 9)])
    free = basis.station_covariance(fine(mask, cells, barrier=True), 0)
    closed = basis.station_covariance(fine(mask, cells, barrier=True, links=thin_wall(mask, 7)), 0)
    assert closed[0, 1] < 0.5 * free[0, 1]


def test_unit_variance_takes_the_rise_at_coasts_out():
    mask = spit()
    cells, values = sample(mask, 8, 4)
    options = {"range": RANGE, "sill": 1.0, "nugget": 1e-6}
    field = METHODS["matern"](mask, SPACING, cells, values, 0.0, unit_variance=True, **options)
    np.testing.assert_allclose(field.mean[cells], values, atol=1e-3)
    made = fine(mask, cells, unit_variance=True)
    np.testing.assert_allclose(np.diag(basis.station_covariance(made, 0)), 1)
    np.testing.assert_allclose(basis.nodes_of(made, 0).prior, 1)


def test_factor_and_basis_are_kept():
    made = fine(spit(), np.array([3, 50]))
    assert basis.nodes_of(made, 0) is basis.nodes_of(made, 0)
    assert basis.factor_of(made, 0) is basis.factor_of(made, 0)
