# R's side of peers.py: Rscript peers.R WORK FOLDER. Writes FOLDER/found.tsv, a row a set, and
# prints CPU seconds and the version of the package.
words <- commandArgs(trailingOnly = TRUE)
work <- words[1]
folder <- words[2]
package <- if (work %in% c("gsva", "ssgsea")) "GSVA" else "limma"
suppressPackageStartupMessages(library(package, character.only = TRUE))
x <- as.matrix(read.delim(file.path(folder, "x.tsv"), row.names = 1))
lines <- strsplit(readLines(file.path(folder, "sets.gmt")), "\t")
sets <- setNames(lapply(lines, function(line) line[-(1:2)]), vapply(lines, `[`, "", 1))
patient <- factor((seq_len(ncol(x)) - 1) %/% 2)
visit <- (seq_len(ncol(x)) - 1) %% 2
design <- model.matrix(~ 0 + patient + visit)
at <- ncol(design)
score <- function(sets, ...) {
  invisible(capture.output(found <- suppressWarnings(gsva(x, sets, verbose = FALSE, ...))))
  found
}
works <- list(
  fry = function(sets) fry(x, ids2indices(sets, rownames(x)), design, at, sort = "none")["PValue"],
  camera = function(sets) {
    camera(x, ids2indices(sets, rownames(x)), design, at, inter.gene.cor = NA, sort = FALSE)["PValue"]
  },
  roast = function(sets) {
    mroast(x, ids2indices(sets, rownames(x)), design, at, nrot = 999, sort = "none")["PValue"]
  },
  ssgsea = function(sets) score(sets, method = "ssgsea", ssgsea.norm = FALSE) / nrow(x),
  gsva = function(sets) score(sets, method = "gsva", kcdf = "Gaussian", mx.diff = TRUE, tau = 1)
)
invisible(works[[work]](sets[1:2])) # what is loaded at first use
began <- proc.time()
set.seed(1)
found <- works[[work]](sets)
taken <- proc.time() - began
write.table(found, file.path(folder, "found.tsv"), sep = "\t", quote = FALSE, col.names = NA)
cat(sum(taken[c(1, 2, 4, 5)]), paste(package, packageVersion(package)), sep = "\t")
