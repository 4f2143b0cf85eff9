"""Definitions of response: by other hands, and damaged."""

import re
from collections.abc import Callable

from door.kind import Expected, Rng, equal, kind, pick, told
from door.study import Study
from options import HOME

NAME = "response.yaml"
TEXT = (HOME / "config/response/acr_pedi.yaml").read_text("utf-8")


def put(study: Study, text: str | bytes) -> None:
    """Give the study a definition of its own."""
    study.other[NAME] = text.encode() if isinstance(text, str) else text
    study.config["response"] = {"definition": NAME}


@kind("a definition of response by other hands", "all", keeps=True)
def other_hands(rng: Rng, study: Study) -> Expected:
    good = study.copy()
    put(good, TEXT)
    put(study, pick(rng, [
        TEXT.replace("\n", "\r\n"), "\ufeff" + TEXT, "---\n" + TEXT, TEXT + "\n# end\n",
        TEXT.replace("improved_percent: 30", "improved_percent: 30.0"),
        TEXT.replace("title: ACR", "title: Nach ACR"), TEXT.replace("  chaq", "  'chaq'"),
    ]))  # fmt: skip
    return equal(good)


@kind("a definition of response that is damaged", "all")
def damaged(rng: Rng, study: Study) -> Expected:
    number = pick(rng, ["'thirty'", "[30]", "~", "true", "-30", ".nan", "1e300", "{}"])
    ways: list[Callable[[str], str]] = [
        lambda t: t.replace("improved_percent: 30", f"improved_percent: {number}", 1),
        lambda t: t.replace("    kind: core_set\n", "", 1),
        lambda t: t.replace("kind: core_set", "kind: coreset", 1),
        lambda t: t.replace("chaq: lower", pick(rng, ["chaq: down", "chaq: 1", "chaq: ~"]), 1),
        lambda t: re.sub(r"criteria:\n", pick(rng, ["criterias:\n", "Criteria:\n"]), t, count=1),
        lambda t: t.replace("{all: [acr_pedi_50]}", "{all: [acr_pedi_5]}", 1),
        lambda t: t.replace("{all: [acr_pedi_50]}", pick(rng, ["{}", "[]", "{all: []}", "7"]), 1),
        lambda t: t.replace("50: acr_pedi_50", "50: acr_pedi_55", 1),
        lambda t: t.replace("missing: bounded", "missing: guessed", 1),
        lambda t: t.replace("\nendpoints:", "\nend points:", 1),
        lambda t: t.replace("  chaq", "\tchaq", 1), lambda t: t.replace("  chaq", " chaq", 1),
        lambda t: t + "endpoints: [\n", lambda _: "", lambda _: "[]\n", lambda _: "acr\n",
        lambda t: t.replace("*acr_pedi", "*acr", 1), lambda t: t.replace("in_at_least: 3", "", 1),
        lambda t: t.replace("in_at_least: 3", "in_at_least: 9", 1),
    ]  # fmt: skip
    put(study, pick(rng, ways)(TEXT))
    return told(NAME)


@kind("a key twice in a definition of response", "all")
def twice(rng: Rng, study: Study) -> Expected:
    line = pick(rng, ["  chaq: lower\n", "    improved_percent: 30\n", "    in_at_least: 3\n",
                      "  acr_pedi_50: {all: [acr_pedi_50]}\n"])  # fmt: skip
    other = line.replace("lower", "higher").replace("30", "20").replace("3\n", "1\n")
    put(study, TEXT.replace(line, line + other, 1))
    return told(NAME, line.split(":")[0].strip())
