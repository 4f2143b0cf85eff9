# Rscript dose.R > dose.tsv (limma 3.54 or later): numbers of test_dose.py.
# Fifteen patients at doses 0, 1 and 5 before, at week 4 and at week 12, six healthy people, values by a
# formula; P03 lacks week 4, P07 lacks week 12. One mean before treatment for all doses, and at each
# visit after it a mean at dose 0 and a slope on dose; patients as random blocks.
suppressPackageStartupMessages(library(limma))
people <- expand.grid(visit = c("week0", "week4", "week12"), patient = 0:14)
people <- people[!(people$patient == 3 & people$visit == "week4"), ]
people <- people[!(people$patient == 7 & people$visit == "week12"), ]
people$dose <- c(0, 1, 5)[people$patient %% 3 + 1]
people$healthy <- FALSE
well <- data.frame(visit = NA, patient = 100:105, dose = NA, healthy = TRUE)
s <- rbind(people, well)
s$site <- (seq_len(nrow(s)) * 5) %% 7
genes <- 1:60
time <- ifelse(s$healthy, 0, match(s$visit, c("week0", "week4", "week12")))
y <- t(sapply(genes, function(g) {
  own <- ((g * 7919 + s$patient * 104729 + g * s$patient * 31) %% 1009) / 500
  noise <- ((g * 3571 + seq_len(nrow(s)) * 15485 + g * seq_len(nrow(s)) * 97) %% 1013) / 500
  8 + own + noise * (0.5 + g %% 5 / 4) + ifelse(s$healthy, 0, s$dose * (time - 1) * (g %% 7 - 3) / 40)
}))
rownames(y) <- sprintf("g%02d", genes)
after <- function(v) (!s$healthy & s$visit == v) + 0
dose <- ifelse(is.na(s$dose), 0, s$dose)
x <- cbind(healthy = s$healthy + 0, week0 = after("week0"), week4 = after("week4"), week12 = after("week12"),
           dose4 = dose * after("week4"), dose12 = dose * after("week12"), site = s$site)
x[is.na(x)] <- 0
show <- function(kind, y) {
  rho <- duplicateCorrelation(y, x, block = s$patient)$consensus
  fit <- eBayes(lmFit(y, x, block = s$patient, correlation = rho), trend = TRUE)
  for (name in c("dose4", "dose12")) {
    table <- topTable(fit, coef = name, number = Inf, sort.by = "none")[seq(1, 60, 6), ]
    cat(paste(kind, name, rownames(table), format(table$logFC, digits = 15), format(table$t, digits = 15),
              format(table$P.Value, digits = 15), sep = "\t"), sep = "\n")
  }
}
cat("kind\tcontrast\tgene\tlogFC\tt\tP.Value\n")
show("whole", y)
y[cbind(genes, (genes * 11) %% nrow(s) + 1)] <- NA
show("gaps", y)
