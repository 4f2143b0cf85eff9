"""The samples that the models take, with the clinical values that contrasts ask for."""

from disk import read_h5ad, read_table


def measured(files, clinic):
    """Samples used, of the files `expression` and `samples`, with values from the file `visits`."""
    from revertome.quality import used
    from revertome.trial import with_clinic

    expression = used(read_h5ad(files.expression), read_table(files.samples))
    expression.obs = with_clinic(expression.obs, read_table(files.visits), *clinic)
    return expression
