# R 4.2.2, lme4 1.1-31, lmerTest 3.1-3: gene-wise mixed models of the data of make_input.py.
# Estimates, standard errors and Satterthwaite degrees of freedom of three contrasts, residual
# and patient variance. Run here: `Rscript mixed.R`.
suppressPackageStartupMessages(library(lmerTest))
read <- function(f) as.matrix(read.delim(f, row.names = 1, check.names = FALSE))
y <- read("y.tsv"); samples <- read.delim("samples.tsv"); X <- read("design_random.tsv")
C <- read("contrasts_random.tsv")[, c("disease", "change_responders", "interaction")]
patient <- samples$patient
control <- lmerControl(optimizer = "nloptwrap", check.conv.singular = "ignore",
  optCtrl = list(algorithm = "NLOPT_LN_BOBYQA", xtol_abs = 1e-12, ftol_abs = 1e-14, maxeval = 1e5))
rows <- lapply(rownames(y), function(gene) {
  value <- y[gene, ]
  fit <- lmer(value ~ 0 + X + (1 | patient), control = control)
  found <- contest(fit, t(C), joint = FALSE)
  data.frame(gene = gene, contrast = colnames(C), logFC = found$Estimate,
    error = found[["Std. Error"]], df = found$df, residual = sigma(fit)^2,
    patient = unclass(VarCorr(fit)$patient)[1])
})
out <- do.call(rbind, rows)
out[-(1:2)] <- lapply(out[-(1:2)], format, digits = 17, trim = TRUE)
write.table(out, "mixed.tsv", sep = "\t", quote = FALSE, row.names = FALSE)
