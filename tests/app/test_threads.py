"""How many threads a process of ours has."""

import os
import subprocess
import sys

PROGRAM = """
import app.clock, numpy, os
numpy.ones((9, 9)) @ numpy.ones((9, 9))
print(len(os.listdir("/proc/self/task")))
"""


def test_linear_algebra_brings_no_threads_of_its_own():
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    shown = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True
    )
    assert shown.stdout == "1\n"
