"""Mistakes of the operator, as opposed to what can be expected of the web.

A page that cannot be cleaned is a `Rejection`, a value. What is raised from here is something
the person at the keyboard can mend: the command line prints it as one line and exits with 2.
"""


class OperatorError(Exception):
    """A mistake that the operator can mend; its text is the one line that they see."""


class ConfigError(OperatorError):
    """A setting that cannot be used, named by file, table and key."""

    def __init__(self, path: object, key: str, problem: str) -> None:
        super().__init__(path, key, problem)  # all arguments, so that it crosses process borders
        self.path = path
        self.key = key
        self.problem = problem

    def __str__(self) -> str:
        """Return the line that the operator sees."""
        return ": ".join(str(part) for part in self.args if part)
