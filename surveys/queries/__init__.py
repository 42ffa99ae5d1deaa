"""What can be asked about instruments, diagnostics, answers and results; one module a subject."""
