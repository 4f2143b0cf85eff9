# What the workflow does with a study that R does too, as one script: from its files (those of
# GSE65391, or counts with the same columns) to tables. Rscript whole.R ARGUMENTS OUT, where
# ARGUMENTS is a table of name and value: matrix, annotation (not of counts), samples, aliases,
# correlations, files, and gmt (several). `correlations` is a file of those within patients, one a line
# (of counts first the one of voom's weights, then that of the fit), or "fit" to have
# duplicateCorrelation find them. `files` are read and written by "base" R, with types given, or by
# "data.table". Prints CPU seconds of each step.
suppressPackageStartupMessages({
  library(limma)
  library(edgeR)
  library(matrixStats)
})
words <- commandArgs(trailingOnly = TRUE)
given <- read.delim(words[1], colClasses = "character")
out <- words[2]
of <- function(name) given$value[given$name == name]
quick <- of("files") == "data.table"
if (quick) suppressPackageStartupMessages(library(data.table))

spent <- c()
step <- function(name) {
  now <- sum(proc.time()[c(1, 2, 4, 5)])
  spent[name] <<- sum(spent[name], now - sum(spent), na.rm = TRUE)
}
step("start")
save_table <- function(table, name) {
  path <- file.path(out, paste0(name, ".tsv"))
  if (quick) {
    fwrite(as.data.frame(table), path, sep = "\t", quote = FALSE, row.names = TRUE)
  } else {
    write.table(table, path, sep = "\t", quote = FALSE, col.names = NA)
  }
}
read_text <- function(path) read.delim(path, quote = "", check.names = FALSE)
read_values <- function(path) {
  if (quick) {
    found <- fread(cmd = paste("gzip -cdf", shQuote(path)), sep = "\t", quote = "")
    x <- as.matrix(found[, -1])
    rownames(x) <- found[[1]]
    return(x)
  }
  columns <- length(strsplit(readLines(path, 1), "\t")[[1]])
  types <- c("character", rep("numeric", columns - 1))
  found <- read.delim(path, quote = "", check.names = FALSE, comment.char = "", colClasses = types)
  x <- as.matrix(found[, -1])
  rownames(x) <- found[[1]]
  x
}

sheet <- read_text(of("samples"))
x <- read_values(of("matrix"))[, sheet$gsm]
aliases <- read_text(of("aliases"))
counted <- !length(of("annotation"))
symbol <- rownames(x)
if (!counted) {
  annotation <- read_text(of("annotation"))
  symbol <- trimws(annotation$Gene_Symbol[match(symbol, annotation$Probe_Id)])
}
step("read")

# Values of one probe a gene: current symbols, expressed probes, the highest mean. Of counts sums.
today <- function(genes) ifelse(genes %in% aliases$old, aliases$current[match(genes, aliases$old)], genes)
spelled <- sub("^(C(?:[0-9]+|X|Y))ORF([0-9]+\\w*)$", "\\1orf\\2", symbol, perl = TRUE)
symbol <- ifelse(symbol %in% aliases$old, today(symbol), today(spelled))
person <- sheet$subject
if (counted) {
  counts <- DGEList(rowsum(x, symbol))
  counts <- counts[filterByExpr(counts, group = sheet$timepoint), , keep.lib.sizes = FALSE]
  counts <- calcNormFactors(counts)
  x <- cpm(counts, log = TRUE, prior.count = 2)
} else {
  keep <- !is.na(symbol) & symbol != "" & rowSums(x > 3.4) >= min(table(sheet$timepoint))
  keep <- keep & rowMaxs(x) > rowMins(x)
  x <- x[keep, ]
  symbol <- symbol[keep]
  x <- x[order(symbol, -rowMeans(x), rownames(x)), ]
  symbol <- sort(symbol)
  x <- x[!duplicated(symbol), ]
  rownames(x) <- unique(symbol)
}
cat(nrow(x), "genes\n")
step("genes")

chosen <- x[order(-rowVars(x))[seq_len(min(2000, nrow(x)))], ]
components <- prcomp(t(chosen), rank. = 50)
save_table(components$x, "components_of_samples")
step("components")

# Response: a fall of the SLEDAI by 4 from 6 or more.
sheet$sledai <- suppressWarnings(as.numeric(sheet$sledai))
first <- sheet[sheet$timepoint == "first", ]
last <- sheet[sheet$timepoint == "last", ]
pairs <- intersect(first$subject, last$subject)
before <- first$sledai[match(sheet$subject, first$subject)]
fall <- before - last$sledai[match(sheet$subject, last$subject)]
response <- ifelse(is.na(fall) | before < 6, "none", ifelse(fall >= 4, "yes", "no"))

