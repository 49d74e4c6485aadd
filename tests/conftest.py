"""What all tests share: the server that their processes come from."""

import pytest

from tests.children import start_server


@pytest.fixture(scope="session", autouse=True)
def _server():
    start_server()
