# Reference numbers of test_sets.py: Rscript set_tests.R > set_tests.tsv (R 4.2, limma 3.54.1).
# 80 genes x 14 samples: 4 pairs, one single visit, 5 healthy people, and a covariate. With blocks,
# fry takes the correlation itself; camera, which knows no block, gets whitened data. With weights,
# the four pairs have patients as coefficients.
suppressPackageStartupMessages(library(limma))
y <- outer(0:79, 0:13, function(g, s) ((g * (37 + 11 * s) + 53 * s + 7 * s^2) %% 101) / 25)
rownames(y) <- 0:79
w <- outer(0:79, 0:7, function(g, s) 0.5 + ((g * 17 + s * 29) %% 31) / 20)
sets <- list(A = 1:5, B = seq(3, 60, 4), C = c(7, 9, 80), D = 11)
patient <- c(0, 0, 1, 1, 2, 2, 3, 3, 4, 5:9)
age <- c(3, 3, 1, 1, 4, 4, 2, 2, 5, 6, 1, 3, 2, 8)
visit <- c(0, 1, 0, 1, 0, 1, 0, 1, 0)
x <- cbind(after = c(visit, 0, 0, 0, 0, 0), before = c(1 - visit, 0, 0, 0, 0, 0),
           healthy = rep(0:1, c(9, 5)), age = age)
cor <- outer(patient, patient, "==") * 0.3
diag(cor) <- 1
root <- chol(cor)
white <- function(m) backsolve(root, m, transpose = TRUE)
show <- function(model, contrast, fried, found) {
  for (i in seq_along(sets)) {
    cat(model, contrast, names(sets)[i], format(fried$PValue[i], digits = 15),
        format(found$PValue[i], digits = 15), format(found$Correlation[i], digits = 15), sep = "\t")
    cat("\n")
  }
}
cat("model\tcontrast\tmodule\tfry\tcamera\tcorrelation\n")
asked <- list(change = c(1, -1, 0, 0), disease = c(0, 1, -1, 0), age = 4)
for (name in names(asked)) {
  fried <- fry(y, sets, x, asked[[name]], block = patient, correlation = 0.3, sort = "none")
  found <- camera(t(white(t(y))), sets, white(x), asked[[name]], inter.gene.cor = NA, sort = FALSE)
  show("block", name, fried, found)
}
own <- y[, 1:8]
p <- cbind(outer(patient[1:8], 0:3, "==") + 0, after = visit[1:8])
for (name in c("none", "observation")) {
  weights <- if (name == "none") NULL else w
  fried <- fry(own, sets, p, 5, weights = weights, sort = "none")
  found <- camera(own, sets, p, 5, weights = weights, inter.gene.cor = NA, sort = FALSE)
  show(paste0("pairs_", name), "change", fried, found)
}
