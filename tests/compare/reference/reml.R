# Rscript reml.R: tau2 of 300 random cases by metafor (3.8.1, R 4.2).
suppressMessages(library(metafor))
set.seed(1)
cases <- list(data.frame(effect = c(-0.29099827, 0.10394850, 0.10018999), variance = c(0.03359334, 0.00541946, 0.00822145)))
for (i in 1:300) {
  k <- sample(2:20, 1)
  v <- switch(1 + i %% 4, 10^runif(k, -1, 0.5), 10^runif(k, -4, 2), rep(0.05, k), 10^runif(k, -2, 1))
  y <- rnorm(k) * sqrt(v + sample(c(0, 0.01, 0.3, 5), 1)) * sample(c(0.3, 1, 3), k, TRUE)
  if (i %% 5 == 0) y <- sample(c(0, 0.2), k, TRUE) # ties
  cases[[i + 1]] <- data.frame(effect = signif(y, 7), variance = signif(v, 7))
}
likelihood <- function(x, tau2) {
  w <- 1 / (x$variance + tau2); m <- sum(w * x$effect) / sum(w)
  -(sum(log(x$variance + tau2)) + log(sum(w)) + sum(w * (x$effect - m)^2)) / 2
}
fit <- function(x) tryCatch(suppressWarnings(
  rma(yi = x$effect, vi = x$variance, method = "REML", control = list(threshold = 1e-13, maxiter = 10000))$tau2), error = function(e) NA)
rows <- lapply(seq_along(cases), function(i) {
  x <- cases[[i]]
  tau2 <- fit(x)
  data.frame(case = i - 1, tau2 = tau2, likelihood = likelihood(x, tau2))
})
inputs <- do.call(rbind, lapply(seq_along(cases), function(i) cbind(case = i - 1, cases[[i]])))
write.table(inputs, "reml_input.tsv", sep = "\t", quote = FALSE, row.names = FALSE)
write.table(format(do.call(rbind, rows), digits = 15), "reml.tsv", sep = "\t", quote = FALSE, row.names = FALSE)
