"""Quality of extraction, side by side with peers: `python -m benchmarks.quality SUITES`."""
