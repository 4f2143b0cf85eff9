# Rscript lemay.R COUNTS SHEET > lemay.tsv (limma 3.54 and edgeR 3.40 or later): numbers of test_crossover.py.
# Five subjects in three arms, a day each, fasting and 3 and 6 hours after a meal: counts of whole blood.
# Genes with 10 counts in 15 samples; TMM; voom. Fixed: an effect of every subject and day. Random: cells
# of arm and time, subjects as blocks, the day as covariate. Every contrast is a coefficient of its design
# (contrastAsCoef), so that limma's standard errors with weights are exact.
suppressPackageStartupMessages({library(limma); library(edgeR)})
files <- commandArgs(TRUE)
counts <- as.matrix(read.delim(files[1], row.names = 1, check.names = FALSE))
sheet <- read.delim(files[2])
sheet <- sheet[order(sheet$Label), ]
counts <- counts[, gsub(".", "-", sheet$Label, fixed = TRUE)]
counts <- counts[rowSums(counts >= 10) >= 15, ]
list <- calcNormFactors(DGEList(counts))
arm <- c(R = "blueberry", S = "oil", T = "dha")[sheet$Arm]
unit <- paste(sheet$Subject, sheet$Day)
cell <- paste(arm, sheet$Time, sep = ".")
pick <- seq(1, nrow(counts), by = 1500)
show <- function(kind, contrast, fit, coef) {
  table <- topTable(fit, coef = coef, number = Inf, sort.by = "none")[pick, ]
  cat(paste(kind, contrast, rownames(table), format(table$logFC, digits = 15), format(table$t, digits = 15),
            format(table$P.Value, digits = 15), sep = "\t"), sep = "\n")
}
cat("kind\tcontrast\tgene\tlogFC\tt\tP.Value\n")
random <- function(x, vector) {
  d <- contrastAsCoef(x, vector)
  v <- voom(list, d$design)
  rho <- duplicateCorrelation(v, d$design, block = sheet$Subject)$consensus
  v <- voom(list, d$design, block = sheet$Subject, correlation = rho)
  rho <- duplicateCorrelation(v, d$design, block = sheet$Subject)$consensus
  list(eBayes(lmFit(v, d$design, block = sheet$Subject, correlation = rho)), d$coef)
}
