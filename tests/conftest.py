"""What the tests share: the project's folders, one cleaner, and texts that are hard to handle."""

import pytest
from hypothesis import HealthCheck, settings

from cleaner.pipeline import Cleaner

pytest_plugins = ["pytester"]

# Machines are shared and slow at times: a deadline would make the laws fail by noise.
settings.register_profile(
    "default",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    derandomize=True,
)
settings.load_profile("default")


@pytest.fixture(scope="session")
def tool() -> Cleaner:
    return Cleaner()
