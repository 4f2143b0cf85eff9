"""The samples that the models take, with the clinical values that contrasts ask for."""

from disk import read_expression, read_table


def measured(files, clinic):
    """Samples used, of `expression` and `samples`, with values from `visits` and `groups`."""
    from revertome.quality.used import used
    from revertome.trial import with_clinic, with_response

    expression = used(read_expression(files.expression), read_table(files.samples))
    expression.obs = with_clinic(expression.obs, read_table(files.visits), *clinic)
    expression.obs = with_response(expression.obs, read_table(files.groups))
    return expression
