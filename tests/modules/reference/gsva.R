# Reference numbers of test_scores.py: Rscript gsva.R > gsva.tsv (R 4.2, GSVA 1.46.0).
# 60 genes x 8 samples: without ties within a sample; and floored at 3, where a third of the
# genes are tied, with three genes constant. Gene "absent" is in a module and not in the matrix.
suppressPackageStartupMessages(library(GSVA))
stopifnot(packageVersion("GSVA") == "1.46.0")
x <- outer(0:59, 0:7, function(i, j) (i * (37 + 11 * j) + 53 * j + 7 * j^2) %% 101 / 10)
dimnames(x) <- list(sprintf("G%02d", 0:59), paste0("S", 0:7))
floored <- pmax(x, 3)
floored[c("G07", "G11", "G30"), ] <- 5
sets <- list(
  A = c(sprintf("G%02d", c(0, 5, 11, 20)), "absent"),
  B = sprintf("G%02d", seq(5, 49, 4)),
  C = c("G07", "G11", "G12"),
  D = c("G07", "G11")
)
run <- function(values, ...) {
  invisible(capture.output(found <- suppressWarnings(gsva(values, sets, ...))))
  found
}
cat("data\tmethod\tmodule\tsample\tscore\n")
for (data in c("plain", "floored")) {
  values <- if (data == "plain") x else floored
  scores <- list(
    ssgsea = run(values, method = "ssgsea", ssgsea.norm = FALSE) / nrow(values),
    gsva = run(values, method = "gsva", kcdf = "Gaussian", mx.diff = TRUE, tau = 1)
  )
  for (method in names(scores)) {
    found <- scores[[method]]
    for (module in rownames(found)) {
      for (sample in colnames(found)) {
        score <- format(found[module, sample], digits = 15)
        cat(data, method, module, sample, score, sep = "\t")
        cat("\n")
      }
    }
  }
}
