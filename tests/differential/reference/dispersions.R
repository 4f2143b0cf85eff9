# R 4.2.2, DESeq2 1.38.3: dispersions, trend, prior and Wald tests of the cases of make_dispersions.py.
suppressPackageStartupMessages(library(DESeq2))
read <- function(name, part) as.matrix(read.delim(paste0("dispersions/", name, ".", part, ".tsv"), row.names = 1))
cases <- c("few", "four", "eleven", "poisson", "rising", "groups", "replaced")
# The prior variance of DESeq2 is drawn with one seed; with 20 others it scatters.
others <- function(dds, X) sapply(101:120, function(seed) {
  f <- getFromNamespace("estimateDispersionsPriorVar", "DESeq2")
  text <- sub("set.seed(2)", paste0("set.seed(", seed, ")"), deparse(body(f)), fixed = TRUE)
  body(f) <- parse(text = text)[[1]]
  f(dds, modelMatrix = X)
})
facts <- NULL
for (name in cases) {
  counts <- read(name, "counts"); X <- read(name, "design")
  samples <- data.frame(row.names = colnames(counts), group = factor(X[, ncol(X)]))
  # Two groups as a formula, where DESeq2 spares genes in which three counts exceed the outlying one.
  dds <- DESeqDataSetFromMatrix(counts, samples, if (ncol(X) == 2) ~ group else X)
  dds <- suppressMessages(DESeq(dds, quiet = TRUE))
  C <- as.numeric(seq_len(ncol(X)) == ncol(X))
  found <- lapply(c(0.05, 0.1), function(a) results(dds, contrast = C, alpha = a))
  m <- mcols(dds)
  out <- data.frame(gene = rownames(dds), mean = m$baseMean, genewise = m$dispGeneEst, trend = m$dispFit,
                    dispersion = m$dispersion, outlier = m$dispOutlier, logFC = found[[1]]$log2FoldChange,
                    error = found[[1]]$lfcSE, p = found[[1]]$pvalue, adj05 = found[[1]]$padj, adj10 = found[[2]]$padj)
  numbers <- sapply(out, is.numeric)
  out[numbers] <- lapply(out[numbers], signif, 8)
  write.table(out, paste0("dispersions/", name, ".tsv"), sep = "\t", quote = FALSE, row.names = FALSE)
  f <- dispersionFunction(dds); k <- attr(f, "coefficients")
  drawn <- if (nrow(X) - ncol(X) <= 3) others(dds, X) else rep(attr(f, "dispPriorVar"), 2)
  facts <- rbind(facts, data.frame(case = name, fit = attr(f, "fitType"), a0 = if (is.null(k)) NA else k[1],
    a1 = if (is.null(k)) NA else k[2], prior = attr(f, "dispPriorVar"), low = min(drawn), high = max(drawn),
    variance = attr(f, "varLogDispEsts"), least = metadata(found[[1]])$filterThreshold,
    replaced = sum(m$replace, na.rm = TRUE)))
}
numbers <- sapply(facts, is.numeric)
facts[numbers] <- lapply(facts[numbers], signif, 8)
write.table(facts, "dispersions/facts.tsv", sep = "\t", quote = FALSE, row.names = FALSE)
