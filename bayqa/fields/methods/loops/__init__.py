"""Compiled loops over blocks of cells."""
