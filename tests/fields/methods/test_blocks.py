"""Our own sparse factor: order, places, factor, solutions, selected inverse against dense ones."""

import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from bayqa.errors import MethodError
from bayqa.fields.methods import METHODS, threads
from bayqa.fields.methods.sparse import solver, spde
from bayqa.fields.methods.sparse.blas import find_routines
from bayqa.fields.methods.sparse.dissection import NOT_FIRST, dissect
from bayqa.fields.methods.sparse.mesh import build_mesh, link_cells
from bayqa.fields.methods.sparse.plan import analyse, find_pairs, load_panels
from bayqa.fields.methods.sparse.room import make_room
from bayqa.fields.methods.sparse.solver import choose_solver, factorise, invert_selected, solve
from bayqa.fields.methods.sparse.supernodes import factorise_panels
from tests.fields.methods.bays import SPACING, island, open_water, sample, spit

SIZES = st.tuples(st.integers(1, 24), st.integers(1, 24))


def water(size, seed, share=0.7):
    mask = np.random.default_rng(seed).random(size) < share
    mask[0, 0] = True
    return mask


def made(mask, factor=1, range_m=2000.0):
    mesh = build_mesh(mask, link_cells(mask), np.ones(mask.sum(), bool), factor)
    system = spde.assemble(mesh, SPACING, range_m)
    pairs = spde.joined(mesh)
    return mesh, system, pairs, analyse(system.matrix, mesh.place, pairs)


def lower(plan, panels):
    """The factor as a dense matrix, in the order of elimination."""
    out = np.zeros((plan.place.size, plan.place.size))
    for j in range(plan.parent.size):
        own = np.arange(plan.start[j], plan.start[j + 1])
        rows = np.append(own, plan.rows[plan.row_start[j] : plan.row_start[j + 1]])
        panel = panels[plan.panel[j] : plan.panel[j + 1]].reshape(own.size, rows.size).T
        out[np.ix_(rows, own)] = panel
    return np.tril(out)


@settings(deadline=None, max_examples=30)
@given(SIZES, st.integers(0, 99), st.integers(1, 9))
def test_dissection_keeps_the_sides_of_a_cut_apart(size, seed, leaf):
    mask = water(size, seed)
    places = np.column_stack(np.nonzero(mask))
    order, above = dissect(places, leaf)
    np.testing.assert_array_equal(np.sort(order), np.arange(len(places)))
    first = np.flatnonzero(above > NOT_FIRST)
    block = np.searchsorted(first, np.argsort(order), side="right") - 1
    parent = np.searchsorted(first, above[first])
    assert (above[first] == -1).sum() == 1
    for one, two in block[link_cells(mask)]:
        low, high = min(one, two), max(one, two)
        while low < high:
            low = parent[low]
        assert low == high


@settings(deadline=None, max_examples=30)
@given(SIZES, st.integers(0, 99), st.sampled_from([1, 2, 3]))
def test_factor_solution_and_inverse_are_the_dense_ones(size, seed, step):
    mesh, system, pairs, plan = made(water(size, seed), step)
    dense = system.matrix.toarray()
    order = np.argsort(plan.place)
    factor, panels = factorise(system.matrix, "blocks", plan), load_panels(plan, system.matrix)
    assert factorise_panels(find_routines(), plan, panels, np.empty(plan.left[-1]))
    found = lower(plan, panels)
    np.testing.assert_allclose(found @ found.T, dense[np.ix_(order, order)], atol=1e-12)
    right = np.random.default_rng(seed).standard_normal((len(dense), 35))
    np.testing.assert_allclose(dense @ solve(factor, right), right, atol=1e-10)
    inverse = np.linalg.inv(dense)
    both = np.concatenate([mesh.edges, pairs])
    diagonal, joint = invert_selected(system.matrix, both, plan)
    np.testing.assert_allclose(diagonal, np.diag(inverse), rtol=1e-10)
    np.testing.assert_allclose(joint, inverse[tuple(both.T)], rtol=1e-10, atol=1e-13)


def test_one_plan_serves_every_range():
    mask = spit(30, 31, 20)
    _, _, pairs, plan = made(mask, 2, 800.0)
    _, system, _, own = made(mask, 2, 6000.0)
    one = invert_selected(system.matrix, pairs, plan)
    np.testing.assert_array_equal(one[0], invert_selected(system.matrix, pairs, own)[0])
    reference = invert_selected(system.matrix, np.zeros((0, 2), int))[0]
    np.testing.assert_allclose(one[0], reference, rtol=1e-11)


