# Rscript lemay.R COUNTS SHEET > lemay.tsv (limma 3.54 and edgeR 3.40 or later): numbers of test_crossover.py.
# Five subjects in three arms, a day each, fasting and 3 and 6 hours after a meal: counts of whole blood.
# Genes with 10 counts in 15 samples; TMM; voom. Fixed: an effect of every subject and day, and samples of
# one subject at one time of day as blocks. Random: cells of arm and time, subjects as blocks, the day as
# covariate. Pooled: one cell of all fasting samples. Every contrast is a coefficient of its design
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
random <- function(x, vector, block = sheet$Subject) {
  d <- contrastAsCoef(x, vector)
  v <- voom(list, d$design)
  rho <- duplicateCorrelation(v, d$design, block = block)$consensus
  v <- voom(list, d$design, block = block, correlation = rho)
  rho <- duplicateCorrelation(v, d$design, block = block)$consensus
  list(eBayes(lmFit(v, d$design, block = block, correlation = rho)), d$coef)
}
fixed <- function(x, vector) random(x, vector, paste(sheet$Subject, sheet$Time))
tell <- function(kind, contrast, fitted) show(kind, contrast, fitted[[1]], fitted[[2]])
after <- sapply(c("3hr", "6hr"), function(t) sapply(c("blueberry", "dha", "oil"), function(a) (cell == paste(a, t, sep = ".")) + 0), simplify = FALSE)
after <- cbind(`3hr` = after[[1]], `6hr` = after[[2]])
colnames(after) <- paste(rep(c("3hr", "6hr"), each = 3), colnames(after), sep = ".")
x <- cbind(model.matrix(~ 0 + unit), after)
at <- function(x, weights) { v <- setNames(rep(0, ncol(x)), colnames(x)); v[names(weights)] <- weights; v }
for (t in c("3hr", "6hr")) {
  arms <- paste(t, c("blueberry", "dha", "oil"), sep = ".")
  tell("fixed", paste0("change_all.", t), fixed(x, at(x, setNames(rep(1 / 3, 3), arms))))
}
day <- model.matrix(~ sheet$Day)[, -1]
x <- cbind(model.matrix(~ 0 + cell), day)
colnames(x) <- sub("^cell", "", colnames(x))
same <- function(t, w) setNames(c(w, -w), paste(rep(c("blueberry", "dha", "oil"), 2), rep(c(t, "Fast"), each = 3), sep = "."))
tell("random", "change_all.3hr", random(x, at(x, same("3hr", rep(1 / 3, 3)))))
pooled <- ifelse(sheet$Time == "Fast", "Fast", cell)
x <- cbind(model.matrix(~ 0 + pooled), day)
colnames(x) <- sub("^pooled", "", colnames(x))
for (t in c("3hr", "6hr")) {
  arms <- paste(c("blueberry", "dha", "oil"), t, sep = ".")
  tell("pooled", paste0("drug_effect.", t), random(x, at(x, setNames(c(0.5, 0.5, -1), arms))))
  tell("pooled", paste0("drug_effect_blueberry.", t), random(x, at(x, setNames(c(1, 0, -1), arms))))
}
