# R 4.2.2, DESeq2 1.38.3: Wald tests of paired counts (make_paired_counts.py), the same design
# matrix as ours, no fold-change prior, the package's defaults otherwise.
suppressPackageStartupMessages(library(DESeq2))
read <- function(f) as.matrix(read.delim(f, row.names = 1, check.names = FALSE))
counts <- read("paired_counts.tsv"); X <- read("paired_design.tsv"); C <- read("paired_contrasts.tsv")
colnames(X) <- make.names(colnames(X))
dds <- DESeqDataSetFromMatrix(counts, data.frame(row.names = colnames(counts), all = colnames(counts)), X)
dds <- DESeq(dds, quiet = TRUE)
out <- data.frame(gene = rownames(dds), dispersion = dispersions(dds))
for (k in c("change_responders", "interaction")) {
  found <- results(dds, contrast = C[, k])
  out[paste0(k, c(".logFC", ".error", ".p", ".adj"))] <-
    as.data.frame(found)[, c("log2FoldChange", "lfcSE", "pvalue", "padj")]
}
out[-1] <- lapply(out[-1], signif, 7)
write.table(out, "deseq2.tsv", sep = "\t", quote = FALSE, row.names = FALSE)
trend <- attr(dispersionFunction(dds), "coefficients")
size <- data.frame(value = c(sizeFactors(dds), trend, prior = attr(dispersionFunction(dds), "dispPriorVar")))
write.table(format(size, digits = 10, trim = TRUE), "deseq2_factors.tsv", sep = "\t", quote = FALSE)
