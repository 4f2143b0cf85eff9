# Rscript count_models.R TOOL COUNTS DESIGN OUT: DESeq2 or edgeR on one matrix. COUNTS is genes x
# samples, DESIGN samples x coefficients, the last of which is tested. Writes OUT.genes.tsv and
# OUT.facts.tsv, with the CPU seconds of the fit and the test alone.
files <- commandArgs(TRUE)
read <- function(f) as.matrix(read.delim(f, row.names = 1, check.names = FALSE))
counts <- read(files[2]); X <- read(files[3])
colnames(X) <- make.names(colnames(X))
C <- as.numeric(seq_len(ncol(X)) == ncol(X))
cpu <- function(work) { start <- proc.time(); found <- work(); list(found, sum((proc.time() - start)[1:2])) }

deseq2 <- function() {
  suppressPackageStartupMessages(library(DESeq2))
  done <- cpu(function() {
    d <- DESeqDataSetFromMatrix(counts, data.frame(row.names = colnames(counts), all = colnames(counts)), X)
    d <- suppressMessages(DESeq(d, quiet = TRUE))
    list(d, lapply(c(0.05, 0.1), function(a) results(d, contrast = C, alpha = a)))
  })
  d <- done[[1]][[1]]; found <- done[[1]][[2]]; m <- mcols(d); f <- dispersionFunction(d); k <- attr(f, "coefficients")
  list(data.frame(gene = rownames(d), mean = m$baseMean, genewise = m$dispGeneEst, trend = m$dispFit,
                  dispersion = m$dispersion, converged = m$betaConv, logFC = found[[1]]$log2FoldChange,
                  error = found[[1]]$lfcSE, p = found[[1]]$pvalue, adj05 = found[[1]]$padj, adj10 = found[[2]]$padj),
       c(fit = attr(f, "fitType"), a0 = if (is.null(k)) NA else k[[1]], a1 = if (is.null(k)) NA else k[[2]],
         prior = attr(f, "dispPriorVar"), cpu = done[[2]], version = as.character(packageVersion("DESeq2"))))
}

edger <- function() {
  suppressPackageStartupMessages(library(edgeR))
  done <- cpu(function() {
    d <- estimateDisp(calcNormFactors(DGEList(counts)), X)
    fit <- glmQLFit(d, X)
    list(d, fit, glmQLFTest(fit, coef = ncol(X))$table)
  })
  d <- done[[1]][[1]]; t <- done[[1]][[3]]; adj <- p.adjust(t$PValue, "BH")
  list(data.frame(gene = rownames(counts), mean = rowMeans(counts), genewise = done[[1]][[2]]$var.post,
                  trend = d$trended.dispersion, dispersion = d$trended.dispersion, converged = TRUE,
                  logFC = t$logFC, error = NA, p = t$PValue, adj05 = adj, adj10 = adj),
       c(common = d$common.dispersion, prior = done[[1]][[2]]$df.prior[1], cpu = done[[2]],
         version = as.character(packageVersion("edgeR"))))
}

found <- list(deseq2 = deseq2, edger = edger)[[files[1]]]()
numbers <- sapply(found[[1]], is.numeric)
found[[1]][numbers] <- lapply(found[[1]][numbers], signif, 12)
write.table(found[[1]], paste0(files[4], ".genes.tsv"), sep = "\t", quote = FALSE, row.names = FALSE)
write.table(data.frame(fact = names(found[[2]]), value = found[[2]]), paste0(files[4], ".facts.tsv"), sep = "\t", quote = FALSE, row.names = FALSE)
