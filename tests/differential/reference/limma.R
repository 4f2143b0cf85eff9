# R 4.2.2, limma 3.54.0, edgeR 3.40.0, statmod 1.5.0: the numbers the tests compare with.
suppressPackageStartupMessages(library(limma))
read <- function(f) as.matrix(read.delim(f, row.names = 1, check.names = FALSE))
save <- function(x, f) write.table(format(x, digits = 17, trim = TRUE), f, sep = "\t", quote = FALSE)
y <- read("y.tsv"); counts <- read("counts.tsv"); samples <- read.delim("samples.tsv")
random <- read("design_random.tsv"); fixed <- read("design_fixed.tsv")
C <- read("contrasts_random.tsv"); CF <- read("contrasts_fixed.tsv")
tables <- function(fit, name) for (k in colnames(fit$coefficients))
  save(topTable(fit, coef = k, number = Inf, confint = TRUE, sort.by = "none"),
       paste0("limma_", name, "_", k, ".tsv"))
scalars <- c()
dc <- duplicateCorrelation(y, random, block = samples$patient)
scalars["correlation"] <- dc$consensus
fit <- lmFit(y, random, block = samples$patient, correlation = dc$consensus)
for (trend in c(FALSE, TRUE)) {
  e <- eBayes(contrasts.fit(fit, C), trend = trend)
  name <- if (trend) "random_trend" else "random"
  scalars[paste0("df_prior_", name)] <- e$df.prior
  tables(e[, c("disease", "change_responders", "interaction")], name)
}
pairs <- rownames(fixed)
ff <- eBayes(contrasts.fit(lmFit(y[, pairs], fixed), CF), trend = TRUE)
scalars["df_prior_fixed"] <- ff$df.prior
tables(ff[, c("change_responders", "change_all")], "fixed_trend")
v <- voom(counts, random, block = samples$patient, correlation = 0.3)
save(v$weights, "voom_weights.tsv")
vf <- voom(counts[, pairs], fixed)
vv <- eBayes(lmFit(vf, fixed))
scalars["df_prior_voom"] <- vv$df.prior
tables(vv[, "change.responder"], "voom_fixed")
scalars["correlation_voom"] <- duplicateCorrelation(v, random, block = samples$patient)$consensus
save(data.frame(value = scalars), "scalars.tsv")
