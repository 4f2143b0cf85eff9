"""What holds for all tests."""

import gc
from collections.abc import Generator
from typing import Any

import pytest


def pytest_make_parametrize_id(config: Any, val: object, argname: str) -> str | None:
    """Name bytes by their argument: packed ones hold the second in which they were packed.

    The processes of a run have to agree on the names of tests.
    """
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Search for rubbish neither while tests are collected nor ever after among them."""
    gc.disable()
    found = yield
    gc.freeze()
    gc.enable()
    return found
