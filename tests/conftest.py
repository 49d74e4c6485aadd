"""What all tests share: the server that their processes come from, and who runs which tests."""

import pytest

from tests.children import start_server


def pytest_configure(config):
    """Give each worker of `-n` a run of neighbours: a module's fixtures are then made once."""
    if getattr(config.option, "dist", None) == "load":
        config.option.dist = "worksteal"


@pytest.fixture(scope="session", autouse=True)
def _server():
    start_server()
