# What limma 3.54 and edgeR 3.40 answer to degenerate input: numbers, a warning, or a stop.
#   Rscript degenerate.R > degenerate.tsv
# The values are a closed form, so that the test makes the same ones (test_degenerate.py).
suppressMessages({library(limma); library(edgeR)})

values <- function(genes, samples) {
  g <- matrix(rep(seq_len(genes), samples), genes, samples)
  s <- matrix(rep(seq_len(samples), each = genes), genes, samples)
  6 + g / 3 + exp(sin(2 * g)) * cos(3 * g + 7 * s^2 + g * s)
}
two_groups <- function(samples) cbind(a = 1, b = as.numeric(seq_len(samples) > samples / 2))
put <- function(y, rows, columns, value) { y[rows, columns] <- value; y }
y20 <- values(20, 8)
all8 <- 1:8
# Rounding leaves a constant row a variance of 1e-31, which limma takes as it is; of variances that
# are exactly 0 it warns. We tell the two apart, so limma is asked about the latter.
fitted <- function(y) {
  fit <- lmFit(y, two_groups(ncol(y)))
  fit$sigma[which(fit$sigma < 1e-10 * sqrt(rowSums(y^2)))] <- 0
  fit
}

moderated <- list(
  genes_1 = values(1, 8), genes_2 = values(2, 8), genes_3 = values(3, 8), genes_5 = values(5, 8),
  df_0 = values(20, 2), df_1 = values(20, 3),
  constant_1 = put(y20, 1, all8, 7), constant_5 = put(y20, 1:5, all8, 7),
  constant_10 = put(y20, 1:10, all8, 7), constant_11 = put(y20, 1:11, all8, 7),
  constant_19 = put(y20, 1:19, all8, 7), constant_20 = put(y20, 1:20, all8, 7),
  rounded_11 = put(y20, 1:11, all8, 7.3), rounded_20 = put(y20, 1:20, all8, 7.3),
  apart_11 = put(y20, 1:11, all8, rep(c(7.3, 8.1), each = 44)),
  empty_1 = put(y20, 3, all8, NA), empty_18 = put(y20, 3:20, all8, NA),
  empty_19 = put(y20, 2:20, all8, NA), empty_20 = put(y20, 1:20, all8, NA),
  one_group = put(y20, 3, 1:4, NA), no_df = put(y20, 3, c(2:4, 6:8), NA),
  no_df_18 = put(y20, 3:20, c(2:4, 6:8), NA), no_df_19 = put(y20, 2:20, c(2:4, 6:8), NA),
  no_df_20 = put(y20, 1:20, c(2:4, 6:8), NA),
  huge = y20 * 1e12, tiny = y20 * 1e-12, one_huge = put(y20, 3, all8, y20[3, ] * 1e12),
  equal_variances = matrix(rep(values(1, 8), each = 20), 20, 8) + 1:20,
  last_three = put(y20, 1:17, all8, NA)
)

v <- exp(2 * sin(1:20))
squeezed <- list(
  one_covariate = list(v, 6, rep(7, 20)), two_covariates = list(v, 6, rep(c(7, 9), 10)),
  equal = list(rep(2, 20), 6, 1:20), zeros_11 = list(c(rep(0, 11), v[12:20]), 6, 1:20),
  zeros_20 = list(rep(0, 20), 6, 1:20), unequal_df = list(v, rep(c(3, 8), 10), 1:20),
  some_df_0 = list(v, rep(c(0, 8), 10), 1:20), all_df_0 = list(v, rep(0, 20), 1:20),
  missing = list(put(matrix(v), 5, 1, NA)[, 1], rep(6, 20), 1:20),
  infinite = list(put(matrix(v), 5, 1, Inf)[, 1], 6, 1:20),
  large_df = list(v, 1e4, 1:20)
)

blocks <- rep(1:4, each = 2)
y10 <- values(10, 8)
correlated <- list(
  pairs = list(y = y10, block = blocks),
  one_block = list(y = y10, block = rep(1, 8)),
  blocks_of_one = list(y = y10, block = 1:8),
  in_design = list(y = y10, block = rep(1:2, each = 4)),
  two_blocks = list(y = y10, block = rep(1:2, 4)),
  one_pair = list(y = y10, block = c(1, 2, 3, 4, 1, 5, 6, 7)),
  all_but_one = list(y = y10, block = c(1, 1, 1, 1, 1, 1, 1, 2)),
  samples_4 = list(y = values(10, 4), block = c(1, 2, 1, 2)),
  samples_5 = list(y = values(10, 5), block = c(1, 2, 1, 2, 1)),
  one_gene = list(y = values(1, 8), block = blocks),
  constant_1 = list(y = put(y10, 1, all8, 7), block = blocks),
  constant_5 = list(y = put(y10, 1:5, all8, 7), block = blocks),
  constant_9 = list(y = put(y10, 1:9, all8, 7), block = blocks),
  constant_10 = list(y = put(y10, 1:10, all8, 7), block = blocks),
  rounded_10 = list(y = put(y10, 1:10, all8, 7.3), block = blocks),
  empty_1 = list(y = put(y10, 3, all8, NA), block = blocks),
  empty_10 = list(y = put(y10, 1:10, all8, NA), block = blocks),
  few_values = list(y = put(y10, 3, 1:5, NA), block = blocks),
  few_values_10 = list(y = put(y10, 1:10, 1:5, NA), block = blocks),
  no_pair_left = list(y = put(y10, 1:10, c(1, 3, 5, 7), NA), block = blocks),
  huge = list(y = y10 * 1e12, block = blocks),
  tiny = list(y = y10 * 1e-12, block = blocks),
  zero_weight = list(y = y10, block = blocks, weights = c(0, 1, 1, 1, 1, 1, 1, 1)),
  zero_weights = list(y = y10, block = blocks, weights = rep(0, 8)),
  zero_weights_of_a_gene = list(y = y10, block = blocks,
                                weights = put(matrix(1, 10, 8), 3, all8, 0))
)

