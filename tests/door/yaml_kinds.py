"""Study files as people write them: words, keys, types."""

import re
from collections.abc import Callable

from door.kind import Expected, Rng, equal, equal_or_told, kind, pick, told
from door.study import Study


def replaced(old: str, new: str) -> Callable[[str], str]:
    """A change of the text of the study file."""
    return lambda text: text.replace(old, new, 1)


def roles(study: Study, **rules: dict[str, object]) -> None:
    """Map every column to its role, some by rules of their own."""
    names = ["sample", "patient", "visit", "group"]
    fields = {name: {"field": name} for name in names}
    study.config["intake"]["fields"] = {**fields, **rules}


@kind("yes and no and on and off as words", "yaml", keeps=True)
def words(rng: Rng, study: Study) -> Expected:
    yes, no = pick(rng, [("yes", "no"), ("on", "off"), ("true", "false"), ("Yes", "No"),
                         ("1", "0"), ("1.0", "2.0"), ("01", "02")])  # fmt: skip
    cells = [yes if g == "patient" else no for g in study.sheet.get("group")]
    good = study.copy()
    study.sheet.rows[0][study.sheet.column("group")] = "sjia"
    study.sheet.put("sjia", cells)
    roles(study, group={"field": "sjia", "values": {"FIRST": "patient", "SECOND": "healthy"}})
    roles(good)
    study.yaml += [replaced("FIRST:", f"{yes}:"), replaced("SECOND:", f"{no}:")]
    return equal(good)


@kind("ids of digits, with zeros before", "yaml", keeps=True)
def zeros(rng: Rng, study: Study) -> Expected:
    width = pick(rng, [3, 4])
    names = [str(11 + 6 * i).zfill(width) for i in range(len(study.samples))]
    study.sheet.put("sample", names)
    study.matrix.rows[0][1:] = names
    gone = pick(rng, names[24:])
    good = study.copy()
    good.config["intake"]["exclude"] = {gone: "haemolysed"}
    study.config["intake"]["exclude"] = {"WHICH": "haemolysed"}
    quote = pick(rng, ["", "", "'"])
    study.yaml.append(replaced("WHICH", f"{quote}{gone}{quote}"))
    return equal(good)


@kind("dates as words", "yaml", keeps=True)
def dates(rng: Rng, study: Study) -> Expected:
    one, other = pick(rng, [("2019-01-15", "2019-07-15"), ("2020-02-29", "2021-03-01")])
    visits = {"before": one, "after": other, "": ""}
    good = study.copy()
    study.sheet.put("visit", [visits[v] for v in study.sheet.get("visit")])
    roles(study, visit={"field": "visit", "values": {"ONE": "before", "OTHER": "after"}})
    roles(good)
    study.yaml += [replaced("ONE:", f"{one}:"), replaced("OTHER:", f"{other}:")]
    return equal(good)


@kind("a key of values that occurs nowhere", "yaml")
def no_such_value(rng: Rng, study: Study) -> Expected:
    role, word = pick(rng, [("group", "patient"), ("visit", "before"), ("visit", "after")])
    typo = pick(rng, [word + "s", word[:-1], word.title(), word[::-1]])
    coded = [f"x {cell}" if cell else "" for cell in study.sheet.get(role)]
    study.sheet.put(role, coded)
    known = {f"x {w}": w for w in ("patient", "healthy", "before", "after") if f"x {w}" in coded}
    known = {f"x {typo}" if new == word else old: new for old, new in known.items()}
    roles(study, **{role: {"field": role, "values": known}})
    return told(f"x {word}")


@kind("a key twice in the study file", "yaml")
def key_twice(rng: Rng, study: Study) -> Expected:
    key, line = pick(rng, [
        ("baseline", "  baseline: after"), ("healthy", "  healthy: null"), ("assay", ""),
        ("design", ""), ("followup", "  followup: later"),
    ])  # fmt: skip
    if key == "design":
        tail = "design:\n  baseline: after\n  followup: before\n"
        study.yaml.append(lambda text: text + tail)
    elif key == "assay":
        study.yaml.append(replaced("intake:\n", "intake:\n  assay: abundance\n"))
    else:
        study.yaml.append(lambda text: re.sub(rf"(\n  {key}: .*)", rf"\1\n{line}", text, count=1))
    return told(repr(key), "study.yaml")


