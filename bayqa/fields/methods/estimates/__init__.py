"""Means, sd and draws of many fields from one basis."""
