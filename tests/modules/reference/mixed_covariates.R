# Reference numbers of test_mixed_covariates.py:
# Rscript mixed_covariates.R > mixed_covariates.tsv (R 4.2, nlme 3.1.162, lme4 1.1.31).
# 18 patients, three of them seen once; age and sex are constant within a patient, steroid dose
# and batch (of three) differ between visits. t and df are nlme's; lme4 gives the same t.
suppressPackageStartupMessages({
  library(nlme)
  library(lme4)
})
k <- rep(0:17, 2)
d <- data.frame(
  patient = factor(sprintf("P%02d", k)), visit = rep(0:1, each = 18),
  responder = as.numeric(k %% 3 != 0), age = (k * 7) %% 13 + 2,
  sex = ifelse((k * 5) %% 7 < 3, "female", "male")
)
d$steroid <- ((k * 11) %% 9 + 1) / 10 * ifelse(d$visit == 1, ((k * 4) %% 5) / 5, 1)
d$batch <- c("a", "b", "c")[(k * 2 + d$visit * (k %% 4)) %% 3 + 1]
d$score <- ((k * 29) %% 17) / 5 - d$visit * (1 + 0.8 * d$responder) + 0.1 * d$age +
  1.5 * d$steroid + ((k^2 * 13 + d$visit * (31 + 7 * k)) %% 23) / 12
d <- d[!(d$patient == "P04" & d$visit == 1) & !(d$patient == "P09" & d$visit == 0) &
  !(d$patient == "P15" & d$visit == 1), ]
models <- list(
  visit = list(c("age"), c("steroid"), c("age", "sex", "steroid", "batch")),
  both = list(c("age"), c("steroid"), c("age", "sex", "steroid", "batch"))
)
cat("tested\tcovariates\testimate\tCI.L\tCI.R\tstatistic\tdf\tP.Value\n")
exact <- lmeControl(tolerance = 1e-12, msTol = 1e-14, msMaxIter = 1000, niterEM = 200)
for (tested in names(models)) for (covariates in models[[tested]]) {
  effects <- if (tested == "visit") "visit" else "visit * responder"
  formula <- reformulate(c(effects, covariates), "score")
  fit <- lme(formula, random = ~ 1 | patient, data = d, method = "REML", control = exact)
  name <- if (tested == "visit") "visit" else "visit:responder"
  row <- summary(fit)$tTable[name, ]
  limits <- intervals(fit, which = "fixed")$fixed[name, c("lower", "upper")]
  other <- lmer(update(formula, . ~ . + (1 | patient)), d,
    control = lmerControl(optCtrl = list(xtol_rel = 1e-12, ftol_abs = 1e-14)))
  stopifnot(abs(coef(summary(other))[name, "t value"] - row["t-value"]) < 1e-5)
  numbers <- c(row["Value"], limits, row["t-value"], row["DF"], row["p-value"])
  cat(tested, paste(covariates, collapse = ","), sprintf("%.10g", numbers), sep = "\t")
  cat("\n")
}
