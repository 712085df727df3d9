"""Bays, rivers and land: vector files, their repair and mouths."""
