# Rscript deseq2.R COUNTS DESIGN OUT: DESeq2 on one matrix. COUNTS is genes x samples, DESIGN samples
# x coefficients, the last of which is tested. Writes OUT.genes.tsv and OUT.facts.tsv, with the CPU
# seconds of DESeq() and results() alone.
suppressPackageStartupMessages(library(DESeq2))
files <- commandArgs(TRUE)
read <- function(f) as.matrix(read.delim(f, row.names = 1, check.names = FALSE))
counts <- read(files[1]); X <- read(files[2])
colnames(X) <- make.names(colnames(X))
start <- proc.time()
dds <- DESeqDataSetFromMatrix(counts, data.frame(row.names = colnames(counts), all = colnames(counts)), X)
said <- character()
dds <- withCallingHandlers(DESeq(dds, quiet = TRUE), message = function(m) said <<- c(said, conditionMessage(m)))
C <- as.numeric(seq_len(ncol(X)) == ncol(X))
found <- lapply(c(0.05, 0.1), function(a) results(dds, contrast = C, alpha = a))
cpu <- sum((proc.time() - start)[1:2])
m <- mcols(dds)
out <- data.frame(gene = rownames(dds), mean = m$baseMean, genewise = m$dispGeneEst, trend = m$dispFit,
                  map = m$dispMAP, dispersion = m$dispersion, outlier = m$dispOutlier, converged = m$betaConv,
                  logFC = found[[1]]$log2FoldChange, error = found[[1]]$lfcSE, p = found[[1]]$pvalue,
                  adj05 = found[[1]]$padj, adj10 = found[[2]]$padj, cooks = m$maxCooks,
                  replaced = if (is.null(m$replace)) FALSE else m$replace, iter = m$betaIter)
numbers <- sapply(out, is.numeric)
out[numbers] <- lapply(out[numbers], signif, 12)
write.table(out, paste0(files[3], ".genes.tsv"), sep = "\t", quote = FALSE, row.names = FALSE)
f <- dispersionFunction(dds); k <- attr(f, "coefficients")
facts <- data.frame(fact = c("fit", "a0", "a1", "prior", "variance", "filter05", "filter10", "df", "cpu", "version"),
                    value = c(attr(f, "fitType"), if (is.null(k)) c(NA, NA) else format(k, digits = 12),
                              attr(f, "dispPriorVar"), attr(f, "varLogDispEsts"),
                              sapply(found, function(x) metadata(x)$filterThreshold), nrow(X) - ncol(X), cpu,
                              as.character(packageVersion("DESeq2"))))
write.table(facts, paste0(files[3], ".facts.tsv"), sep = "\t", quote = FALSE, row.names = FALSE)
