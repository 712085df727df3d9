"""BLAS and LAPACK inside compiled loops: those of scipy, called by their addresses.

The addresses are handed in, so that compiled code can be kept on disk. A matrix is (flat array,
offset of its first entry, leading dimension) with contiguous columns, as in Fortran.
"""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import get_cython_function_address, intrinsic

from bayqa.machine import compiled

__all__ = [
    "decompose",
    "find_routines",
    "invert",
    "invert_triangle",
    "multiply",
    "solve_right",
    "subtract_square",
]

TURNED, PLAIN, RIGHT, LOWER = (np.uint8(ord(letter)) for letter in "TNRL")


def find_routines() -> np.ndarray:
    """Addresses of dgemm, dtrsm, dsyrk, dpotrf, dpotri and dtrtri in this process; (6,) int64."""
    blas, lapack = "scipy.linalg.cython_blas", "scipy.linalg.cython_lapack"
    wanted = [(blas, "dgemm"), (blas, "dtrsm"), (blas, "dsyrk"), (lapack, "dpotrf")]
    wanted += [(lapack, "dpotri"), (lapack, "dtrtri")]
    return np.array([get_cython_function_address(*name) for name in wanted], dtype=np.int64)


def _point(context, builder, kind, value):
    """Pointer to an argument: to the place of (array, offset), to a copy of a number."""
    if isinstance(kind, types.BaseTuple):
        array, offset = builder.extract_value(value, 0), builder.extract_value(value, 1)
        data = context.make_array(kind.types[0])(context, builder, array).data
        return builder.gep(data, [offset])
    if isinstance(kind, types.Integer) and kind.bitwidth > 8:
        value = builder.trunc(value, ir.IntType(32))
    return cgutils.alloca_once_value(builder, value)


@intrinsic
def _call(typingctx, address, args):
    """Call a Fortran routine: letters are uint8, then whole numbers, floats, (array, offset)."""

    def build(context, builder, signature, values):
        where, packed = values
        pointers = [
            _point(context, builder, kind, builder.extract_value(packed, i))
            for i, kind in enumerate(signature.args[1].types)
        ]
        shape = ir.FunctionType(ir.VoidType(), [pointer.type for pointer in pointers])
        builder.call(builder.inttoptr(where, shape.as_pointer()), pointers)
        return context.get_dummy_value()

    return types.void(types.int64, args), build


@compiled
def multiply(routines, turned, shape, a, b, c):
    """Set c to op(a) @ op(b) * sign + c * keep; `shape` (rows, columns, inner, sign, keep)."""
    m, n, k, sign, keep = shape
    one = TURNED if turned[0] else PLAIN
    two = TURNED if turned[1] else PLAIN
    first, second, third = (a[0], a[1]), (b[0], b[1]), (c[0], c[1])
    _call(routines[0], (one, two, m, n, k, sign, first, a[2], second, b[2], keep, third, c[2]))


@compiled
def solve_right(routines, turned, shape, lower, b):
    """Set b of `shape` (rows, columns) to b @ op(lower)^-1."""
    m, n = shape
    op = TURNED if turned else PLAIN
    _call(
        routines[1],
        (RIGHT, LOWER, op, PLAIN, m, n, 1.0, (lower[0], lower[1]), lower[2], (b[0], b[1]), b[2]),
    )


@compiled
def subtract_square(routines, shape, a, c):
    """Subtract a @ a.T from the lower half of c, for a of `shape` (rows, columns)."""
    n, k = shape
    _call(
        routines[2],
        (LOWER, PLAIN, n, k, -1.0, (a[0], a[1]), a[2], 1.0, (c[0], c[1]), c[2]),
    )


@compiled
def decompose(routines, n, a, info):
    """Cholesky factor of the lower half of a, in place; `info` (1,) int32 is 0 when it worked."""
    _call(routines[3], (LOWER, n, (a[0], a[1]), a[2], (info, 0)))


@compiled
def invert(routines, n, a, info):
    """Lower half of the inverse from the Cholesky factor, in place."""
    _call(routines[4], (LOWER, n, (a[0], a[1]), a[2], (info, 0)))


@compiled
def invert_triangle(routines, n, a, info):
    """Inverse of a lower triangle, in place."""
    _call(routines[5], (LOWER, PLAIN, n, (a[0], a[1]), a[2], (info, 0)))
