# R 4.2.2, limma 3.54, nlme 3.1: the drug effect of the constrained longitudinal model, in which all
# arms share one mean before treatment (Liang & Zeger 2000; Coffman, Edelman & Woolson 2016).
# limma: the same design with patients as blocks. nlme: gls with compound symmetry, by REML, of every
# gene alone. Run here after make_randomised.py: `Rscript randomised.R`.
suppressPackageStartupMessages({library(limma); library(nlme)})
y <- as.matrix(read.delim("randomised_y.tsv", row.names = 1, check.names = FALSE))
s <- read.delim("randomised_samples.tsv", row.names = 1, na.strings = "NA")
s$cell <- ifelse(is.na(s$arm), "healthy", ifelse(s$visit == "before", "before",
  paste(s$arm, s$visit, sep = ".")))
X <- model.matrix(~ 0 + cell + I(age - mean(age)), s)
colnames(X) <- c(sub("^cell", "", colnames(X))[-ncol(X)], "age")
contrast <- function(up, down) {
  v <- setNames(numeric(ncol(X)), colnames(X)); v[up] <- 1; v[down] <- -1; v
}
C <- cbind(
  disease = contrast("before", "healthy"),
  "low week 4" = contrast("low.week 4", "placebo.week 4"),
  "high week 4" = contrast("high.week 4", "placebo.week 4"),
  "low week 12" = contrast("low.week 12", "placebo.week 12"),
  "high week 12" = contrast("high.week 12", "placebo.week 12"))
rho <- duplicateCorrelation(y, X, block = s$patient)$consensus.correlation
fit <- eBayes(contrasts.fit(lmFit(y, X, block = s$patient, correlation = rho), C))
out <- do.call(rbind, lapply(colnames(C), function(name) data.frame(gene = rownames(y),
  contrast = name, logFC = fit$coefficients[, name], t = fit$t[, name],
  P.Value = fit$p.value[, name], df = fit$df.total, correlation = rho)))
digits <- function(table, columns) {
  table[columns] <- lapply(table[columns], format, digits = 17, trim = TRUE); table
}
write.table(digits(out, 3:7), "randomised_limma.tsv", sep = "\t", quote = FALSE, row.names = FALSE)
# gls stops its own search for the correlation 1e-5 off, so that it is given and the search is ours.
rows <- lapply(rownames(y), function(gene) {
  s$value <- y[gene, ]; s$age <- s$age - mean(s$age)
  of <- function(rho) gls(value ~ 0 + cell + age, s, method = "REML",
    correlation = corCompSymm(rho, form = ~ 1 | patient, fixed = TRUE))
  rho <- optimize(function(rho) logLik(of(rho)), c(0, 0.99), maximum = TRUE, tol = 1e-9)$maximum
  fit <- of(rho)
  data.frame(gene = gene, contrast = colnames(C), estimate = drop(t(C) %*% coef(fit)),
    error = sqrt(diag(t(C) %*% vcov(fit) %*% C)), correlation = rho)
})
write.table(digits(do.call(rbind, rows), 3:5), "randomised_gls.tsv", sep = "\t", quote = FALSE,
  row.names = FALSE)
