# Rscript groups.R > groups.tsv (limma 3.54 or later): numbers of test_response_groups.py.
# Three ordered groups of response (patient number modulo 3; P05 has none), and a continuous response
# (7 times the number modulo 11; P05 has none), beside the covariate batch.
suppressPackageStartupMessages(library(limma))
read <- function(f) as.matrix(read.delim(f, row.names = 1, check.names = FALSE))
y <- read("y.tsv")
samples <- read.delim("samples.tsv")
sick <- samples$group == "patient"
number <- suppressWarnings(as.integer(sub("P", "", samples$patient)))
number[!sick] <- NA
samples$word <- c("none", "partial", "complete")[number %% 3 + 1]
samples$value <- (number * 7) %% 11
unknown <- sick & samples$patient == "P05"
samples$word[unknown] <- "unlabelled"
samples$value[unknown] <- NA
show <- function(contrast, table) {
  genes <- rownames(table)[seq(1, 120, 13)]
  first <- if ("F" %in% names(table)) rep("NA", length(genes)) else format(table[genes, "logFC"], digits = 15)
  second <- table[genes, if ("F" %in% names(table)) "F" else "t"]
  cat(paste(contrast, genes, first, format(second, digits = 15),
            format(table[genes, "P.Value"], digits = 15), sep = "\t"), sep = "\n")
}
cat("contrast\tgene\tlogFC\tstatistic\tP.Value\n")
twice <- names(which(table(samples$patient[sick]) == 2))
own <- samples[samples$patient %in% twice, ]
after <- own$visit == "after"
words <- c("none", "partial", "complete", "unlabelled")
x <- cbind(model.matrix(~ 0 + patient, own), sapply(words, function(w) after * (own$word == w)),
           batch = (own$batch == "b") + 0)
fit <- lmFit(y[, own$sample], x)
at <- match(words, colnames(x))
coefficient <- function(w) replace(rep(0, ncol(x)), at, w)
of <- function(fit, ...) eBayes(contrasts.fit(fit, cbind(...)))
every <- function(fit) topTable(fit, number = Inf, sort.by = "none")
show("change_partial", every(of(fit, coefficient(c(0, 1, 0, 0)))))
show("response_trend", every(of(fit, coefficient(c(-1, 0, 1, 0) / 2))))
show("groups", every(of(fit, coefficient(c(-1, 1, 0, 0)), coefficient(c(-1, 0, 1, 0)))))
known <- own[own$patient != "P05", ]
after <- known$visit == "after"
x <- cbind(model.matrix(~ 0 + patient, known), after = after + 0, batch = (known$batch == "b") + 0,
           slope = after * known$value)
show("change_by_response", every(of(lmFit(y[, known$sample], x), c(rep(0, ncol(x) - 1), 1))))
cell <- ifelse(sick, paste(samples$word, samples$visit, sep = "."), "healthy")
x <- cbind(model.matrix(~ 0 + cell), batch = (samples$batch == "b") + 0)
rho <- duplicateCorrelation(y, x, block = samples$patient)$consensus
fit <- lmFit(y, x, block = samples$patient, correlation = rho)
base <- function(w) colnames(x) == paste0("cell", w, ".before")
show("groups_baseline", every(of(fit, base("partial") - base("none"), base("complete") - base("none"))))
cell <- ifelse(sick, paste(ifelse(unknown, "unlabelled", "treated"), samples$visit, sep = "."), "healthy")
value <- ifelse(is.na(samples$value), 0, samples$value)
x <- cbind(model.matrix(~ 0 + cell), batch = (samples$batch == "b") + 0,
           before = value * (sick & samples$visit == "before"), after = value * (sick & samples$visit == "after"))
rho <- duplicateCorrelation(y, x, block = samples$patient)$consensus
fit <- lmFit(y, x, block = samples$patient, correlation = rho)
show("baseline_by_response", every(of(fit, (colnames(x) == "before") + 0)))
