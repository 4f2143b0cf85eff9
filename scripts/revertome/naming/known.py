"""Names for people of what studies and the shipped sets hold."""

# The modules of `resources/modules`: what a module measures, and its name in its source.
MODULES = {
    "ISG6": "Interferon (6 genes)",
    "IRG28": "Interferon (28 genes)",
    "G2_M1.2": "Interferon (M1.2)",
    "G2_M3.4": "Interferon (M3.4)",
    "G2_M5.12": "Interferon (M5.12)",
    "neutrophil": "Neutrophils",
    "erythroid": "Erythroid cells",
    "b_cell": "B cells",
    "t_cell": "T cells",
    "nk_cell": "NK cells",
    "monocyte": "Monocytes",
    "platelet": "Platelets",
    "LI_M37.1_NEUTROPHIL": "Neutrophils (LI M37.1)",
    "G2_M5.15": "Immature neutrophils (M5.15)",
    "LI_M32.0_PLATELET": "Platelets (LI M32.0)",
    "LI_M4.1_CELL_CYCLE": "Cell cycle (LI M4.1)",
    "H_G2M": "G2/M checkpoint (Hallmark)",
    "H_IFN_ALPHA": "Interferon alpha response (Hallmark)",
    "H_IFN_GAMMA": "Interferon gamma response (Hallmark)",
    "IFN1_ONLY": "Interferon alpha alone (Hallmark)",
    "IFN2_ONLY": "Interferon gamma alone (Hallmark)",
    "H_IL6_JAK_STAT3": "IL-6/JAK/STAT3 (Hallmark)",
    "H_TNFA_NFKB": "TNF via NF-κB (Hallmark)",
    "H_INFLAMMATORY": "Inflammatory response (Hallmark)",
    "R_IL1_SIGNALING": "IL-1 signalling (Reactome)",
    "R_IL18_SIGNALING": "IL-18 signalling (Reactome)",
    "R_NLRP3": "NLRP3 inflammasome (Reactome)",
    "LI_M53_INFLAMMASOME": "Inflammasome (LI M53)",
}

# Collections of MSigDB by the first word of their names.
COLLECTIONS = {
    "HALLMARK": "Hallmark",
    "REACTOME": "Reactome",
    "KEGG": "KEGG",
    "WP": "WikiPathways",
    "BIOCARTA": "BioCarta",
    "PID": "PID",
    "GOBP": "GO",
    "GOCC": "GO",
    "GOMF": "GO",
}
# Clinical variables in the units in which the visits sheet has to have them
# (`visits.schema.yaml`); a unit is said of a study that has such a sheet (`naming.own.labels_of`).
VARIABLES = {
    "crp": "CRP (mg/l)",
    "esr": "ESR (mm/h)",
    "chaq": "CHAQ (0–3)",
    "haq": "HAQ",
    "pga": "physician's global assessment",
    "physician_global": "physician's global assessment (mm)",
    "parent_global": "parent's global assessment (mm)",
    "patient_global": "patient's global assessment (mm)",
    "active_joints": "joints with active arthritis",
    "tender_joints_28": "tender joints (of 28)",
    "swollen_joints_28": "swollen joints (of 28)",
    "fever_days": "days with fever",
    "systemic_signs": "systemic signs",
    "sledai": "SLEDAI",
    "edss": "EDSS",
    "limited_joints": "joints with limited motion",
    "neutrophil_percent": "neutrophils (%)",
    "lymphocyte_percent": "lymphocytes (%)",
    "monocyte_percent": "monocytes (%)",
    "steroid_dose": "corticosteroid dose (mg/kg/day)",
    "temperature": "temperature (°C)",
    "haemoglobin": "haemoglobin (g/dl)",
    "neutrophils": "neutrophils (10⁹/l)",
    "lymphocytes": "lymphocytes (10⁹/l)",
    "monocytes": "monocytes (10⁹/l)",
    "platelets": "platelets (10⁹/l)",
    "distance": "distance to health",
    "genes_outside": "genes beyond the healthy range",
    "reverted_genes": "disease effect in the reverted genes",
    "neutrophil_score": "neutrophil marker score",
    "erythroid_score": "erythroid marker score",
    "label": "response",
}
CELL_TYPES = {
    "b_cells": "B cells",
    "t_cells": "T cells",
    "cd4_t_cells": "CD4 T cells",
    "cd8_t_cells": "CD8 T cells",
    "nk_cells": "NK cells",
}
# Words that are written in capitals wherever they stand in a name.
ACRONYMS = {
    word.lower(): word
    for word in (
        *("ACR", "AST", "ALT", "BILAG", "BMI", "CHAQ", "CRP", "DAS28", "DNA", "EDSS", "ESR"),
        *("EULAR", "GFR", "HAQ", "HIV", "ID", "IFN", "IL", "JADAS10", "LDH", "NEDA", "NK", "PASI"),
        *("PGA", "RBC", "RIN", "RNA", "SAA", "SLE", "SLEDAI", "SRI", "TNF", "VAS", "WBC"),
    )
}
# Further words that stay in capitals in the names of a collection of gene sets.
SYMBOLS = {
    *("AKT", "CD", "DNA", "ECM", "EMT", "ER", "ERK", "FC", "GPCR", "HDAC", "HLA", "IFN", "IFNA"),
    *("IFNB", "IFNG", "IL", "ISG", "JAK", "KRAS", "MAPK", "MHC", "MTOR", "MYC", "NFKB", "NK"),
    *("PI3K", "RAS", "RIG", "RNA", "ROS", "STAT", "TCR", "BCR", "TGF", "TLR", "TNF", "TNFA"),
    *("TNFR", "UV", "VEGF", "WNT", "I", "II", "III", "IV", "V", "B", "T"),
}

