"""Errors a user can meet; a message says what was found, where, what is wanted, what to do."""

from __future__ import annotations

__all__ = ["BayqaError", "CoverageError", "InputError", "MethodError", "StandardError"]


class BayqaError(Exception):
    """Base of every error that bad input can cause; a batch catches it bay by bay."""


class InputError(BayqaError):
    """A file, table or polygon cannot be used as it is."""


class StandardError(BayqaError):
    """A standard, rule set or limit table is not usable."""


class CoverageError(BayqaError):
    """The stations, grid and water do not fit together."""


class MethodError(BayqaError):
    """A method or its settings cannot do what is asked."""
