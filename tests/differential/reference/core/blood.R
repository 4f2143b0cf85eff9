# R 4.2.2, limma 3.54.1, statmod 1.5.0. Rscript blood.R DIR: reads what blood.py wrote there,
# writes numbers of every 150th probe, and scalars of the whole matrix, beside this script.
suppressPackageStartupMessages({library(limma); library(statmod)})
arguments <- commandArgs(); dir <- tail(arguments, 1)
here <- dirname(sub("--file=", "", grep("--file=", arguments, value = TRUE)))
read <- function(f) as.matrix(read.delim(file.path(dir, f), row.names = 1, check.names = FALSE))
y <- read("blood_y.tsv"); X <- read("blood_random.tsv"); P <- read("blood_fixed.tsv")
patient <- read("blood_samples.tsv")[, "patient"]
pick <- seq(1, nrow(y), by = 150); genes <- list(); scalars <- list()
keep <- function(name, fit, coefficients) {
  for (f in c("t", "p.value", "lods")) for (k in coefficients)
    genes[[paste(name, f, k, sep = ":")]] <<- fit[[f]][pick, k]
  genes[[paste(name, "s2.post", sep = ":")]] <<- fit$s2.post[pick]
  if (length(fit$df.prior) > 1) genes[[paste(name, "df.prior", sep = ":")]] <<- fit$df.prior[pick]
  else scalars[[paste(name, "df.prior", sep = ":")]] <<- fit$df.prior
}
rho <- duplicateCorrelation(y, X, block = patient)$consensus
scalars$correlation <- rho
fit <- lmFit(y, X, block = patient, correlation = rho)
K <- c("disease", "change")
keep("random", eBayes(fit), K)
keep("random_trend", eBayes(fit, trend = TRUE), K)
keep("random_trend_robust", eBayes(fit, trend = TRUE, robust = TRUE), K)
fixed <- lmFit(y[, rownames(P)], P)
keep("fixed_trend", eBayes(fixed, trend = TRUE), "change")
keep("fixed_trend_robust", eBayes(fixed, trend = TRUE, robust = TRUE), "change")
aw <- arrayWeights(y, X)
keep("random_array", eBayes(lmFit(y, X, block = patient, correlation = rho, weights = aw), trend = TRUE), K)
write <- function(x, f) write.table(x, file.path(here, f), sep = "\t", quote = FALSE)
write(format(as.data.frame(genes, optional = TRUE), digits = 15, trim = TRUE), "blood_genes.tsv")
write(data.frame(value = format(unlist(scalars), digits = 15, trim = TRUE)), "blood_scalars.tsv")
write(data.frame(array = format(aw, digits = 15, trim = TRUE), row.names = colnames(y)), "blood_samples.tsv")
