"""Exports: expression, classes, rankings and main tables in the forms of other programs."""

from disk import read_table, read_tables
from files import write_bytes, write_text
from job import logged
from passed_on import read_matrix, write_gct, write_matrix, write_rank

with logged(snakemake):
    from revertome.exports.gsea import cls
    from revertome.exports.workbook import main_tables, workbook

    files, made, params = snakemake.input, snakemake.output, snakemake.params
    contrasts = read_tables(files.contrasts)
    if files.expression:
        matrix, classes = read_matrix(files, params.design)
        write_matrix(matrix, made.expression)
        write_gct(matrix, made.gct)
        write_text(cls(classes), made.cls)
    for path, table in zip(made.rankings, contrasts.values(), strict=True):
        write_rank(table, path)
    others = dict(zip(params.tables, map(read_table, files.tables), strict=True))
    sheets = main_tables(read_table(files.genes), contrasts, others)
    book = workbook(params.title or params.study, sheets)
    write_bytes(book, made.workbook)
