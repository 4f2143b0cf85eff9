"""Linters, type checker and Snakemake's own advice, as a contributor would run them."""

import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        "ruff check .",
        "ruff format --check .",
        "mypy",
        "snakefmt --check -l 100 Snakefile workflow",
        "snakemake --lint",
    ],
)
def test_tool_finds_nothing(command):
    tool, *arguments = command.split()
    done = subprocess.run([BIN / tool, *arguments], cwd=HOME, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_readme_gives_one_command_to_run_and_one_to_test():
    text = (HOME / "README.md").read_text("utf-8")
    for heading, lock, last in (
        ("## Run it", "requirements.txt", "snakemake --cores 8"),
        ("## Test it", "requirements-test.txt", "pytest"),
    ):
        block = text.split(heading, 1)[1].split("```", 2)[1]
        language, command = block.strip().split("\n", 1)
        assert language == "bash"
        assert "\n" not in command
        assert lock in command
        assert command.endswith(last)
