# R's side of the works, in a process of its own: Rscript peer.R WORK FOLDER
# Prints the seconds of the timed section and a number that depends on every result.
arguments <- commandArgs(trailingOnly = TRUE)
work <- arguments[1]
folder <- arguments[2]
suppressPackageStartupMessages(library(limma))
if (work == "series_matrix") suppressPackageStartupMessages(library(GEOquery))
if (work == "ssgsea") suppressPackageStartupMessages(library(GSVA))
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

# As limma's guide has it for pairs: every coefficient is moderated, those of patients as well.
guide <- function(x) {
  fit <- eBayes(lmFit(x, fixed))
  sum(abs(fit$t[, "visit"])) + sum(fit$p.value[, "visit"]) + sum(abs(fit$lods[, "visit"]))
}

statistics <- function(fit) sum(abs(fit$t)) + sum(fit$p.value) + sum(abs(fit$lods))

process <- function(read) {
  x <- read(file.path(folder, "x.tsv"))
  y <- normalizeQuantiles(as.matrix(x))
  table <- topTable(moderated(lmFit(y, fixed), fixed), number = Inf, confint = TRUE)
  write.table(table, file.path(folder, "peer.tsv"), sep = "\t", quote = FALSE, col.names = NA)
  sum(abs(table$t))
}

# The 300 modules of blood.py.
ssgsea <- function(x) {
  dimnames(x) <- list(sprintf("G%05d", seq_len(genes) - 1), seq_len(samples))
  sets <- lapply(0:299, function(m) rownames(x)[(61 * m + 397 * 0:49) %% genes + 1])
  names(sets) <- paste0("M", 0:299)
  invisible(capture.output(
    found <- gsva(x, sets, method = "ssgsea", ssgsea.norm = FALSE, verbose = FALSE)
  ))
  sum(abs(found)) / genes
}

# fry and camera of the 5,000 sets of sets.py in the paired contrast, with weights or none.
set_tests <- function(x, weights = NULL) {
  numbers <- 10 + (37 * 0:4999) %% 190
  sets <- lapply(0:4999, function(m) (61 * m + 397 * (seq_len(numbers[m + 1]) - 1)) %% genes + 1)
  at <- ncol(fixed)
  fried <- fry(x, sets, fixed, at, weights = weights, sort = "none")
  found <- camera(x, sets, fixed, at, weights = weights, inter.gene.cor = NA, sort = FALSE)
  sum(fried$PValue) + sum(found$PValue)
}
gene_weights <- function() outer(seq_len(genes), seq_len(samples), function(g, s) {
  0.5 + ((17 * (g - 1) + 29 * (s - 1)) %% 31) / 20
})

# Matrices are genes x samples.
works <- list(
  fit = guide,
  fit_contrast = function(x) statistics(moderated(lmFit(x, fixed), fixed)),
  blocked_fit = function(x) {
    statistics(moderated(lmFit(x, simple, block = patient, correlation = 0.4), simple))
  },
  duplicate_correlation = function(x) duplicateCorrelation(x, simple, block = patient)$consensus,
  voom = function(x) statistics(moderated(lmFit(voom(x, fixed), fixed), fixed)),
  quantile = function(x) sum(normalizeQuantiles(x)^2),
  quantile_ties = function(x) sum(normalizeQuantiles(x)^2),
  tmm = function(x) sum(abs(log(calcNormFactors(x, lib.size = colSums(x), method = "TMM")))),
  ssgsea = ssgsea,
  set_tests = set_tests,
  set_tests_weights = function(x) set_tests(x, gene_weights()),
  process = function() process(function(path) read.delim(path, row.names = 1)),
  process_typed = function() process(function(path) {
    # Types and number of rows given: the quickest that base R offers.
    read.delim(
      path, row.names = 1, nrows = genes, quote = "", comment.char = "",
      colClasses = c("character", rep("numeric", samples))
    )
  })
)

if (work == "series_matrix") {
  file <- file.path(folder, "x_series_matrix.txt.gz")
  invisible(gc())
  start <- proc.time()[["elapsed"]]
  series <- suppressMessages(getGEO(filename = file, getGPL = FALSE))
  seconds <- format(proc.time()[["elapsed"]] - start, digits = 15)
  check <- sum(exprs(series)^2)
} else if (startsWith(work, "process")) {
  seconds <- "null"
  check <- works[[work]]()
} else {
  x <- readBin(file.path(folder, "x.bin"), "double", genes * samples)
  dim(x) <- c(genes, samples)
  invisible(gc())
  start <- proc.time()[["elapsed"]]
  check <- works[[work]](x)
  seconds <- format(proc.time()[["elapsed"]] - start, digits = 15)
}
cat(sprintf('{"seconds": %s, "check": %.15g}\n', seconds, check))
