suppressMessages(library(limma))
set.seed(5)
G <- 300; n <- 12
shared <- rnorm(n)
y <- matrix(rnorm(G * n), G, n); y[1:40, ] <- 0.7 * y[1:40, ] + outer(rep(0.8, 40), shared)
y[1:25, 7:12] <- y[1:25, 7:12] + 0.6
rownames(y) <- sprintf("G%03d", 1:G)
design <- cbind(1, rep(0:1, each = 6))
z <- zscoreT(eBayes(lmFit(y, design))$t[, 2], df = eBayes(lmFit(y, design))$df.total)
sets <- list(first = 1:25, half = 15:60, none = 100:180)
cor <- sapply(sets, function(s) interGeneCorrelation(y[s, ], design)$correlation)
preset <- cameraPR(z, sets, sort = FALSE); est <- cameraPR(z, sets, inter.gene.cor = cor, sort = FALSE)
write.table(format(data.frame(gene = rownames(y), y, z = z), digits = 15), "camera_input.tsv", sep = "\t", quote = FALSE, row.names = FALSE)
write.table(format(data.frame(set = names(sets), first = sapply(sets, min), last = sapply(sets, max), correlation = cor,
  p_preset = preset$PValue, p_estimated = est$PValue, direction = est$Direction), digits = 15), "camera.tsv", sep = "\t", quote = FALSE, row.names = FALSE)
