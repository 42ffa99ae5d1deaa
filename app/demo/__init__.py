"""The demonstration cluster: an invented district whose figures are those of a real programme."""
