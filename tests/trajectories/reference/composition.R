# R 4.2.2, limma 3.54: the joint model with percentages of cells as covariates, patients as blocks.
# What is beyond composition are its contrasts. The same without the percentages, with the
# correlation of the first, gives what follows composition as the difference.
# Run here after make_composition.py: `Rscript composition.R`.
suppressPackageStartupMessages(library(limma))
y <- as.matrix(read.delim("composition_y.tsv", row.names = 1, check.names = FALSE))
s <- read.delim("composition_samples.tsv", row.names = 1, na.strings = "NA")
s$cell <- ifelse(s$label == "healthy", "healthy", paste(s$label, s$visit, sep = "."))
D <- model.matrix(~ 0 + cell + I(age - mean(age)), s)
colnames(D) <- c(sub("^cell", "", colnames(D))[-ncol(D)], "age")
X <- cbind(D, neutrophils = s$neutrophils, monocytes = s$monocytes)
contrasts <- function(X) {
  C <- matrix(0, ncol(X), 2, dimnames = list(colnames(X), c("disease", "change")))
  C["responder.before", ] <- c(1, -1); C["healthy", 1] <- -1; C["responder.after", 2] <- 1; C
}
rho <- duplicateCorrelation(y, X, block = s$patient)$consensus.correlation
with <- lmFit(y, X, block = s$patient, correlation = rho)
beyond <- eBayes(contrasts.fit(with, contrasts(X)))
bare <- contrasts.fit(lmFit(y, D, block = s$patient, correlation = rho), contrasts(D))
out <- do.call(rbind, lapply(c("disease", "change"), function(name) data.frame(
  gene = rownames(y), contrast = name, beyond = beyond$coefficients[, name], t = beyond$t[, name],
  P.Value = beyond$p.value[, name], without = bare$coefficients[, name],
  inflation = (beyond$stdev.unscaled[, name] / bare$stdev.unscaled[, name])^2,
  neutrophils = with$coefficients[, "neutrophils"], monocytes = with$coefficients[, "monocytes"],
  correlation = rho)))
out[3:10] <- lapply(out[3:10], format, digits = 17, trim = TRUE)
write.table(out, "composition.tsv", sep = "\t", quote = FALSE, row.names = FALSE)
