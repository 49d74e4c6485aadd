"""The corpus in the formats of its users."""