@kind("tabs in the study file", "yaml")
def tabs(rng: Rng, study: Study) -> Expected:
    key = pick(rng, ["source", "assay", "baseline", "followup"])
    study.yaml.append(replaced(f"  {key}:", f"\t{key}:"))
    return told(("tab", "YAML"))


@kind("an unknown key", "yaml")
def unknown(rng: Rng, study: Study) -> Expected:
    section, key = pick(rng, [("intake", "assay"), ("intake", "source"), ("design", "baseline"),
                              ("design", "healthy"), ("design", "followup")])  # fmt: skip
    wrong = pick(rng, [key.title(), key + "s", key[:-1], key[1:]])
    values = study.config[section]
    values[wrong] = values.pop(key) if rng.integers(2) else values[key]
    return told((wrong, key), section)


@kind("a value of another type", "yaml")
def type_(rng: Rng, study: Study) -> Expected:
    section, key, value = pick(rng, [
        ("design", "baseline", ["before"]), ("design", "healthy", True), ("intake", "keep", []),
        ("design", "covariates", "batch"), ("intake", "exclude", ["S01"]),
        ("design", "followup", 6), ("intake", "keep", {"group": "patient"}),
        ("design", "baseline", None),
        ("intake", "fields", {"visit": "visit"}), ("intake", "annotation", "genes.tsv"),
    ])  # fmt: skip
    study.config[section][key] = value
    if key == "annotation":
        study.config[section].pop(key)
        study.yaml.append(replaced("intake:\n", "intake:\n  annotation: genes.tsv\n"))
    return told(section, key)


@kind("a section left empty or not indented", "yaml")
def flat(rng: Rng, study: Study) -> Expected:
    section = pick(rng, ["intake", "design"])
    if rng.integers(2):
        study.yaml.append(lambda text: re.sub(rf"{section}:\n(  .*\n)+", f"{section}:\n", text))
        return told(section)
    study.yaml.append(lambda text: text.replace("\n  ", "\n"))
    return told(("source", "baseline", section))


@kind("the wrong word for healthy or a visit", "yaml")
def wrong_word(rng: Rng, study: Study) -> Expected:
    key, word = pick(rng, [("healthy", "healthy"), ("baseline", "before"), ("followup", "after")])
    wrong = pick(rng, [word.title(), word + " ", word + "s", "control", "month 6", word.upper()])
    study.config["design"][key] = wrong
    return told(f"design.{key}", repr(wrong))


@kind("no healthy people named", "yaml")
def no_healthy(rng: Rng, study: Study) -> Expected:
    study.config["design"]["healthy"] = None
    return told("'healthy'", "samples.tsv")


@kind("an excluded sample or kept value that is not there", "yaml")
def absent(rng: Rng, study: Study) -> Expected:
    sample = pick(rng, study.samples)
    wrong = pick(rng, [sample.lower(), f"{sample}x", f"S0{sample}", "P01"])
    if rng.integers(2):
        study.config["intake"]["exclude"] = {wrong: "haemolysed"}
        return told("intake.exclude", repr(wrong))
    word = pick(rng, ["Patient", "patients", "x"])
    study.config["intake"]["keep"] = {"group": [word, "healthy"]}
    return told("intake.keep", repr(word))


@kind("keep that names no healthy people", "yaml")
def drops_healthy(rng: Rng, study: Study) -> Expected:
    key, values = pick(rng, [("group", ["patient"]), ("visit", ["before", "after"])])
    study.config["intake"]["keep"] = {key: values}
    return equal_or_told("healthy", key)


@kind("a study file by other hands", "yaml", keeps=True)
def other_hands(rng: Rng, study: Study) -> Expected:
    ways: list[Callable[[str], str]] = [
        lambda text: "# my study\n" + text, lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text, lambda text: "---\n" + text + "\n...\n",
        lambda text: text.replace("  ", "    "), lambda text: text + "\n\n# end\n",
        lambda text: re.sub(r": (before|after)$", r": '\1'", text, flags=re.M),
    ]  # fmt: skip
    study.yaml.append(pick(rng, ways))
    return equal()


@kind("a file that is not there", "yaml")
def no_file(rng: Rng, study: Study) -> Expected:
    key = pick(rng, ["matrix", "samples", "visits"])
    study.config["intake"]["matrix" if key == "matrix" else key] = "absent.tsv"
    return told("absent.tsv")
