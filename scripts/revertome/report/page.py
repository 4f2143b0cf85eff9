"""The report: one HTML file that needs no network."""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pandas as pd
import yaml

from revertome.figure_list import BY_NAME, LIST
from revertome.figure_rows import kinds
from revertome.naming import named_as
from revertome.naming.own import labels_of
from revertome.naming.stored import names_in, worded
from revertome.report import methods
from revertome.report.absent_words import missing
from revertome.report.alarm_words import alarm_words
from revertome.report.cells import table
from revertome.report.composition_methods import composition_methods
from revertome.report.contrast_tables import in_short
from revertome.report.contrast_words import counts_of, how_counted, sentences
from revertome.report.headline import headline
from revertome.report.lookup import lookup
from revertome.report.pages import embedded, template
from revertome.report.published import published
from revertome.report.summary import facts, findings, limits
from revertome.report.tables import tables
from revertome.report.take_away import taken_away
from revertome.visits import in_order

# Result tables that the page shows or words, by the name of the rule's input.
TABLES = (
    *("labels", "trial", "continuous", "genes", "summary", "sensitivity", "statements"),
    *("module_tests", "module_classes", "agreement", "over_representation"),
    *("engagement", "sets", "module_visits"),
    *("models", "association_tests", "estimands"),
    *("absent", "severity", "tipping_points"),
    *("gene_courses", "change_courses"),  # with several follow-ups
    *("beyond_control", "beyond_summary"),  # with arms
    # with healthy people and a follow-up
    *("beyond_composition", "composition_summary", "cell_trajectories", "module_composition"),
)

ENLARGED = 1.7  # CSS pixels a point: print size and a quarter more
# Signs that stay as they are in an address that stands in single quotes.
PLAIN = ' "=:;/,.()+*!$@'


@dataclass(frozen=True)
class Picture:
    """A figure of the report; width in CSS pixels.

    `data` is the picture itself, an address that is safe between single quotes; `tables` are the
    kinds of rows of its source data.
    """

    name: str
    title: str
    claims: bool
    caption: str
    alt: str
    data: str
    width: int
    number: int
    tables: tuple[str, ...]


def picture(name: str, source: pd.DataFrame, images: Mapping[str, bytes]) -> Picture:
    """Prepare a figure from its source data and its image files by suffix.

    The smaller of PNG and SVG goes into the page.
    """
    words = source.drop_duplicates("element").set_index("element")["text"]
    data = min(_of_png(images["png"]), _of_svg(images["svg"]), key=len)
    points = re.search(rb'width="([\d.]+)pt"', images["svg"])
    width = round(float(points[1]) * ENLARGED) if points else 900
    listed = BY_NAME[name]
    number = LIST.index(listed) + 1
    caption, alt = str(words["caption"]), str(words["alt"])
    title = str(words.get("title", listed.title))  # of another contrast than usual
    tables = tuple(kind for kind in kinds(name) if kind in (*words.index, "words"))
    return Picture(name, title, listed.claims, caption, alt, data, width, number, tables)


def _of_png(image: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(image).decode()}"


def _of_svg(image: bytes) -> str:
    """An SVG in its own letters, a quarter shorter than base64; its white space says nothing."""
    return "data:image/svg+xml," + quote(re.sub(rb"[ \n]+", b" ", image), safe=PLAIN)


def drawn(source: pd.DataFrame) -> bool:
    """Whether a figure shows anything; else its source data say why not."""
    return bool(source["element"].ne("absent").all())


