"""Intake: files as agencies and people write them, to tidy samples, bays, rivers and land."""

from bayqa.intake.checks.flags import flag
from bayqa.intake.lists import read_outlets, read_targets
from bayqa.intake.polygons.bays import read_bays, read_land, read_rivers
from bayqa.intake.polygons.mouths import build_bays
from bayqa.intake.register import read_register
from bayqa.intake.report import check_path, write_report
from bayqa.intake.samples import read_samples

__all__ = [
    "build_bays",
    "check_path",
    "flag",
    "read_bays",
    "read_land",
    "read_outlets",
    "read_register",
    "read_rivers",
    "read_samples",
    "read_targets",
    "write_report",
]
