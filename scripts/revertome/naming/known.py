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

# Clinical variables in the units in which the sheets are to have them (`response.respond`).
VARIABLES = {
    "crp": "CRP (mg/l)",
    "esr": "ESR (mm/h)",
    "chaq": "CHAQ (0–3)",
    "haq": "HAQ (0–3)",
    "pga": "physician's global assessment",
    "physician_global": "physician's global assessment (mm)",
    "parent_global": "parent's global assessment (mm)",
    "patient_global": "patient's global assessment (mm)",
    "active_joints": "joints with active arthritis",
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
}
# Words that are written in capitals wherever they stand in a name.
ACRONYMS = {
    word.lower(): word
    for word in (
        *("ACR", "AST", "ALT", "BILAG", "BMI", "CHAQ", "CRP", "DAS28", "DNA", "ESR", "HAQ", "HIV"),
        *("ID", "IFN", "IL", "JADAS10", "LDH", "NK", "PASI", "PGA", "RIN", "RNA", "SLEDAI", "SRI"),
        *("TNF", "VAS", "WBC"),
    )
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
    "responders_vs_nonresponders": "responders less non-responders",
}

# Contrasts by their standard names; `{...}` are names of the study.
CONTRASTS = {
    "disease": "patients less {healthy}",
    "baseline": "responders less non-responders at {baseline}",
    "change_responders": "change in responders",
    "change_nonresponders": "change in non-responders",
    "change_all": "change in all patients",
    "residual_responders": "responders at {followup} less {healthy}",
    "residual_all": "patients at {followup} less {healthy}",
    "interaction": "change in responders less that in non-responders",
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
