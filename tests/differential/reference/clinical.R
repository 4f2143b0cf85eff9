# Rscript clinical.R > clinical.tsv (R 4.2, limma 3.54.1): numbers of test_clinical_contrasts.py.
# The change of genes with the change of a dose within patients, of the pairs that know both doses
# (P05 lacks one), and responders against non-responders before treatment.
suppressPackageStartupMessages(library(limma))
read <- function(f) as.matrix(read.delim(f, row.names = 1, check.names = FALSE))
y <- read("y.tsv")
samples <- read.delim("samples.tsv")
samples$dose <- (seq_len(nrow(samples)) * 37) %% 11 / 4
show <- function(contrast, table) {
  genes <- rownames(table)[seq(1, 120, 13)]
  cat(paste(contrast, genes, format(table[genes, "logFC"], digits = 15),
            format(table[genes, "t"], digits = 15), format(table[genes, "P.Value"], digits = 15),
            sep = "\t"), sep = "\n")
}
cat("contrast\tgene\tlogFC\tt\tP.Value\n")
sick <- samples$group == "patient"
twice <- names(which(table(samples$patient[sick]) == 2))
own <- samples[samples$patient %in% setdiff(twice, "P05"), ]
after <- own$visit == "after"
x <- cbind(model.matrix(~ 0 + patient, own), responder = after * (own$label == "responder"),
           nonresponder = after * (own$label != "responder"), batch = (own$batch == "b") + 0,
           dose = own$dose)
fit <- eBayes(contrasts.fit(lmFit(y[, own$sample], x), c(rep(0, ncol(x) - 1), 1)))
show("change_with_dose", topTable(fit, number = Inf, sort.by = "none"))
random <- read("design_random.tsv")
at <- colnames(random)
found <- duplicateCorrelation(y, random, block = samples$patient)$consensus
fit <- lmFit(y, random, block = samples$patient, correlation = found)
vector <- (at == "responder.before") - (at == "nonresponder.before")
show("baseline", topTable(eBayes(contrasts.fit(fit, vector)), number = Inf, sort.by = "none"))
