# Rscript visits.R > visits.tsv (R 4.2, limma 3.54): numbers of test_visits_parity.py.
# Designs are made here from the sheet, by factors; block and consensus correlation as in limma's user guide.
suppressPackageStartupMessages({library(limma); library(nlme)})
y <- as.matrix(read.delim("visits_y.tsv", row.names = 1, check.names = FALSE))
s <- read.delim("visits_samples.tsv", na.strings = "", stringsAsFactors = FALSE)
days <- c("day 7", "day 28", "day 180")
well <- s$group == "healthy"
genes <- rownames(y)[seq(1, 80, 9)]
cat("model\tcontrast\tvisit\tgene\testimate\tstatistic\tdf1\tdf2\tP.Value\n")
row <- function(model, contrast, visit, e, f, df1, df2, p)
  cat(paste(model, contrast, visit, genes, format(e, digits = 15), format(f, digits = 15), df1,
            format(df2, digits = 15), format(p, digits = 15), sep = "\t"), sep = "\n")
fits <- function(values, x, block = NULL) {
  if (is.null(block)) return(lmFit(values, x))
  rho <- duplicateCorrelation(values, x, block = block)$consensus
  lmFit(values, x, block = block, correlation = rho)
}
one <- function(model, fit, contrast, visit, vector) {
  e <- eBayes(contrasts.fit(fit, vector)); k <- match(genes, rownames(y))
  row(model, contrast, visit, e$coefficients[k], e$t[k], 1, e$df.total[k], e$p.value[k])
}
F <- function(model, fit, contrast, matrix) {
  e <- eBayes(contrasts.fit(fit, matrix)); k <- match(genes, rownames(y))
  row(model, contrast, "all", NA, e$F[k], ncol(matrix), e$df.total[k], e$F.p.value[k])
}
at <- function(x, ...) { w <- c(...); v <- setNames(numeric(ncol(x)), colnames(x)); v[names(w)] <- w; v }

# Constrained longitudinal model: one baseline of all arms, healthy people and their follow-up.
cell <- ifelse(s$visit == "day 0", ifelse(well, "healthy", "base"),
               paste(ifelse(well, "timed", s$arm), s$visit))
x <- model.matrix(~ 0 + cell + batch, s); colnames(x) <- sub("^cell", "", colnames(x))
fit <- fits(y, x, s$patient)
effect <- function(day) {
  n <- table(s$arm[!well & s$visit == day & s$arm != "placebo"])
  v <- at(x, setNames(as.numeric(n / sum(n)), paste(names(n), day)))
  v[paste("placebo", day)] <- -1; v
}
for (day in days[1:2]) {
  one("randomised", fit, "drug_effect", day, effect(day))
  one("randomised", fit, "drug_effect_high", day, at(x, setNames(c(1, -1), paste(c("high", "placebo"), day))))
}
F("randomised", fit, "drug_effect", sapply(days[1:2], effect))
k <- genes[3]; s$value <- y[k, ]; v <- effect("day 28")
m <- lme(value ~ 0 + cell + batch, random = ~ 1 | patient, data = cbind(s, cell))
names(v) <- colnames(x); b <- fixef(m); names(b) <- sub("^cell", "", names(b)); v <- v[names(b)]
genes <- k
row("lme", "drug_effect", "day 28", sum(v * b), sum(v * b) / sqrt(c(v %*% vcov(m) %*% v)), 1, NA, NA)
genes <- rownames(y)[seq(1, 80, 9)]

# Paired models: an effect of every person seen at day 0 and later, changes by label and arm.
kept <- s$patient %in% s$patient[s$visit == "day 0"] & s$patient %in% s$patient[s$visit != "day 0"]
p <- s[kept, ]; z <- y[, kept]
group <- ifelse(p$group == "healthy", "timed", paste(p$label, p$arm))
late <- p$visit != "day 0"
change <- factor(ifelse(late, paste(group, p$visit, sep = "|"), "none"))
change <- relevel(change, "none")
x <- model.matrix(~ 0 + patient + change + batch, p); colnames(x) <- sub("^change", "", colnames(x))
fit <- fits(z, x)
mean_of <- function(day, rows) {
  n <- table(group[rows & p$visit == day])
  at(x, setNames(as.numeric(n / sum(n)), paste(names(n), day, sep = "|")))
}
sick <- p$group == "patient"
sets <- list(change_all = sick, change_responders = sick & p$label %in% "responder",
             change_control = sick & p$arm %in% "placebo", change_treated = sick & !p$arm %in% "placebo",
             change_time_control = !sick)
for (name in names(sets)) {
  for (day in days) one("fixed", fit, name, day, mean_of(day, sets[[name]]))
  F("fixed", fit, name, sapply(days, mean_of, sets[[name]]))
}
for (day in days) one("fixed", fit, "change_beyond_time", day, mean_of(day, sick) - mean_of(day, !sick))
both <- intersect(p$patient[p$visit == "day 28"], p$patient[p$visit == "day 180"])
own <- sick & p$arm %in% "placebo" & p$patient %in% both
one("fixed", fit, "change_since_switch", "day 180", mean_of("day 180", own) - mean_of("day 28", own))

# Cell means of label, arm and visit, patients as random blocks.
cell <- ifelse(well, ifelse(s$visit == "day 0", "healthy", paste("timed", s$visit)), paste(s$label, s$arm, s$visit, sep = "."))
x <- model.matrix(~ 0 + cell + batch, s); colnames(x) <- sub("^cell", "", colnames(x))
fit <- fits(y, x, s$patient)
share <- function(rows) { n <- table(cell[rows]); at(x, setNames(as.numeric(n / sum(n)), names(n))) }
sick <- !well
one("random", fit, "disease", "day 180", share(sick & s$visit == "day 0") - at(x, c(healthy = 1)))
for (day in days) {
  pairs <- intersect(s$patient[s$visit == "day 0"], s$patient[s$visit == day])
  one("random", fit, "residual_all", day, share(sick & s$visit == day & s$patient %in% pairs) - at(x, c(healthy = 1)))
}
one("random", fit, "cells", "day 180", at(x, c("responder.high.day 7" = 1, "nonresponder.placebo.day 28" = -0.5)))
