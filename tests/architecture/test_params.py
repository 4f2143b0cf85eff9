"""What a job is told of the configuration is what the manifest has of it."""

import re
from pathlib import Path

import pytest

from options import SCHEMA

HOME = Path(__file__).parents[2]
BLOCKS = {name for name, of in SCHEMA["properties"].items() if of.get("type") == "object"}
GIVEN = re.compile(r"^        (\w+)=(.*),$", re.M)
PARAMS = re.compile(r"^    params:\n((?:        .*\n)+)", re.M)


@pytest.mark.parametrize("path", sorted((HOME / "workflow/rules").glob("*.smk")), ids=str)
def test_a_param_named_as_a_block_of_the_configuration_holds_it(path):
    """`verify` compares the two by name, so another value under the name is no run's of it."""
    for params in PARAMS.findall(path.read_text("utf-8")):
        for name, value in GIVEN.findall(params):
            if name in BLOCKS:
                assert f'config["{name}"]' in value, f"{path.name}: {name}={value}"
