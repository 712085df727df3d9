"""Settings of all tests: examples by hypothesis are the same in each run and have no deadline."""

from hypothesis import settings

# A deadline would be a timing in disguise, and fail on a busy machine.
settings.register_profile("bayqa", deadline=None, derandomize=True)
settings.load_profile("bayqa")
