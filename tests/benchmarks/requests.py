"""What each job of a finished study asked a cluster for, beside what it used.

    python tests/benchmarks/requests.py results/anajis_simulated

Memory and time as `workflow/rules/resources.smk` asks for them of this study, and by its records
seconds and peak memory: the largest resident set of a process, or where a rule has `threads` that
of the job and of two forks together, as some clusters count what these share for each. It ends
with an error where a job used more than it would have asked for.
"""

import json
import re
import sys
from datetime import datetime
from pathlib import Path

import pandas as pd

RULES = Path(__file__).parents[2] / "workflow" / "rules"
NAME = re.compile(r'^ *(?:rule (\w+):|named\("(\w+)", visit\))', re.M)
ASKED = re.compile(r'mem_mb=memory\("(\w+)"\)')


def needs_of():
    """Name in `NEEDS` of what every rule asks for, and whether it has `threads`."""
    found = {}
    for path in RULES.glob("*.smk"):
        text = path.read_text("utf-8")
        names = [(at.start(), at[1] or at[2]) for at in NAME.finditer(text)]
        for asked in ASKED.finditer(text):
            start, name = [each for each in names if each[0] < asked.start()][-1]
            found[name] = asked[1], "threads:" in text[start : asked.start()]
    return found


def requests(config):
    """`memory` and `minutes` of the rules, for a study of this configuration."""
    space = {"config": config, "OWN": "intake" in config, "Path": Path}
    exec((RULES / "resources.smk").read_text("utf-8"), space)
    return space["memory"], space["minutes"]


def compared(results):
    """One row a job: what it used and what it asks for, its share of memory and of time."""
    config = json.loads((results / "manifest.json").read_text("utf-8"))["config"]
    memory, minutes = requests(config)
    needs, rows = needs_of(), []
    for path in sorted((results / "logs").glob("*.record.json")):
        record = json.loads(path.read_text("utf-8"))
        rule = max((name for name in needs if record["rule"].startswith(name)), key=len)
        began, ended = (datetime.fromisoformat(record[key]) for key in ("began", "ended"))
        own, child = (record["used"][f"max_rss_mb{of}"] for of in ("", "_of_a_child"))
        need, forks = needs[rule]
        mb = own + 2 * child if forks else max(own, child)
        row = {"job": path.name.partition(".")[0], "mb": mb, "seconds": (ended - began).seconds}
        row |= {"asks_mb": memory(need)(None, 1), "asks_min": minutes(need)(None, 1)}
        rows.append(row)
    table = pd.DataFrame(rows)
    table["mb_share"] = table["mb"] / table["asks_mb"]
    table["time_share"] = table["seconds"] / (60 * table["asks_min"])
    return table.round(2)


def main():
    """Print the table, and stop where a request is too small."""
    table = compared(Path(sys.argv[1]))
    print(table.sort_values("mb_share", ascending=False).to_string(index=False))
    over = table.loc[table[["mb_share", "time_share"]].max(axis=1) > 1, "job"]
    if len(over):
        sys.exit(f"requests too small: {', '.join(over)}")


if __name__ == "__main__":
    main()