counts20 <- function(samples = 6) round(2^values(20, samples))
empty <- function(y, sample) put(y, seq_len(nrow(y)), sample, 0)
one_gene_only <- put(put(counts20(), 2:20, 2, 0), 1, 2, 5000)
counted <- list(
  plain = counts20(), empty_library = empty(counts20(), 2), zeros = counts20() * 0,
  one_gene_only = one_gene_only, genes_1 = counts20()[1, , drop = FALSE],
  genes_2 = counts20()[1:2, ], samples_1 = counts20(1), identical_samples = counts20()[, rep(1, 6)],
  apart = put(put(counts20(), 1:10, 1:3, 0), 11:20, 4:6, 0),
  zero_gene = put(counts20(), 4, 1:6, 0), mostly_zero = put(counts20(), 5:20, 1:5, 0),
  huge = counts20() * 1e9, two_samples = counts20(2), proportional = outer(1:20 * 10, 1:6)
)
weighed <- counted[c("plain", "empty_library", "zeros", "one_gene_only", "genes_1", "genes_2",
                     "zero_gene", "huge", "two_samples", "identical_samples", "proportional")]
weighed$missing <- put(counts20(), 3, 2, NA)
weighed$negative <- put(counts20(), 3, 2, -1)

rows <- list()
record <- function(work, case, compute) {
  said <- character()
  found <- tryCatch(
    withCallingHandlers(compute(), warning = function(w) {
      said <<- unique(c(said, conditionMessage(w)))
      invokeRestart("muffleWarning")
    }),
    error = function(e) { said <<- conditionMessage(e); NULL })
  kind <- if (is.null(found)) "stops" else if (length(said)) "warns" else "answers"
  said <- gsub("[[:space:]]+", " ", paste(said, collapse = "; "))
  if (is.null(found)) found <- c(nothing = NA)
  rows[[length(rows) + 1]] <<- data.frame(
    work = work, case = case, quantity = names(found),
    value = format(unname(found), digits = 12, trim = TRUE), R = kind, message = c(said, rep("", length(found) - 1)))
}
at <- function(x, i) rep_len(unname(x), max(i))[i]

for (case in names(moderated)) for (trend in c(FALSE, TRUE)) for (robust in c(FALSE, TRUE)) {
  y <- moderated[[case]]
  genes <- unique(c(1, min(3, nrow(y)), nrow(y)))
  way <- paste0(if (trend) "_trend", if (robust) "_robust")
  record(paste0("treat", way), case, function() {
    found <- treat(fitted(y), lfc = 0.5, trend = trend, robust = robust)
    setNames(found$p.value[genes, "b"], paste0("p.value", genes))
  })
  record(paste0("ebayes", way), case, function() {
    found <- eBayes(fitted(y), trend = trend, robust = robust)
    wanted <- list(df.prior = at(found$df.prior, genes), s2.prior = at(found$s2.prior, genes),
      df.total = at(found$df.total, genes), p.value = found$p.value[genes, "b"], lods = found$lods[genes, "b"],
      F.p.value = found$F.p.value[genes])
    unlist(lapply(wanted, function(x) setNames(x, genes)))
  })
}
for (case in names(squeezed)) for (trend in c(FALSE, TRUE)) for (robust in c(FALSE, TRUE)) {
  it <- squeezed[[case]]
  way <- paste0(if (trend) "_trend", if (robust) "_robust")
  record(paste0("squeeze", way), case, function() {
    found <- squeezeVar(it[[1]], it[[2]], if (trend) it[[3]], robust)
    genes <- c(1, 5, 20)
    wanted <- list(df.prior = at(found$df.prior, genes), s2.prior = at(found$var.prior, genes),
      s2.post = at(found$var.post, genes))
    unlist(lapply(wanted, function(x) setNames(x, genes)))
  })
}
for (case in names(correlated)) record("duplicate_correlation", case, function() {
  it <- correlated[[case]]
  found <- duplicateCorrelation(it$y, two_groups(ncol(it$y)), block = it$block, weights = it$weights)
  c(correlation = found$consensus.correlation)
})
for (case in names(counted)) for (method in c("TMM", "upperquartile")) {
  record(tolower(method), case, function() {
    y <- counted[[case]]
    setNames(calcNormFactors(y, method = method), paste0("factor.", seq_len(ncol(y))))
  })
}
for (case in names(weighed)) record("voom", case, function() {
  y <- weighed[[case]]
  v <- voom(y, two_groups(ncol(y)))
  c(value = v$E[1, 2], weight.first = v$weights[1, 2], weight.last = v$weights[nrow(y), ncol(y)])
})
write.table(do.call(rbind, rows), "", sep = "\t", quote = FALSE, row.names = FALSE)
