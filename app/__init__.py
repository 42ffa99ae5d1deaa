"""The application: accounts, jobs, letters, pages and what wires the packages together."""

import os

# Before NumPy is first imported. Our matrices are small: threads of its linear algebra wait for each other longer
# than they compute (fifty times as long on a busy machine), and each keeps memory of its own.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
