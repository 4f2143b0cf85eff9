# R 4.2.2, limma 3.54.1, statmod 1.5.0. Rscript core.R DIR: reads what core_designs.py wrote there,
# writes numbers of a subset of genes, and scalars of whole matrices, beside this script.
suppressPackageStartupMessages({library(limma); library(statmod)})
arguments <- commandArgs(); dir <- tail(arguments, 1)
here <- dirname(sub("--file=", "", grep("--file=", arguments, value = TRUE)))
read <- function(f) read.delim(file.path(dir, f), row.names = 1, check.names = FALSE)
scalars <- list(); genes <- list(); arrays <- list()
keep <- function(name, fit, fields, k = NULL) for (f in fields) {
  v <- fit[[f]]
  if (is.matrix(v)) { for (j in k) genes[[paste(name, f, j, sep = ":")]] <<- v[match(rows, rownames(v)), j] }
  else if (length(v) == nrow(fit)) genes[[paste(name, f, sep = ":")]] <<- v[match(rows, rownames(fit))]
  else scalars[[paste(name, f, sep = ":")]] <<- v
}
all <- c("t", "p.value", "lods", "s2.post", "s2.prior", "df.prior", "df.total", "F", "F.p.value")
few <- c("t", "p.value", "lods", "df.prior", "s2.post")
K <- c("disease", "change_responders")
finish <- function(name) {
  write <- function(x, f) write.table(x, file.path(here, f), sep = "\t", quote = FALSE, na = "NA")
  write(format(as.data.frame(genes, optional = TRUE), digits = 15, trim = TRUE), paste0(name, "_genes.tsv"))
  write(data.frame(value = format(unlist(scalars), digits = 15, trim = TRUE)), paste0(name, "_scalars.tsv"))
  if (length(arrays)) write(format(as.data.frame(arrays, optional = TRUE), digits = 15, trim = TRUE), paste0(name, "_samples.tsv"))
  scalars <<- list(); genes <<- list(); arrays <<- list()
}

# (a) trial
y <- as.matrix(read("trial_y.tsv")); w <- as.matrix(read("trial_weights.tsv"))
counts <- as.matrix(read("trial_counts.tsv")); s <- read("trial_samples.tsv")
X <- as.matrix(read("trial_random.tsv")); C <- as.matrix(read("trial_contrasts.tsv"))
D <- as.matrix(read("trial_direct.tsv")); P <- as.matrix(read("trial_fixed.tsv"))
rows <- rownames(y)[c(1:10, seq(11, 1960, length.out = 70), 1961:2000)]
rho <- duplicateCorrelation(y, X, block = s$patient)$consensus
scalars$correlation <- rho
fit <- contrasts.fit(lmFit(y, X, block = s$patient, correlation = rho), C)
keep("random", eBayes(fit), all, K)
keep("random_trend", eBayes(fit, trend = TRUE), c(few, "s2.prior"), K)
keep("random_robust", eBayes(fit, robust = TRUE), all, K)
keep("random_trend_robust", eBayes(fit, trend = TRUE, robust = TRUE), c(few, "s2.prior"), K)
keep("treat", treat(fit, lfc = 0.5), c("t", "p.value"), K)
keep("treat_trend_robust", treat(fit, lfc = 0.5, trend = TRUE, robust = TRUE), c("t", "p.value"), K)
fixed <- lmFit(y[, rownames(P)], P)
keep("fixed", eBayes(fixed), few, K[2])
keep("fixed_trend_robust", eBayes(fixed, trend = TRUE, robust = TRUE), few, K[2])
aw <- arrayWeights(y, X); arrays$array <- aw
rho <- duplicateCorrelation(y, X, block = s$patient, weights = aw)$consensus
scalars$correlation_array <- rho
fit <- contrasts.fit(lmFit(y, X, block = s$patient, correlation = rho, weights = aw), C)
keep("random_array", eBayes(fit, trend = TRUE), c(few, "coefficients"), K)
arrays$array_weighted <- arrayWeights(y, X, weights = w, method = "reml")
rho <- duplicateCorrelation(y, D, block = s$patient, weights = w)$consensus
scalars$correlation_weights <- rho
fit <- lmFit(y, D, block = s$patient, correlation = rho, weights = w)
keep("random_weights", eBayes(fit, robust = TRUE), c(few, "coefficients"), K)
keep("fixed_weights", eBayes(lmFit(y[, rownames(P)], P, weights = w[, rownames(P)])), few, K[2])
v <- voom(counts, X)
rho <- duplicateCorrelation(v, X, block = s$patient)$consensus
scalars$correlation_voom <- rho
q <- voomWithQualityWeights(counts, D, block = s$patient, correlation = rho, method = "reml")
arrays$quality <- q$targets$sample.weights
genes[["quality:weight"]] <- q$weights[match(rows, rownames(y)), 5]
keep("quality", eBayes(lmFit(q, D, block = s$patient, correlation = rho)), few, K)
finish("trial")

# (b) unbalanced, values missing
y <- as.matrix(read("unbalanced_y.tsv")); w <- as.matrix(read("unbalanced_weights.tsv"))
s <- read("unbalanced_samples.tsv"); D <- as.matrix(read("unbalanced_direct.tsv"))
P <- as.matrix(read("unbalanced_fixed.tsv"))
rows <- rownames(y)[c(1:60, 261:300)]
vary <- rownames(y) != "g0041"  # rounding errors of a constant gene have a correlation in R
rho <- duplicateCorrelation(y[vary, ], D, block = s$patient)$consensus
scalars$correlation <- rho
fit <- lmFit(y, D, block = s$patient, correlation = rho)
keep("random", eBayes(fit), c(few, "coefficients", "df.residual", "df.total", "sigma"), K)
keep("random_trend", eBayes(fit, trend = TRUE), c(few, "s2.prior"), K)
keep("random_robust", eBayes(fit, robust = TRUE), few, K)
keep("random_trend_robust", eBayes(fit, trend = TRUE, robust = TRUE), c(few, "s2.prior"), K)
known <- complete.cases(fit$coefficients)  # treat stops at missing coefficients
keep("treat", treat(fit[known, ], lfc = 0.5, trend = TRUE), c("t", "p.value"), K)
fixed <- lmFit(y[, rownames(P)], P)
keep("fixed_trend", eBayes(fixed, trend = TRUE), c(few, "df.residual"), K[2])
rho <- duplicateCorrelation(y[vary, ], D, block = s$patient, weights = w[vary, ])$consensus
scalars$correlation_weights <- rho
fit <- lmFit(y, D, block = s$patient, correlation = rho, weights = w)
keep("random_weights", eBayes(fit), c(few, "coefficients", "df.residual"), K)
scalars$correlation_thrice <- duplicateCorrelation(y["g0030", , drop = FALSE], D, block = s$patient)$consensus
finish("unbalanced")
