"""A region: the chain for every bay, on one machine or many, with resume."""

from bayqa.region.check import check_any
from bayqa.region.config import Region, read_region
from bayqa.region.run import Run, iterate_results, run_region

__all__ = ["Region", "Run", "check_any", "iterate_results", "read_region", "run_region"]
