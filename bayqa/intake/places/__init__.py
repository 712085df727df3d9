"""Positions of stations, geographic and projected."""
