"""What stages after the intake say of a study."""

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from options import SCHEMA
from revertome.configuration import complete, contrasts_by_engine
from revertome.differential.model_options import model_options
from revertome.differential.run import run
from revertome.errors import StudyError
from revertome.normalise import normalise
from revertome.quality.assess import assess
from revertome.response.evaluate import evaluate


def differential(found: Mapping[str, Any]) -> Callable[[Any], str]:
    """Words of the differential stage for a configuration: a refusal, or the warnings."""

    def words(data: Any) -> str:
        config = complete({**found, "intake": {**found["intake"], "matrix": "m"}}, SCHEMA)
        engine, names = next(iter(contrasts_by_engine(config).items()))
        genes = normalise(data.adata, config["normalise"], {}, config["design"])
        patients = data.adata.obs.loc[data.adata.obs["group"] == "patient", "patient"].unique()
        labels = pd.DataFrame({"patient": patients, "label": "all"})
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            try:
                run(genes, labels, model_options(config, engine), names)
            except StudyError as error:
                return str(error)
        return "\n".join(str(w.message) for w in told)

    return words


def quality(found: Mapping[str, Any]) -> Callable[[Any], str]:
    """Flags of the quality stage, one a line, as its log has them."""

    def words(data: Any) -> str:
        config = complete({**found, "intake": {**found["intake"], "matrix": "m"}}, SCHEMA)
        genes = normalise(data.adata, config["normalise"], {}, config["design"])
        result = assess(genes, data.flow, config["quality"], config["design"], data.visits,
                        config["response"])  # fmt: skip
        flagged = result.samples[result.samples["duplicate_of"].notna()]
        return "; ".join(f"flagged: {row.sample} ({row.reason})" for row in flagged.itertuples())

    return words


def judged(found: Mapping[str, Any]) -> Callable[[Any], str]:
    """Words of the response stage: a refusal, or nothing."""

    def words(data: Any) -> str:
        config = complete({**found, "intake": {**found["intake"], "matrix": "m"}}, SCHEMA)
        obs = data.adata.obs.astype(dict.fromkeys(data.adata.obs.select_dtypes("category"), object))
        try:
            evaluate(obs, data.visits, config["response"], config["design"])
        except StudyError as error:
            return str(error)
        return ""

    return words
