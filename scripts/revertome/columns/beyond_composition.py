"""Columns of the tables on what is beyond the cell content of the samples."""

from revertome.columns.form import table
from revertome.gene_classes import BEYOND_COMPOSITION

EFFECT = """
{prefix}{name}                   number  log2  {words}, without composition in the model: the sum of the next two
{prefix}{name}_composition       number  log2  the part that follows composition: shift of the mean percent of each cell type times the gene's slope on it
{prefix}{name}_composition_low   number  log2  lower 95% limit
{prefix}{name}_composition_high  number  log2  upper 95% limit
{prefix}{name}_beyond            number  log2  the part beyond composition
{prefix}{name}_beyond_low        number  log2  lower 95% limit
{prefix}{name}_beyond_high       number  log2  upper 95% limit
{prefix}{name}_share             number  -     share that follows composition; below 0 or above 1 where both parts have opposite signs
"""
WORDS = {"disease": "baseline - healthy", "change": "follow-up - baseline"}
OTHERS = (
    "; in the patients in whom induction is claimed, where they are others than those of reversion"
)

SPLIT = (
    "".join(EFFECT.format(prefix="", name=name, words=words) for name, words in WORDS.items())
    + "".join(
        f"p_{name}_{part}      number  0 to 1  two-sided P of {name}_{part}\n"
        f"adj_p_{name}_{part}  number  0 to 1  Benjamini-Hochberg\n"
        for part in ("composition", "beyond")
        for name in WORDS
    )
    + "".join(
        f"p_{name}      number  0 to 1  P of the claim that it is {BEYOND_COMPOSITION[name]} (intersection-union test)\n"
        f"adj_p_{name}  number  0 to 1  adjusted among the genes that pass the screen, or over all where an inflation is 4 or more; 1 outside\n"
        for name in ("reverted", "induced")
    )
    + """
class         text  -  class without composition in the model, as in trajectories/genes.tsv
class_beyond  text  -  reverted, induced, partly reverted or exacerbated beyond composition, little beyond composition, unresolved or unchanged; missing where nothing is claimed
not_claimed   text  -  why a reverted or induced gene is not so beyond composition; missing for others
"""
    + "".join(
        EFFECT.format(prefix="induced_", name=name, words=words + OTHERS)
        for name, words in WORDS.items()
    )
)

BEYOND = table(
    "trajectories/beyond_composition.tsv",
    """Cells or regulation: disease and change of every gene split into what follows the cell content
    of the samples and what is beyond it ([how](composition_split.md)). A decomposition, not a direct
    effect: composition after treatment is a consequence of treatment. No rows where the composition
    of a group is not known.""",
    "gene  text  -  gene symbol\n" + SPLIT,
)

MODULES = table(
    "modules/beyond_composition.tsv",
    """Which modules keep their class beyond the cell content of the samples: disease and change of
    their scores split as those of genes are, by the first score method ([how](composition_split.md)).
    A decomposition, not a direct effect. No rows where there is no split.""",
    "module  text  -  module\nmethod  text  -  score method\n"
    + SPLIT.replace("log2", "of the score")
    .replace("the gene's slope", "the module's slope")
    .replace("trajectories/genes.tsv", "modules/trajectories.tsv")
    .replace("induced gene", "induced module"),
)

SUMMARY = table(
    "trajectories/beyond_composition_summary.tsv",
    """How many reverted and induced genes are so beyond composition as well, and what it costs that
    composition goes together with label and visit. A row for each set.""",
    """
set                        text     -        reverted or induced
n_genes                    integer  genes    genes of the set without composition in the model
n_both                     integer  genes    of these, genes that are so beyond composition; missing where nothing is claimed
n_beyond                   integer  genes    all genes that are so beyond composition
expected_false             number   genes    number of n_beyond expected to be false
cell_types                 text     -        types of cells in the model, comma-separated
note                       text     -        types that were left out, each with the reason
reliability                number   -        smallest share of the variance of a combination of these types, within the design, that is true (median over genes, where they have weights of their own); at most 0 where there is more error than variance
n_samples                  integer  samples  samples in the model with composition
n_without_cells            integer  samples  samples left out of it, as their composition is not known
inflation_disease          number   -        variance of disease over what it would be if mean composition did not shift with it
inflation_change           number   -        the same of change
detectable_disease         number   log2     smallest disease effect of the median gene found with 80% power by a test at 5%, without composition in the model
detectable_disease_beyond  number   log2     the same beyond composition
detectable_change          number   log2     smallest change found so, without composition
detectable_change_beyond   number   log2     the same beyond composition
claimed                    boolean  -        whether classes beyond composition are claimed
not_claimed                text     -        why not
statement                  text     -        the same in words
""",
)

TABLES = (BEYOND, SUMMARY, MODULES)
