"""Many broken inputs for every reader of tables and vectors.

Run: python benchmarks/intake_fuzz.py [inputs for each reader, default 10000]
Ten thousand make about 1e5 inputs over all readers. No exception but BayqaError, no hang above
20 s, no more memory than 4 times the file plus 100 MB.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def main() -> int:
    rounds = sys.argv[1] if len(sys.argv) > 1 else "10000"
    root = Path(__file__).resolve().parents[1]
    command = [sys.executable, "-m", "pytest", "-q", "--timeout=0", "tests/intake/test_fuzz.py"]
    environment = {**os.environ, "BAYQA_FUZZ": rounds}
    return subprocess.run([*command, "--durations=0"], cwd=root, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