def test_entries_go_to_their_places():
    mesh, system, _, plan = made(island())
    panels = load_panels(plan, system.matrix)
    edges = mesh.edges
    np.testing.assert_array_equal(
        panels[find_pairs(plan, edges)], system.matrix.toarray()[tuple(edges.T)]
    )
    np.testing.assert_array_equal(panels[plan.corner], system.matrix.diagonal())


def test_a_grid_fills_in_no_more_than_theory():
    # George's bound for k x k nodes is 31/4 k^2 log2(k) entries.
    _, _, _, plan = made(open_water(128, 128))
    assert plan.panel[-1] < 31 / 4 * 128**2 * 7


def test_the_same_bytes_on_one_and_on_two_threads(monkeypatch):
    mask = spit(40, 41, 30)
    mesh, system, _, plan = made(mask)
    right = np.random.default_rng(1).standard_normal((mask.sum(), 70))
    answers = []
    for n in (1, 2):
        for module in (threads, solver):
            monkeypatch.setattr(module, "count_workers", lambda n=n: n)
        answer = solve(factorise(system.matrix, "auto", plan), right)
        answers.append(answer.tobytes() + spde.prior_variance(mesh, system, plan).tobytes())
    assert answers[0] == answers[1]


def test_matrix_that_is_not_positive_definite():
    _, system, _, plan = made(island())
    lowered = system.matrix - sparse.diags_array(np.full(plan.place.size, 5.0))
    with pytest.raises(MethodError, match="not positive definite to rounding: the range"):
        factorise(sparse.csc_array(lowered), "blocks", plan)


def test_rivals_are_not_loaded_side_by_side(monkeypatch):
    monkeypatch.setattr("bayqa.fields.methods.sparse.solver.find_spec", lambda name: True)
    monkeypatch.setitem(sys.modules, "cholespy", sys)
    monkeypatch.delitem(sys.modules, "sksparse_minimal", raising=False)
    with pytest.raises(MethodError, match="cholespy is already loaded, and the two cannot share"):
        choose_solver("sksparse", 10)
    assert choose_solver("cholespy", 10) == "cholespy"


@pytest.mark.parametrize("shape", [(0,), (3, 4), (500, 500)])
def test_room_is_zeros_that_can_be_written(shape):
    room = make_room(*shape)
    assert room.shape == shape
    assert room.flags.c_contiguous
    assert not room.any()
    room += 1
    assert room.sum() == room.size


SKSPARSE = """
import numpy as np
from bayqa.fields.methods import METHODS
from tests.fields.methods.bays import SPACING, sample, spit
mask = spit(40, 41, 30)
cells, values = sample(mask, 12, 1)
given = {"range": 900.0, "sill": 1.0, "nugget": 0.05}
fields = [METHODS["matern"](mask, SPACING, cells, values, 0.0, solver=name, **given)
          for name in ("superlu", "sksparse")]
assert abs(fields[0].mean - fields[1].mean).max() < 1e-8
assert abs(fields[0].sd - fields[1].sd).max() < 1e-8
"""


@pytest.mark.slow
def test_sksparse_gives_the_same_numbers():
    # A process of its own: cholespy, loaded by other tests, registers the same names.
    if find_spec("sksparse_minimal") is None:
        pytest.skip("sksparse-minimal is not installed")
    subprocess.run([sys.executable, "-c", SKSPARSE], check=True)


@pytest.mark.parametrize("range_m", [300.0, 1500.0, 6000.0])
@pytest.mark.parametrize("own", [True, False], ids=["blocks", "superlu"])
def test_prior_sd_is_exact_to_1e_8(range_m, own):
    mesh, system, _, plan = made(spit(30, 31, 20), 1, range_m)
    inverse = np.linalg.inv(system.matrix.toarray())
    truth = np.sqrt((inverse * system.weight * inverse).sum(axis=1))
    found = np.sqrt(spde.prior_variance(mesh, system, plan if own else None))
    np.testing.assert_allclose(found, truth, rtol=1e-8)


def test_fitted_fields_agree_with_the_reference_to_1e_8():
    mask = spit(50, 51, 35)
    cells, values = sample(mask, 25, 3)
    fields = [
        METHODS["matern"](mask, SPACING, cells, values, 0.0, solver=name)
        for name in ("superlu", "blocks")
    ]
    np.testing.assert_allclose(fields[1].mean, fields[0].mean, atol=1e-8)
    np.testing.assert_allclose(fields[1].sd, fields[0].sd, atol=1e-8)