GROUPS = {
    "healthy": "healthy",
    "responder": "responders",
    "responders": "responders",
    "nonresponder": "non-responders",
    "nonresponders": "non-responders",
    "treated": "treated patients",
    "all": "all patients",
    "control": "patients of the control arm",
    "time_control": "people without disease or drug",
}
# A group under its other name: a patient's label, and those who have it.
ALSO = {
    "responder": "responders",
    "nonresponder": "nonresponders",
    "responders": "responder",
    "nonresponders": "nonresponder",
}

# Visits that are no nouns, which a sentence can set nothing at.
BEFORE_AND_AFTER = {
    *("before", "after", "pre", "post", "before treatment", "after treatment", "before_treatment"),
    *("after_treatment", "pretreatment", "posttreatment", "pre-treatment", "post-treatment"),
}

ORDINALS = {"first", "second", "third", "last", "initial", "final", "early", "late"}

# Contrasts by their standard names; `{...}` are names of the study.
CONTRASTS = {
    "disease": "patients against {healthy}",
    "baseline": "{responders} against {nonresponders} at {baseline}",
    "change_responders": "change in {responders}",
    "change_nonresponders": "change in {nonresponders}",
    "change_all": "change in all patients",
    "change": "change in all patients",
    "drug_effect_interaction": "drug effect in {responders} less that in {nonresponders}",
    "residual_responders": "{responders} at {followup} against {healthy}",
    "residual_all": "patients at {followup} against {healthy}",
    "interaction": "change in {responders} less that in {nonresponders}",
    "change_treated": "change in the treated arms",
    "change_control": "change in {control}",
    "drug_effect": "change in the treated arms less that in {control}",
    "change_since_switch": "change in {control} since the switch",
    "change_time_control": "change in people without disease or drug",
    "change_beyond_time": "change in patients less that in people without disease or drug",
    "dose_trend": "change by dose",
    "response_trend": "change by group of response, in order",
    "change_by_response": "change by response",
    "baseline_by_response": "level at {baseline} by response",
}

# Endpoints of the shipped definitions of response.
ENDPOINTS = {
    "primary": "primary endpoint",
    "acr_pedi_30": "ACR Pedi 30",
    "acr_pedi_50": "ACR Pedi 50",
    "acr_pedi_70": "ACR Pedi 70",
    "acr_pedi_90": "ACR Pedi 90",
    "acr_pedi_100": "ACR Pedi 100",
    "acr_pedi_30_no_fever": "ACR Pedi 30, no fever",
    "acr_pedi_30_no_fever_crp15": "ACR Pedi 30, no fever, CRP < 15 mg/l",
    "modified_50": "modified ACR Pedi 50",
    "modified_70": "modified ACR Pedi 70",
    "modified_100": "modified ACR Pedi 100",
    "eular_moderate_or_good": "EULAR response, moderate or good",
    "eular_good": "EULAR response, good",
    "das28_remission": "DAS28 remission",
    "inactive_disease": "inactive disease (JADAS10)",
    "minimal_activity": "minimal disease activity (JADAS10)",
    "inactive_disease_2012": "inactive disease (JADAS10, 2012)",
    "minimal_activity_2012": "minimal disease activity (JADAS10, 2012)",
    "sledai_4": "fall of SLEDAI by 4",
    "modified_sri": "modified SRI",
    "sri_4": "SRI-4",
    "neda_3": "NEDA-3",
}
METHODS = {  # of scores of modules
    "zscore": "z-score",
    "median_fold_change": "median fold change",
    "ssgsea": "ssGSEA",
    "gsva": "GSVA",
    "score_genes": "mean against control genes",
}
ENGINES = {
    "limma": "limma",
    "voom": "limma-voom",
    "deseq2": "DESeq2",
    "edger_ql": "edgeR quasi-likelihood",
    "mixed": "mixed model",
}
QUESTIONS = {
    "change_with_change": "change with change",
    "baseline_with_baseline": "baseline with baseline",
    "baseline_with_response": "baseline with later response",
    "change_by_response": "change by response",
}
TESTS = {
    "paired_change": "change within patients",
    "disease": "baseline against healthy",
    "residual": "follow-up against healthy",
    "baseline": "responders against non-responders at baseline",
    "change_interaction": "change of responders against non-responders",
    "mixed": "mixed model",
}
ANALYSES = {
    "leave_one_out": "without this person",
    "covariate": "with this covariate",
}
FLAGS = {
    "shifted": "shifted",
    "noisy": "noisy",
    "low_correlation": "unlike the other samples",
    "small_library": "small library",
    "values_missing": "values missing",
    "sex_mismatch": "recorded and expressed sex differ",
    "both_sexes": "genes of both sexes expressed",
    "pair_identity": "matches another patient better",
    "pair_identity (unlike its pair)": "unlike the other sample of the patient",
    "duplicate": "the same as another sample",
}