# Changes: pairs, patients as coefficients. Contrasts of three of the many coefficients are taken
# from these three alone, which spares contrasts.fit the work for each patient.
paired <- sheet$timepoint != "control" & sheet$subject %in% pairs
late <- sheet$timepoint[paired] == "last"
patient <- factor(sheet$subject[paired])
kind <- factor(response[paired], intersect(c("yes", "no", "none"), response[paired]))
change <- model.matrix(~ 0 + kind) * late
design <- cbind(model.matrix(~ 0 + patient), change)
share <- as.numeric(table(kind) / length(kind))
contrasts <- cbind(
  change_responders = 1 * (levels(kind) == "yes"), change_nonresponders = 1 * (levels(kind) == "no"),
  change_all = share, interaction = (levels(kind) == "yes") - (levels(kind) == "no")
)
own <- nlevels(patient) + seq_len(nlevels(kind))
values <- if (counted) voom(counts[, paired], design) else x[, paired]
within <- eBayes(contrasts.fit(lmFit(values, design)[, own], contrasts), trend = !counted)
contrasts <- rbind(matrix(0, nlevels(patient), ncol(contrasts)), contrasts)
step("fits")

# Cells of all samples, patients as blocks.
cell <- ifelse(sheet$timepoint == "control", "healthy", paste(sheet$timepoint, response, sep = "."))
cell <- factor(cell)
batch <- factor(sheet$batch)
cells <- model.matrix(~ 0 + cell + batch)
colnames(cells)[seq_len(nlevels(cell))] <- levels(cell)
block <- function(r) voom(counts, cells, block = person, correlation = r)
if (of("correlations") == "fit") {
  r <- duplicateCorrelation(if (counted) voom(counts, cells) else x, cells, block = person)$consensus
  if (counted) r <- c(r, duplicateCorrelation(block(r), cells, block = person)$consensus)
  step("duplicateCorrelation")
} else {
  r <- as.numeric(readLines(of("correlations")))
}
start <- table(factor(cell[sheet$timepoint == "first"], colnames(cells)))
asked <- cbind(
  disease = as.numeric(start) / sum(start) - (colnames(cells) == "healthy"),
  baseline = (colnames(cells) == "first.yes") - (colnames(cells) == "first.no"),
  residual_responders = (colnames(cells) == "last.yes") - (colnames(cells) == "healthy")
)
# As coefficients: contrasts.fit takes the weights of all genes to be equal where batches are uneven.
turned <- contrastAsCoef(cells, asked)
colnames(turned$design)[turned$coef] <- colnames(asked)
all_values <- if (counted) block(r[1]) else x
r <- r[length(r)]
blocked <- lmFit(all_values, turned$design, block = person, correlation = r)
across <- eBayes(blocked[, turned$coef], trend = !counted)
step("fits")
tables <- c(
  sapply(colnames(contrasts), function(n) topTable(within, n, number = Inf, confint = TRUE), simplify = FALSE),
  sapply(colnames(asked), function(n) topTable(across, n, number = Inf, confint = TRUE), simplify = FALSE)
)
step("tables")
for (name in names(tables)) save_table(tables[[name]], name)
step("written")

# Modules: mean z beside the healthy, and fry and camera in every contrast. camera takes no blocks.
lines <- strsplit(unlist(lapply(of("gmt"), readLines)), "\t")
sets <- lapply(lines, function(line) unique(today(line[-(1:2)])))
names(sets) <- vapply(lines, `[`, "", 1)
sets <- Filter(function(at) length(at) > 2, ids2indices(sets, rownames(x)))
listed <- x[sort(unique(unlist(sets))), ]
healthy <- sheet$timepoint == "control"
z <- (listed - rowMeans(listed[, healthy])) / rowSds(listed[, healthy])
scores <- sapply(sets, function(at) colMeans(z[rownames(x)[at], ]))
save_table(scores, "scores_of_samples")
step("scores")
for (name in colnames(contrasts)) {
  fried <- fry(values, sets, design, contrasts[, name], sort = "none")
  beyond <- camera(values, sets, design, contrasts[, name], inter.gene.cor = NA, sort = FALSE)
  save_table(cbind(fried, beyond), paste0("sets_", name))
}
for (name in colnames(asked)) {
  fried <- fry(all_values, sets, cells, asked[, name], block = person, correlation = r, sort = "none")
  save_table(fried, paste0("sets_", name))
}
step("sets")
cat("correlation", r, "\n")
write.table(spent, file.path(out, "steps.tsv"), sep = "\t", quote = FALSE, col.names = FALSE)
