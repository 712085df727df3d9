"""Restricted likelihood over ranges and noise, censored values included."""
