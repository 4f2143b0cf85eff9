# R 4.2.2, lme4 1.1-31, lmerTest 3.1-3: half planes of the trajectory wedges as contrasts of a mixed
# model of each gene (Satterthwaite), not moderated, for ten genes of tests/differential/reference.
suppressPackageStartupMessages(library(lmerTest))
folder <- "../../differential/reference/"
read <- function(f) as.matrix(read.delim(paste0(folder, f), row.names = 1, check.names = FALSE))
y <- read("y.tsv"); X <- read("design_random.tsv")
patient <- read.delim(paste0(folder, "samples.tsv"))$patient
C <- matrix(0, ncol(X), 2, dimnames = list(colnames(X), c("d", "t")))
C["responder.before", "d"] <- 1; C["healthy", "d"] <- -1
C["responder.after", "t"] <- 1; C["responder.before", "t"] <- -1
edges <- cbind(d = C[, "d"], t = C[, "t"], half = C[, "t"] + C[, "d"] / 2,
               twice = C[, "t"] + 2 * C[, "d"], above = C[, "t"] / 2 - C[, "d"],
               below = C[, "t"] / 2 + C[, "d"])
control <- lmerControl(optimizer = "nloptwrap", check.conv.singular = "ignore",
  optCtrl = list(algorithm = "NLOPT_LN_BOBYQA", xtol_abs = 1e-12, ftol_abs = 1e-14, maxeval = 1e5))
keep <- c(1:5, 111:115)
out <- do.call(rbind, lapply(rownames(y)[keep], function(gene) {
  value <- y[gene, ]
  fit <- lmer(value ~ 0 + X + (1 | patient), control = control)
  r <- contest(fit, t(edges), joint = FALSE)
  z <- setNames(r[["t value"]], colnames(edges)); df <- setNames(r$df, colnames(edges))
  e <- setNames(r$Estimate, colnames(edges)); s <- sign(e["d"]); u <- sign(e["t"])
  upper <- function(v, k) pt(v * z[k], df[k], lower.tail = FALSE)
  two <- function(k) 2 * pt(-abs(z[k]), df[k])
  data.frame(gene, d = e["d"], t = e["t"],
    reverted = max(two("d"), upper(-s, "half"), upper(s, "twice")),
    induced = max(two("t"), upper(u, "above"), upper(u, "below")))
}))
out[-1] <- lapply(out[-1], format, digits = 17, trim = TRUE)
write.table(out, "plane_mixed.tsv", sep = "\t", quote = FALSE, row.names = FALSE)
