"""What holds for all tests."""

from typing import Any


def pytest_make_parametrize_id(config: Any, val: object, argname: str) -> str | None:
    """Name bytes by their argument: packed ones hold the second in which they were packed.

    The processes of a run have to agree on the names of tests.
    """
    return argname if isinstance(val, bytes) else None
