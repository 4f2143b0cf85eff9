# Rscript null_sets.R <folder> <data sets> <log2|trend|counts>: see null_sets.py. Writes p.tsv.
suppressPackageStartupMessages(library(limma))
given <- commandArgs(trailingOnly = TRUE)
at <- function(name) file.path(given[1], name)
size <- readBin(at("size.bin"), "double", 1e6)
y <- readBin(at("y.bin"), "double", 1e9)
y <- matrix(y, ncol = length(size), byrow = TRUE)
lines <- strsplit(readLines(at("sets.txt")), "\t")
sets <- lapply(lines, function(line) as.integer(line[-1]))
names(sets) <- vapply(lines, `[`, "", 1)
sets <- sets[lengths(sets) >= 3]
found <- lapply(seq_len(as.integer(given[2])) - 1, function(b) {
  block <- as.matrix(read.table(at(paste0("x", b, ".txt"))))
  x <- block[-nrow(block), ]
  contrast <- block[nrow(block), ]
  rows <- scan(at(paste0("rows", b, ".txt")), quiet = TRUE)
  own <- y[, rows]
  if (given[3] == "counts") own <- voom(own, x, lib.size = size[rows])
  fried <- fry(own, sets, x, contrast, trend.var = given[3] == "trend", sort = "none")
  estimated <- camera(own, sets, x, contrast, inter.gene.cor = NA, trend.var = given[3] == "trend",
                      sort = FALSE)
  preset <- camera(own, sets, x, contrast, inter.gene.cor = 0.01, trend.var = given[3] == "trend",
                   sort = FALSE)
  data.frame(null = b, module = names(sets), fry = fried$PValue, camera = estimated$PValue,
             camera_preset = preset$PValue)
})
write.table(do.call(rbind, found), at("p.tsv"), sep = "\t", quote = FALSE, row.names = FALSE)
