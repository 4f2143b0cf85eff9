# R's side of the works, in a process of its own: Rscript peer.R WORK FOLDER
# Prints the seconds of the timed section and a number that depends on every result.
arguments <- commandArgs(trailingOnly = TRUE)
work <- arguments[1]
folder <- arguments[2]
suppressPackageStartupMessages(library(limma))
if (work == "tmm") suppressPackageStartupMessages(library(edgeR))
if (work == "duplicate_correlation") suppressPackageStartupMessages(library(statmod))

size <- scan(file.path(folder, "size.txt"), quiet = TRUE)
genes <- size[1]
samples <- size[2]
patient <- factor((seq_len(samples) - 1) %/% 2)
visit <- (seq_len(samples) - 1) %% 2
fixed <- model.matrix(~ 0 + patient + visit)
simple <- model.matrix(~ visit)

moderated <- function(fit, design) {
  contrast <- as.numeric(colnames(design) == "visit")
  eBayes(contrasts.fit(fit, contrast))
}

# Each takes its arguments by name from the caller; the matrix is genes x samples.
works <- list(
  fit = function(x) {
    table <- topTable(moderated(lmFit(x, fixed), fixed), number = Inf, confint = TRUE)
    sum(abs(table$t)) + sum(abs(table$B))
  },
  blocked_fit = function(x) {
    sum(abs(moderated(lmFit(x, simple, block = patient, correlation = 0.4), simple)$t))
  },
  duplicate_correlation = function(x) duplicateCorrelation(x, simple, block = patient)$consensus,
  voom = function(x) sum(abs(moderated(lmFit(voom(x, fixed), fixed), fixed)$t)),
  quantile = function(x) sum(normalizeQuantiles(x)^2),
  quantile_ties = function(x) sum(normalizeQuantiles(x)^2),
  tmm = function(x) sum(abs(log(calcNormFactors(x, lib.size = colSums(x), method = "TMM")))),
  process = function() {
    # Types and number of rows given: three times faster than read.delim alone.
    x <- read.delim(
      file.path(folder, "x.tsv"), row.names = 1, nrows = genes, quote = "", comment.char = "",
      colClasses = c("character", rep("numeric", samples))
    )
    y <- normalizeQuantiles(as.matrix(x))
    table <- topTable(moderated(lmFit(y, fixed), fixed), number = Inf, confint = TRUE)
    write.table(table, file.path(folder, "peer.tsv"), sep = "\t", quote = FALSE, col.names = NA)
    sum(abs(table$t))
  }
)

if (work == "process") {
  seconds <- "null"
  check <- works$process()
} else {
  x <- readBin(file.path(folder, "x.bin"), "double", genes * samples)
  dim(x) <- c(genes, samples)
  invisible(gc())
  start <- proc.time()[["elapsed"]]
  check <- works[[work]](x)
  seconds <- format(proc.time()[["elapsed"]] - start, digits = 15)
}
cat(sprintf('{"seconds": %s, "check": %.15g}\n', seconds, check))
