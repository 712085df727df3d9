"""Intake: files as agencies and people write them, to tidy samples, bays, rivers and land."""

from bayqa.intake.flags import flag
from bayqa.intake.polygons import read_bays, read_land, read_rivers
from bayqa.intake.samples import read_samples

__all__ = ["flag", "read_bays", "read_land", "read_rivers", "read_samples"]
