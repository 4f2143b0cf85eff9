"""A wrong configuration is met at the door, in words; a right one is completed."""

from pathlib import Path

import pytest
import yaml

from options import SCHEMA
from revertome.assays import FITTING
from revertome.configuration import complete, contrasts_by_engine
from revertome.errors import StudyError

HOME = Path(__file__).parents[2]
BUILT_IN = yaml.safe_load((HOME / "config/config.yaml").read_text("utf-8"))
WITHIN = ["change_responders", "change_nonresponders", "change_all", "interaction"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sudy": "x"}, "unknown key sudy (nearest: study); known keys are age_bands"),
        ({"study": "../x"}, "configuration: study:"),
        ({"intake": {"source": "geoo"}}, "found 'geoo'; choose one of simulate, geo, table"),
        ({"differential": {"engines": ["lima"]}},
         "unknown engine 'lima'; choose one of deseq2, edger_ql, limma, mixed, voom"),
        ({"differential": {"blocking": "fixed"}},
         "patient effects and disease are aliased"),
        ({"differential": {"engines": ["deseq2"]}}, "deseq2 comes first but cannot estimate"),
        ({"differential": {"engines": ["deseq2", "mixed"], "contrasts": ["change_all"]}},
         "deseq2 comes first but has no joint fit of all samples"),
        ({"differential": {"engines": ["edger_ql", "voom"], "contrasts": ["change_all"]}},
         "edger_ql comes first but has no joint fit of all samples"),
        ({"trajectories": {"resample_jobs": 0}}, "configuration: trajectories.resample_jobs: 0 is"),
        ({"differential": {"custom": {"x": "change_all - residual_all"}}},
         "differential.custom: x: residual_all is no standard contrast of this design; there are "),
        ({"differential": {"custom": {"disease": "change_all"}}},
         "differential.custom: disease: the name is taken"),
        ({"differential": {"custom": {"x": "change_all disease"}}},
         "differential.custom: x: 'change_all disease' cannot be read from 'disease' on"),
        ({"differential": {"custom": {"a b": "change_all"}}}, "differential.custom"),
        ({"differential": {"custom": {"x": 2}}}, "differential.custom.x: found 2; expected string"),
        ({"differential": {"blocking": "fixed", "contrasts": ["change_all"],
                           "custom": {"x": "disease + change_all"}}},
         "fixed cannot estimate x: a patient is either healthy"),
        ({"differential": {"subset": {"sex": "female"}}},
         "differential.subset.sex: found 'female'; expected array"),
        ({"design": {"baseline": "enrollment", "followup": "enrollment"}},
         "baseline and followup are both 'enrollment'"),
        ({"design": {"followup": "month6"}}, "configuration: design: baseline is missing"),
        ({"design": {"baseline": "d0", "followup": ["d7", "d7"]}}, "'d7' is named twice"),
        ({"design": {"baseline": "d0", "followup": ["d 7", "d-7"]}}, "'d 7' and 'd-7' would have"),
        ({"design": {"baseline": "d0", "followup": ["d7"], "arm": {"control": "p", "until": "d8"}}},
         "design.arm.until: 'd8' is no follow-up of this design (d7)"),
        ({"response": {"source": "none"}, "trajectories": {"reverted_in": "responders"}},
         "trajectories.reverted_in: responders, but response.source is none"),
        ({"trajectories": {"pretreatment": {"visit": "month6", "variable": "das"}}},
         "trajectories.pretreatment.visit: 'month6' is a visit of the design; name one before"),
        ({"trajectories": {"pretreatment": {"visit": "screening"}}},
         "trajectories.pretreatment needs both: variable, measured twice before treatment, and"),
        ({"trajectories": {"recovered_at_most": 4}},
         "recovered_at_most 4 and induced_disease_at_most 0.5: a gene that changes by 2 to 4 times "
         "its disease effect would be reverted and induced; set recovered_at_most to 2 at most, or "
         "induced_disease_at_most to 0.25 at most"),
        ({"differential": {"blocking": "fixed", "contrasts": ["change_all"]}},
         "fixed cannot estimate the joint model of healthy and paired samples"),
        ({"modules": None}, "modules: found nothing; expected object (leave the key out, or give"),
        ({"trajectories": {"alpha": "low"}}, "trajectories.alpha: found 'low'; expected number"),
        ({"intake": {"source": "table"}}, "source table needs a matrix"),
        ({"intake": {"source": "simulate", "assay": "abundance"}},
         "intake.source: simulate does not fit intake.assay: abundance; choose one of geo, table, "
         "or set intake.assay to microarray or rnaseq"),
        ({"intake": {"source": "simulate", "scale": "counts"}},
         "intake.scale: counts does not fit intake.assay: microarray; choose one of auto, log2,"),
        ({"intake": {"source": "simulate", "assay": "rnaseq"}, "normalise": {"method": "quantile"}},
         "normalise.method: quantile does not fit intake.assay: rnaseq; choose one of auto, tmm, "
         "upper_quartile, none, or set intake.assay to microarray or abundance"),
        ({"modules": {"methods": ["zscor"]}}, "unknown score 'zscor'; choose one of gsva"),
        ({"intake": {"source": "geo"}}, "source geo needs an accession or a local matrix"),
    ],
)  # fmt: skip
def test_message(change, message):
    with pytest.raises(StudyError) as error:
        complete(BUILT_IN | change, SCHEMA)
    assert message in str(error.value)
    assert len(str(error.value).splitlines()) <= 2


