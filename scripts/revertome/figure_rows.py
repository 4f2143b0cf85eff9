"""Kinds of rows in the source data of each figure, and the columns of each kind.

A figure is built as one table, with the kind of a row in its column `element`, and is written as
one table a kind, `source_data/<figure>/<kind>.tsv`. Beside these kinds every figure has `name`,
the names for people of what the tables hold, and `words`: its caption, its alternative text, a
title of its own, or why there is nothing to draw. What columns mean stands in
`columns.source_data`. Read by the Snakefile, so it imports nothing that takes time.
"""

# Kinds of rows that are words of the figure, written together.
WORDS = ("absent", "title", "caption", "alt")
SHARED = {"name": ("of", "id", "text"), "words": ("element", "text")}
# In the order in which a figure is built; a line is a kind and its columns.
ROWS = {
    "flow": """
stage: stage n_patients note n_samples n_pairs groups lost text
group: n_patients n_pairs label name text
contrast: n_patients n_samples n_pairs contrast text
step: stage n_patients note arm visit text
""",
    "quality": """
sample: sample patient role visit order median q25 q75 low high flag reason
sex: sample patient role xist y_genes recorded_sex expressed_sex agrees
match: sample patient role visit match_own match_other best_match_patient doubtful
rule: match_own match_other unlike
design: role visit
""",
    "pca": """
sample: sample patient role visit group label batch PC1 PC2
axis: component variance_explained
association: component variable statistic P.Value adj.P.Val
design: role visit
group: label n_patients
""",
    "cells": """
point: panel patient group visit x value
healthy: panel patient x value
mean: panel group visit x mean CI.L CI.R n
panel: panel cell_type source class healthy_mean healthy_sd text
visit: visit x text
group: group arm label words
""",
    "response": """
proportion: arm visit responders n share low high
endpoint: arm visit responders n share endpoint n_assessed p_pearson p_yates p_fisher set versus difference CI.L CI.R odds_ratio odds_low odds_high text
""",
    "volcano": """
gene: gene logFC P.Value adj.P.Val direction label
count: direction n
study: contrast n_pairs engine alpha p_at_alpha baseline followup text
""",
    "contrasts": """
panel: contrast visit order n_up n_down n_tested p_at_alpha
gene: contrast order gene logFC P.Value direction label
study: alpha
""",
    "overlap": """
set: order contrast class n n_up n_down
pattern: n pattern n_sets
member: order pattern direction
gene: pattern gene
""",
    "variance_shares": """
source: source order q05 q25 median q75 q95 mean by_chance n_genes n_samples n_people text
bin: source n_genes low high
part: source most_of rank gene share
""",
    "trajectory_plane": """
gene: panel gene disease change class label
ellipse: panel gene disease change width height angle
panel: panel patients group claim n_pairs
class: class n_genes note
study: group recovered_at_least recovered_at_most induced_disease_at_most alpha rule baseline followup
point: gene label mark x y
mark: n_genes mark text
axes: xlabel ylabel diagonal
""",
    "control_arm": """
gene: panel gene disease change class mark claimed label
set: set n_without n_beyond n_both passing_without passing_beyond
panel: panel patients group n_patients n_control
study: group recovered_at_least recovered_at_most induced_disease_at_most alpha baseline followup visit arm control
point: gene mark label x y
mark: mark n_genes text
axes: xlabel ylabel diagonal
""",
    "composition_plane": """
gene: panel gene disease change class share mark label
panel: panel patients claim group
set: set n_genes n_both n_gained
study: group recovered_at_least recovered_at_most induced_disease_at_most alpha rule baseline followup cell_types n_samples
""",
    "heatmap": """
cell: set gene column z
gene: set gene row
column: column block role visit label patient position sample arm
block: block role visit label n_samples
bar: variable column value level
branch: set label first second first_height second_height height
set: set kind n_genes n_shown text
study: visit reference limit
""",
    "sensitivity": """
analysis: analysis order n_genes set
intersection: n_genes set intersection n_all n_all_genes
member: analysis set intersection
patient: n_genes set patient n_lost n_gained jaccard
""",
    "tipping": """
kept: visit set group percent n_genes n_kept
set: visit set group percent n_genes arm order n_present n_absent
""",
    "genes": """
sample: sample patient role visit label gene value
gene: gene order healthy_mean healthy_sd class note
""",
    "interferon": """
sample: sample patient role visit label score
band: module method reference healthy_mean healthy_sd threshold genes_found genes_total scale
test: scale test group covariates estimate CI.L CI.R statistic df P.Value adj.P.Val n
""",
    "modules": """
change: module group test scale covariates estimate CI.L CI.R statistic df P.Value adj.P.Val n
module: module order genes_found genes_total
study: scale method alpha
""",
    "fingerprint": """
cell: contrast module n_genes n_up n_down share_up share_down net
module: module n_genes order
contrast: contrast order
""",
    "sets": """
dot: contrast module n_found logFC CI.L CI.R P.own adj.P.own P.camera adj.P.camera
module: module order
contrast: contrast order
study: alpha
""",
    "enrichment": """
corner: panel line passed sum gene
score: panel line NES adj.P.own
panel: panel module n_found
line: line contrast
study: alpha
""",
    "engagement": """
mean: module line n change CI.L CI.R P.Value adj.P.Val
patient: module line change label
line: line n name words
module: module order genes_found genes_total text
study: method
""",
    "course": """
point: panel patient group visit x value
mean: panel group visit x mean CI.L CI.R n
panel: panel kind item note healthy_mean healthy_sd
visit: visit x tick
group: group arm label words
study: unit until method
""",
    "distance": """
sample: sample patient role visit label distance genes_outside
band: healthy_mean threshold healthy_sd
test: label n fell median_change P.Value
""",
    "waterfall": """
patient: patient label arm z z_baseline order
cell: patient z module
module: module order
study: visit baseline limit scale marked
""",
    "association": """
estimate: panel module estimate CI.L CI.R P.Value adj.P.Val n
panel: panel order title null scale note
module: module order
study: alpha
""",
    "association_scatter": """
point: panel patient label x y
line: panel x y low high
box: panel label q25 median q75
panel: panel question module variable estimate CI.L CI.R P.Value adj.P.Val n scale xlabel ylabel text
""",
    "diagnostics": """
bin: contrast low high n_genes
contrast: contrast n_genes order n_below engine uniform
cloud: n_genes mean sd mean_width sd_width
trend: mean sd q25 q75
study: alpha
""",
    "variances": """
bin: role visit low high n_genes expected
visit: role visit n_genes sd_ratio observed_05 observed_50 observed_95
""",
    "compare_matrix": """
cell: contrast study_a study_b line column r CI.L CI.R freed pearson adj.P.Val verdict label
study: study line
half: side contrast title
""",
    "compare_concordance": """
panel: panel contrast study_a study_b n pearson r CI.L CI.R genes_effective P.Value adj.P.Val reliability_a reliability_b verdict title
gene: panel gene x y interferon label
""",
    "compare_forest": """
study: module method test group study estimate CI.L CI.R error weight n without without_CI.L without_CI.R without_P.Value line title
pooled: module method test group estimate CI.L CI.R line k studies statistic P.Value adj.P.Val PI.L PI.R tau2 I2 Q p_Q estimate_common p_common
module: module line
""",
    "compare_transfer": """
cell: source set target contrast n_shared t difference adj.P.Val n_set line column label
line: source set n_set line
column: target contrast column label
""",
}


def kinds(figure: str) -> list[str]:
    """Kinds of rows of a figure, in order."""
    return [*_rows(figure), *SHARED]


def columns_in(figure: str, kind: str) -> tuple[str, ...]:
    """Columns of a kind of rows."""
    return SHARED.get(kind) or _rows(figure)[kind]


def files_of(figure: str) -> list[str]:
    """Files of the source data of a figure, below the folder of source data."""
    return [f"{figure}/{kind}.tsv" for kind in kinds(figure)]


def _rows(figure: str) -> dict[str, tuple[str, ...]]:
    lines = (line.partition(": ") for line in ROWS[figure].strip().splitlines())
    return {kind: tuple(columns.split()) for kind, _, columns in lines}
