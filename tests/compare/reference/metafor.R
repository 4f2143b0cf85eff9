suppressMessages(library(metafor))
d <- read.delim("meta_input.tsv")
rows <- list(); k <- 0
for (g in unique(d$gene)) {
  x <- d[d$gene == g, ]
  f <- rma(yi = x$effect, vi = x$variance, method = "REML", test = "knha", control = list(threshold = 1e-14, maxiter = 10000))
  p <- predict(f); e <- rma(yi = x$effect, vi = x$variance, method = "EE")
  k <- k + 1
  rows[[k]] <- data.frame(gene = g, left_out = "none", k = f$k, estimate = c(f$beta), error = f$se, CI.L = f$ci.lb, CI.R = f$ci.ub,
    statistic = f$zval, P.Value = f$pval, PI.L = p$pi.lb, PI.R = p$pi.ub, tau2 = f$tau2, I2 = f$I2 / 100, Q = f$QE, p_Q = f$QEp,
    estimate_common = c(e$beta), p_common = e$pval)
  if (f$k > 2) for (i in seq_len(f$k)) {
    f <- rma(yi = x$effect[-i], vi = x$variance[-i], method = "REML", test = "knha", control = list(threshold = 1e-14, maxiter = 10000))
    p <- predict(f); e <- rma(yi = x$effect[-i], vi = x$variance[-i], method = "EE")
    k <- k + 1
    rows[[k]] <- data.frame(gene = g, left_out = x$study[i], k = f$k, estimate = c(f$beta), error = f$se, CI.L = f$ci.lb, CI.R = f$ci.ub,
      statistic = f$zval, P.Value = f$pval, PI.L = p$pi.lb, PI.R = p$pi.ub, tau2 = f$tau2, I2 = f$I2 / 100, Q = f$QE, p_Q = f$QEp,
      estimate_common = c(e$beta), p_common = e$pval)
  }
}
write.table(format(do.call(rbind, rows), digits = 15), "metafor.tsv", sep = "\t", quote = FALSE, row.names = FALSE)