def test_a_name_alone_is_no_study():
    with pytest.raises(StudyError) as error:
        complete({"study": "x"}, SCHEMA)
    told = "configuration: the study: intake, design are missing; give the file of the study with"
    assert str(error.value).startswith(f"{told} --configfile")


def test_defaults_are_filled_in_and_values_kept():
    config = complete(BUILT_IN | {"trajectories": {"alpha": 0.1}}, SCHEMA)
    assert config["trajectories"]["alpha"] == 0.1
    assert config["trajectories"]["recovered_at_least"] == 0.5
    assert config["response"]["definition"] == "anajis"
    assert "alpha" not in BUILT_IN.get("trajectories", {})


def test_every_source_scale_and_normalisation_fits_an_assay():
    for key in ("intake.source", "intake.scale", "normalise.method"):
        section, name = key.split(".")
        known = SCHEMA["properties"][section]["properties"][name]["enum"]
        assert {value for fitting in FITTING.values() for value in fitting[key]} == set(known)
    assert list(FITTING) == SCHEMA["properties"]["intake"]["properties"]["assay"]["enum"]


def test_reversion_is_claimed_in_the_responders_where_there_are_labels():
    without = {"response": {"source": "none"}}
    for check in (True, False):
        assert complete(BUILT_IN, SCHEMA, check)["trajectories"]["reverted_in"] == "responders"
        config = complete(BUILT_IN | without, SCHEMA, check)
        assert config["trajectories"]["reverted_in"] == "all"
        assert complete(config, SCHEMA, check) == config
    chosen = {"trajectories": {"reverted_in": "all"}}
    assert complete(BUILT_IN | chosen, SCHEMA)["trajectories"]["reverted_in"] == "all"


def test_wedges_may_meet_but_for_the_last_digit():
    for most, share in ((4 / 3, 0.75), (5 / 3, 0.6), (2, 0.2)):
        bounds = {"recovered_at_most": most, "induced_disease_at_most": share}
        complete(BUILT_IN | {"trajectories": bounds}, SCHEMA)


def test_contrasts_follow_from_the_design():
    config = complete(BUILT_IN, SCHEMA)
    every = ["disease", "baseline", *WITHIN[:3], "residual_responders", "interaction"]
    arms = ["change_treated", "change_control", "drug_effect", "change_since_switch"]
    assert contrasts_by_engine(config) == {"limma": [*every, *arms]}
    two = BUILT_IN | {"design": BUILT_IN["design"] | {"followup": "month6", "arm": None}}
    assert contrasts_by_engine(complete(two, SCHEMA)) == {"limma": every}
    counts = complete(two | {"intake": BUILT_IN["intake"] | {"assay": "rnaseq"}}, SCHEMA)
    assert contrasts_by_engine(counts) == {"voom": every, "deseq2": WITHIN}
    named = complete(counts | {"differential": {"engines": ["voom", "edger_ql"]}}, SCHEMA)
    assert contrasts_by_engine(named) == {"voom": every, "edger_ql": WITHIN}
    custom = {"excess": "disease + change_all", "more": "change_responders - change_all"}
    more = complete(counts | {"differential": {"contrasts": ["disease"], "custom": custom}}, SCHEMA)
    assert contrasts_by_engine(more) == {"voom": ["disease", *custom], "deseq2": ["more"]}
    alone = {
        "design": {"baseline": "a", "followup": "b", "healthy": None},
        "response": {"source": "none"},
        "trajectories": {"reverted_in": "all"},
    }
    assert contrasts_by_engine(complete(BUILT_IN | alone, SCHEMA)) == {"limma": ["change_all"]}


@pytest.mark.parametrize(
    "path", sorted((HOME / "config/studies").glob("*.yaml")), ids=lambda p: p.stem
)
def test_shipped_studies_are_valid(path):
    config = complete(yaml.safe_load(path.read_text("utf-8")), SCHEMA)
    assert config["study"]
    assert config["caveats"]


@pytest.mark.parametrize("key", [1, None, True, 1.5])
def test_keys_that_are_no_words_are_told(key):
    mixed = {key: 1, "zz": 2}
    for section in ({}, {"quality": mixed}, {"intake": {"fields": mixed, "source": "simulate"}}):
        with pytest.raises(StudyError, match=r"^configuration: "):
            complete({**BUILT_IN, **(section or mixed)}, SCHEMA)
    with pytest.raises(StudyError, match=r"^configuration: "):
        complete({**BUILT_IN, "compare": {key: 3, "b": []}, "caveats": [[], {}]}, SCHEMA)
