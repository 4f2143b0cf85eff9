# R 4.2.2, edgeR 3.40.2: estimateDisp, glmQLFit and glmQLFTest with their defaults, on simulated
# counts of 120 genes. Run in this folder; writes one counts, design, contrasts and result table a study.
suppressMessages(library(edgeR)); set.seed(7)
write <- function(x, name, part) write.table(format(x, digits = 12, trim = TRUE),
  paste0(name, "_", part, ".tsv"), sep = "\t", quote = FALSE, row.names = FALSE)
study <- function(name, X, C, zeros = FALSE, G = 120) {
  n <- nrow(X)
  b <- matrix(rnorm(G * ncol(X), 0, .3), G); b[, 1] <- 0
  M <- t(t(exp(rnorm(G, 4, 2) + b %*% t(X))) * runif(n, .6, 1.6))
  d <- .05 + 1 / (rowMeans(M) + 2) * rchisq(G, 10) / 10
  y <- matrix(rnbinom(G * n, mu = M, size = 1 / d), G, dimnames = list(NULL, paste0("s", 1:n)))
  if (zeros) { # in a whole group or visit, everywhere, in the first two samples, but for one count
    y[1:15, X[, ncol(X)] == 1] <- 0; y[16:20, ] <- 0; y[21:25, 1:2] <- 0; y[26, ] <- c(1, rep(0, n - 1))
  }
  dge <- calcNormFactors(DGEList(y))
  dge <- estimateDisp(dge, X); f <- glmQLFit(dge, X)
  out <- data.frame(common = dge$common.dispersion, trended = dge$trended.dispersion,
    abundance = dge$AveLogCPM, df = f$df.residual.zeros, df_prior = f$df.prior,
    prior = f$var.prior, post = f$var.post)
  for (k in 1:ncol(C)) out[paste0(c("logFC", "F", "P"), k)] <- glmQLFTest(f, contrast = C[, k])$table[, c(1, 3, 4)]
  write(y, name, "counts"); write(X, name, "design"); write(C, name, "contrasts"); write(out, name, "found")
}
unit <- function(p, ...) { v <- rep(0, p); a <- c(...); v[a[c(TRUE, FALSE)]] <- a[c(FALSE, TRUE)]; v }
pairs <- function(k) { patient <- gl(k, 2); after <- rep(0:1, k); model.matrix(~ patient + after) }
study("pairs", pairs(8), cbind(unit(9, 9, 1)))
study("zeros", pairs(8), cbind(unit(9, 9, 1)), zeros = TRUE)
study("three", pairs(3), cbind(unit(4, 4, 1)))
study("batch", cbind(pairs(8), batch = rep(c(0, 1, 1, 0, 0, 0, 1, 1), 2)), cbind(unit(10, 9, 1), unit(10, 10, 1)))
patient <- gl(6, 3); visit <- factor(rep(1:3, 6))
study("visits", model.matrix(~ patient + visit)[-c(3, 8, 18), ], cbind(unit(8, 7, 1), unit(8, 7, -1, 8, 1)))
group <- gl(2, 5)
study("groups", model.matrix(~group), cbind(unit(2, 2, 1)), zeros = TRUE)
# gse60424_found.tsv: every twentieth of the 9,167 genes of that study's change after treatment, from the
# same lines with its counts, library sizes (lib.size with the factors in it, norm.factors = 1) and design.
