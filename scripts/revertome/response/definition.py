"""What a trial calls response: core set, scores, criteria and endpoints, read from its definition.

A definition is data. Its text is compared with known names and never evaluated.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from revertome.errors import StudyError
from revertome.response.formulas import FORMULAS

COMPARISONS = ("at_least", "more_than", "at_most", "less_than")
# Of each kind: the keys it needs; "compared" is exactly one of COMPARISONS.
KINDS = {
    "core_set": ("improved_percent", "in_at_least", "worsened_percent", "in_at_most"),
    "value": ("variable", "compared"),
    "baseline": ("variable", "compared"),
    "fall": ("variable", "compared"),
    "rise": ("variable", "compared"),
    "down": ("variable", "percent"),
    "normal_or_down": ("variable", "limit", "percent"),
    "absent": ("signs",),
    "all": ("of",),
    "any": ("of",),
}
GROUPS = ("all", "any")
RULES = {"missing": ("bounded", "strict", "not_improved")}
RULES["zero_baseline"] = ("worsened", "ignored", "not_assessable")


@dataclass(frozen=True)
class Definition:
    """A trial's definition of response, its names resolved.

    Attributes
    ----------
    core_set
        Variables and the direction, lower or higher, that is better.
    scores
        Composite scores: formula and columns.
    criteria
        Criteria in the order of the audit, limits as numbers; each has its `kind`.
    endpoints
        Endpoints in the order of the trial table: how (all or any), names, among.
    levels
        Level and the criterion or endpoint that reaches it, rising.
    continuous
        Variables summarised by arm.
    missing, zero_baseline
        Rules for missing components and for baselines of zero.
    """

    core_set: Mapping[str, str]
    scores: Mapping[str, Mapping[str, Any]]
    criteria: Mapping[str, Mapping[str, Any]]
    endpoints: Mapping[str, tuple[str, tuple[str, ...], tuple[str, ...]]]
    levels: Mapping[int, str]
    continuous: tuple[str, ...]
    missing: str
    zero_baseline: str

    def needed(self, name: str) -> list[str]:
        """Columns of the visits sheet behind a criterion or an endpoint, scores resolved."""
        if name in self.endpoints and name not in self.criteria:
            _, names, among = self.endpoints[name]
            return _unique(column for part in (*names, *among) for column in self.needed(part))
        rule = self.criteria[name]
        if rule["kind"] in GROUPS:
            return _unique(column for part in rule["of"] for column in self.needed(part))
        if rule["kind"] == "core_set":
            used: Iterable[str] = rule.get("variables", self.core_set)
        else:
            used = rule["signs"] if rule["kind"] == "absent" else [rule["variable"]]
        return _unique(column for variable in used for column in self.columns(variable))

    def columns(self, variable: str) -> list[str]:
        """Columns of the visits sheet behind one variable, which may be a score."""
        if variable in self.scores:
            return list(self.scores[variable]["columns"].values())
        return [variable]

    def variables(self) -> list[str]:
        """Every column of the visits sheet and every score that a verdict looks at."""
        every = [column for name in self.criteria for column in self.needed(name)]
        return _unique([*self.core_set, *every, *self.scores])


def parse(found: Mapping[str, Any], limits: Mapping[str, float] | None = None) -> Definition:
    """Check a definition and resolve its names.

    Parameters
    ----------
    found
        Content of a definition file (`workflow/schemas/response.schema.yaml`).
    limits
        Limits that replace those of the definition, by name.

    Raises
    ------
    StudyError
        An unknown kind, formula, rule, limit or name, or a criterion whose keys do not fit.
    """
    known = dict(found.get("limits", {}))
    for name, value in (limits or {}).items():
        if name not in known:
            _refuse(f"no limit {name!r} to replace (config response.limits)", known)
        known[name] = value
    core = dict(found.get("core_set", {}))
    for name, better in core.items():
        if better not in ("lower", "higher"):
            _refuse(f"core_set.{name}: found {better!r}", ["lower", "higher"])
    scores = {name: _score(name, rule) for name, rule in found.get("scores", {}).items()}
    criteria: dict[str, dict[str, Any]] = {}
    for name, rule in found["criteria"].items():
        criteria[name] = _criterion(name, dict(rule), known, core, criteria)
    endpoints = {n: _endpoint(n, rule, criteria) for n, rule in found["endpoints"].items()}
    levels = {int(level): name for level, name in found.get("levels", {}).items()}
    for level, name in levels.items():
        if name not in {**criteria, **endpoints}:
            _refuse(f"levels.{level}: no criterion or endpoint {name!r}", {**criteria, **endpoints})
    rules = {name: found.get("rules", {}).get(name, words[0]) for name, words in RULES.items()}
    for name, word in rules.items():
        if word not in RULES[name]:
            _refuse(f"rules.{name}: unknown rule {word!r}", RULES[name])
    continuous = tuple(found.get("continuous") or [*core, *scores])
    ranked = dict(sorted(levels.items()))
    return Definition(core, scores, criteria, endpoints, ranked, continuous, **rules)


def columns_read(response: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """Columns of the visits sheet that a verdict, a score or a summary looks at.

    Parameters
    ----------
    response
        Section of the study file; only `source` visits reads any.
    found
        Content of the definition file.
    """
    if response["source"] != "visits":
        return []
    definition = parse(found, response["limits"])
    looked = [*definition.variables(), *definition.continuous]
    return _unique([*looked, *(c for name in looked for c in definition.columns(name))])


def _score(name: str, rule: Mapping[str, Any]) -> Mapping[str, Any]:
    formula, columns = rule["formula"], rule["columns"]
    if formula not in FORMULAS:
        _refuse(f"scores.{name}: unknown formula {formula!r}", FORMULAS)
    parts = FORMULAS[formula].parts
    if parts and sorted(parts) != sorted(columns):
        _refuse(f"scores.{name}.columns: formula {formula} needs other parts", parts)
    return rule


def _criterion(
    name: str,
    rule: dict[str, Any],
    limits: Mapping[str, float],
    core: Mapping[str, str],
    before: Mapping[str, Any],
) -> dict[str, Any]:
    where = f"criteria.{name}"
    _fits(where, rule)
    for key in (*COMPARISONS, "limit"):
        if isinstance(rule.get(key), str):
            if rule[key] not in limits:
                _refuse(f"{where}.{key}: no limit {rule[key]!r}", limits)
            rule[key] = limits[rule[key]]
    if rule["kind"] == "core_set" and not core:
        _refuse(f"{where}: no core_set is given", ["core_set: {variable: lower}"])
    for variable in rule.get("variables", []):
        if variable not in core:
            _refuse(f"{where}: {variable!r} is not in the core_set", core)
    looked_at = rule.get("variables", core)
    if rule["kind"] == "core_set" and rule["in_at_least"] > len(looked_at):
        some = map(str, range(1, len(looked_at) + 1))
        _refuse(f"{where}.in_at_least: there are {len(looked_at)} core variables", some)
    for part in rule.get("of", []):
        if part not in before:
            _refuse(f"{where}.of: no criterion {part!r} above it", before)
    return rule


def _fits(where: str, rule: Mapping[str, Any]) -> None:
    """The keys of a criterion are those of its kind."""
    kind = rule["kind"]
    if kind not in KINDS:
        _refuse(f"{where}: unknown kind {kind!r}", KINDS)
    needed = KINDS[kind]
    if sum(key in rule for key in COMPARISONS) != ("compared" in needed):
        count = "exactly one" if "compared" in needed else "none"
        _refuse(f"{where}: a criterion of kind {kind} needs {count}", COMPARISONS)
    absent = [key for key in needed if key != "compared" and key not in rule]
    if absent:
        _refuse(f"{where}: {absent[0]} is missing; kind {kind} needs all", needed)


def _endpoint(
    name: str, rule: Mapping[str, Any], criteria: Mapping[str, Any]
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    how = [key for key in GROUPS if key in rule]
    if len(how) != 1:
        _refuse(f"endpoints.{name}: an endpoint needs exactly one", GROUPS)
    parts, among = tuple(rule[how[0]]), tuple(rule.get("among", ()))
    for part in (*parts, *among):
        if part not in criteria:
            _refuse(f"endpoints.{name}: no criterion {part!r}", criteria)
    if name in criteria and (how[0], parts, among) != ("all", (name,), ()):
        _refuse(f"endpoints.{name}: a criterion of that name is something else", ["another name"])
    return how[0], parts, among


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _refuse(what: str, choices: Iterable[str]) -> NoReturn:
    known = ", ".join(map(str, choices)) or "none"
    raise StudyError(f"definition of response: {what}; choose from: {known}")
