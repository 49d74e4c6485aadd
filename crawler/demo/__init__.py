"""The demonstration: a small news site in six languages on the loopback, and a tour of it."""