def reading(
    config: Mapping[str, Any], results: Mapping[str, Any], sources: Mapping[str, pd.DataFrame]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the configuration with its design in order, and what the words are made from.

    Parameters
    ----------
    config, results, sources
        As `page` has them.

    Returns
    -------
    (dict, dict)
        The second with `counts`, the genes called in every contrast.
    """
    asked = {**config, "design": in_order(config["design"])}
    read = {**results, **{name: sources[name] for name in ("flow", "interferon")}}
    return asked, {**read, "counts": counts_of(read, asked)}


def headline_text(
    config: Mapping[str, Any], results: Mapping[str, Any], sources: Mapping[str, pd.DataFrame]
) -> str:
    """Return what was found in one line, then three sentences, one a line."""
    asked, read = reading(config, results, sources)
    with named_as(labels_of(config), asked["design"]):
        return "".join(f"{line}\n" for line in headline(read, asked))


def page(
    config: Mapping[str, Any],
    results: Mapping[str, Any],
    sources: Mapping[str, pd.DataFrame],
    pictures: Sequence[Picture],
    versions: Mapping[str, str],
    alarms: pd.DataFrame,
    across: Sequence[str] = (),
) -> str:
    """Return the report as HTML.

    Parameters
    ----------
    config
        Configuration as run.
    results
        labels, trial, genes, summary, module_tests, module_classes, association_tests, models,
        sensitivity; contrasts, the differential tables by contrast, and visit_contrasts, the same
        by earlier follow-up; for the look-up of genes expression (AnnData), aliases and gene_sets;
        found, the patients of the page of patients, where there is one.
    sources
        Source data by figure.
    pictures
        The figures, in their order.
    versions
        Software versions by name.
    alarms
        severity (alarm, warning, flag), stage and text of what the stages warned of. Alarms stand
        in a box before the summary, the rest at the end.
    across
        Findings of the comparison with other studies, where one was configured.
    """
    shown = [each for each in pictures if drawn(sources[each.name])]
    groups = [
        (group, [each for each in shown if BY_NAME[each.name].group == group])
        for group in dict.fromkeys(each.group for each in LIST)
    ]
    asked, read = reading(config, results, sources)
    with named_as(labels_of(config), asked["design"]):
        known = names_in(results, asked["design"])
        told = alarm_words(known)
        said = [(row.severity, f"{row.stage}: {told(row.text)}") for row in alarms.itertuples()]
        read = worded(read, known, config["figures"]["genes"])
        line, *three = headline(read, asked)
        short = table(*in_short(read["counts"], asked["design"]))
        cells = composition_methods(results)
        return template("template.html.j2").render(
            title=config["title"] or config["study"],
            study=config["study"],
            line=line,
            three=three,
            facts=facts(read, asked["design"]),
            how_counted=how_counted(asked),
            contrasts=sentences(read["counts"], read, asked),
            short=short if short.rows else None,
            findings=findings(read, asked),
            limits=limits(read, asked),
            missing=missing(read),
            groups=[(group, members) for group, members in groups if members],
            undrawn=[each for each in pictures if each not in shown],
            lookup=_looked_up(results, asked, sources.get("pca")),
            people=embedded(results["found"]) if "found" in results else None,
            n_genes=len(results["genes"]),
            tables=tables(read, asked["design"]),
            taken=taken_away(config, results),
            methods=methods.paragraph(config, results["models"], versions, cells),
            references=methods.references(config, results["models"], cells),
            parameters=yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True, width=100),
            alarms=[text for severity, text in said if severity == "alarm"],
            warnings=[text for severity, text in said if severity != "alarm"],
            across=across,
            published=published(config, results.get("contrasts", {}), results.get("aliases", {})),
        )


def _looked_up(
    results: Mapping[str, Any], config: Mapping[str, Any], pca: pd.DataFrame | None
) -> str:
    """What genes are looked up in."""
    tests = results["module_tests"].sort_values("P.Value", kind="stable")
    return lookup(
        results["genes"],
        contrasts=results.get("contrasts"),
        aliases=results.get("aliases"),
        expression=results.get("expression"),
        labels=results.get("labels"),
        design=config["design"],
        suppress_below=config.get("suppress_below", 0),
        alpha=config["trajectories"]["alpha"],
        modules=results.get("gene_sets"),
        order=list(dict.fromkeys(tests["module"])),
        pca=pca,
    )
