"""Studies far from the usual, as `small_study` makes them."""

import numpy as np

import small_study

LONG = "a_name_of_sixty_letters_that_somebody_gave_to_a_module_no_{:02d}"


def one_patient():
    return small_study.results(responders=1, nonresponders=0, healthy=6)


def no_nonresponders():
    study = small_study.results(nonresponders=0)
    keep = ~study["module_tests"]["group"].str.contains("nonresponders")
    return study | {"module_tests": study["module_tests"][keep]}


def no_gene_in_a_set():
    study = small_study.results()
    genes = study["genes"].assign(**{"class": "unresolved"})
    summary = study["summary"].assign(n_genes=[0, 0, 0, 0, 0, len(genes), 0])
    empty = study["tipping_points"].assign(n_genes=0, half_lost=np.nan)
    nothing = {"tipping": study["tipping"].head(0), "tipping_points": empty}
    return study | nothing | {"genes": genes, "summary": summary}


def one_gene_in_a_module():
    study = small_study.results()
    scores = study["scores"].assign(genes_found=1, genes_total=1)
    cells = study["fingerprint"].assign(n_genes=1, n_up=1, n_down=0, share_up=1.0, share_down=0.0)
    return study | {"scores": scores, "fingerprint": cells, "sets": study["sets"].head(0)}


def long_names():
    study = small_study.results()
    modules = {name: LONG.format(i) for i, name in enumerate(study["scores"]["module"].unique())}
    longer = {
        name: study[name].assign(module=study[name]["module"].replace(modules))
        for name in ("scores", "module_tests", "sets", "association_tests", "fingerprint")
    }
    longer["courses"] = study["courses"].replace({"item": modules})
    longer["module_visits"] = study["module_visits"].replace({"module": modules})
    names = {gene: f"{gene}_{'LONG' * 13}" for gene in study["genes"]["gene"]}
    expression = study["expression"].copy()
    expression.var_names = [names[gene] for gene in expression.var_names]
    contrasts = {
        name: table.assign(gene=table["gene"].map(names))
        for name, table in study["contrasts"].items()
    }
    genes = study["genes"].assign(gene=study["genes"]["gene"].map(names))
    figures = study["figures"] | {"module": modules["ISG6"]}
    longer |= {"expression": expression, "contrasts": contrasts, "genes": genes}
    study |= longer | {"figures": figures}
    return study | small_study.behind(study)


def no_healthy():
    study = small_study.results(healthy=0)
    genes = study["genes"].assign(**{"class": "unchanged"}, disease=np.nan)
    nothing = {name: study[name].head(0) for name in ("distance", "sets", "fingerprint")}
    nothing |= {name: study[name].head(0) for name in ("tipping", "tipping_points")}
    design = study["design"] | {"healthy": None}
    return study | nothing | {"genes": genes, "design": design}


def no_response():
    study = small_study.results(responders=0, nonresponders=0)
    nothing = ("patients", "trial", "association_tests")
    return study | {name: study[name].head(0) for name in nothing}


# Shapes that are none of those of `hard_studies`.
ODD = (one_patient, no_nonresponders, no_gene_in_a_set, one_gene_in_a_module)
