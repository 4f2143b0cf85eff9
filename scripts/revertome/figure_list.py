"""The one list of figures: name, title, and where it is shown.

A figure `<name>` is a file in `revertome/source_data`, which gathers its table, and one in
`revertome/figures`, which draws it; `figure_rows` names its kinds of rows. Whatever else knows
figures by name (rules, reports, gallery) asks here. Read by the Snakefile, so it imports nothing
that takes time.
"""

from typing import NamedTuple


class Listed(NamedTuple):
    """A figure.

    Attributes
    ----------
    name : str
        Name of its files.
    title : str
        Heading in the report and the gallery.
    group : str
        Section of the report of a study; `COMPARISON` for the report of a comparison of studies.
    claims : bool
        Whether it shows what is claimed of genes or patients, so that the report refers the reader
        to what cannot be claimed.
    """

    name: str
    title: str
    group: str
    claims: bool = False


COMPARISON = "Comparison"
# In the order of the report.
LIST = (
    Listed("flow", "Sample flow", "Patients and samples"),
    Listed("quality", "Quality of samples", "Patients and samples"),
    Listed("pca", "Principal components", "Patients and samples"),
    Listed("cells", "Cell content", "Patients and samples"),
    Listed("response", "Clinical response", "Patients and samples"),
    Listed("volcano", "Paired change", "Genes"),
    Listed("contrasts", "Every contrast", "Genes", claims=True),
    Listed("overlap", "Genes that contrasts have in common", "Genes", claims=True),
    Listed("variance_shares", "Where the variance of genes lies", "Genes"),
    Listed("trajectory_plane", "Trajectory plane", "Genes", claims=True),
    Listed("control_arm", "What the control arm changes", "Genes", claims=True),
    Listed("composition_plane", "Cells or regulation", "Genes", claims=True),
    Listed("heatmap", "Reverted and induced sets", "Genes", claims=True),
    Listed("sensitivity", "Sensitivity of the sets", "Genes"),
    Listed("tipping", "Tipping point of the sets", "Genes"),
    Listed("genes", "Genes patient by patient", "Genes", claims=True),
    Listed("interferon", "Module patient by patient", "Modules", claims=True),
    Listed("modules", "Change of all modules", "Modules"),
    Listed("fingerprint", "Module fingerprint", "Modules"),
    Listed("sets", "Modules in every contrast", "Modules", claims=True),
    Listed("enrichment", "Where the genes of modules stand", "Modules", claims=True),
    Listed("engagement", "Target engagement", "Modules", claims=True),
    Listed("course", "Courses over all visits", "Modules", claims=True),
    Listed("distance", "Distance to health", "Modules"),
    Listed("waterfall", "Patient by patient", "Clinic"),
    Listed("association", "Association with clinical response", "Clinic"),
    Listed("association_scatter", "Associations patient by patient", "Clinic", claims=True),
    Listed("diagnostics", "Checks of the models", "Checks"),
    Listed("variances", "Variances of patients and healthy people", "Checks"),
    Listed("compare_matrix", "Agreement of every pair of studies", COMPARISON),
    Listed("compare_concordance", "Concordance of effects", COMPARISON),
    Listed("compare_forest", "Interferon modules across studies", COMPARISON),
    Listed("compare_transfer", "Transfer of the sets", COMPARISON),
)
BY_NAME = {each.name: each for each in LIST}
FIGURES = tuple(each.name for each in LIST if each.group != COMPARISON)
COMPARED = tuple(each.name for each in LIST if each.group == COMPARISON)
