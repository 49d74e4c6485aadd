"""Tests: one file for each module, reading as sentences."""
