# R 4.2.2, limma 3.54.0: half planes of the trajectory wedges as contrasts of one fit, for the
# first ten genes and the last ten of tests/differential/reference.
suppressPackageStartupMessages(library(limma))
folder <- "../../differential/reference/"
read <- function(f) as.matrix(read.delim(paste0(folder, f), row.names = 1, check.names = FALSE))
y <- read("y.tsv"); design <- read("design_random.tsv")
patient <- read.delim(paste0(folder, "samples.tsv"))$patient
C <- matrix(0, ncol(design), 2, dimnames = list(colnames(design), c("d", "t")))
C["responder.before", "d"] <- 1; C["healthy", "d"] <- -1
C["responder.after", "t"] <- 1; C["responder.before", "t"] <- -1
edges <- cbind(d = C[, "d"], t = C[, "t"], half = C[, "t"] + C[, "d"] / 2,
               twice = C[, "t"] + 2 * C[, "d"], above = C[, "t"] / 2 - C[, "d"],
               below = C[, "t"] / 2 + C[, "d"])
rho <- duplicateCorrelation(y, design, block = patient)$consensus
fit <- eBayes(contrasts.fit(lmFit(y, design, block = patient, correlation = rho), edges))
d <- fit$coefficients[, "d"]; t <- fit$coefficients[, "t"]; s <- sign(d); u <- sign(t)
upper <- function(z) pt(z, fit$df.total, lower.tail = FALSE)
out <- data.frame(
  d, t,
  reverted = pmax(fit$p.value[, "d"], upper(-s * fit$t[, "half"]), upper(s * fit$t[, "twice"])),
  induced = pmax(fit$p.value[, "t"], upper(u * fit$t[, "above"]), upper(u * fit$t[, "below"])))
keep <- c(1:10, 111:120)
write.table(format(out[keep, ], digits = 17, trim = TRUE), "plane.tsv", sep = "\t", quote = FALSE)
