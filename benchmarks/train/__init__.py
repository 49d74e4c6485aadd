"""Training of the block judge: `python -m benchmarks.train SUITES`."""
