# What the workflow does with a study that R does too, as one script: from the files of
# GSE65391 (first and last visit) to tables. Rscript whole.R ARGUMENTS OUT, where ARGUMENTS is a
# table of name and value: matrix, annotation, samples, aliases, correlation, and gmt (several).
# `correlation` is that within patients, or "fit" to have duplicateCorrelation find it.
suppressPackageStartupMessages(library(limma))
words <- commandArgs(trailingOnly = TRUE)
given <- read.delim(words[1], colClasses = "character")
out <- words[2]
of <- function(name) given$value[given$name == name]
save_table <- function(table, name) {
  write.table(table, file.path(out, paste0(name, ".tsv")), sep = "\t", quote = FALSE, col.names = NA)
}
read_text <- function(path) read.delim(path, quote = "", check.names = FALSE)

# Values of one probe a gene: current symbols, expressed probes, the highest mean.
sheet <- read_text(of("samples"))
found <- read_text(of("matrix"))
x <- as.matrix(found[, sheet$gsm])
rownames(x) <- found[[1]]
annotation <- read_text(of("annotation"))
aliases <- read_text(of("aliases"))
symbol <- trimws(annotation$Gene_Symbol[match(rownames(x), annotation$Probe_Id)])
today <- function(genes) ifelse(genes %in% aliases$old, aliases$current[match(genes, aliases$old)], genes)
spelled <- sub("^(C(?:[0-9]+|X|Y))ORF([0-9]+\\w*)$", "\\1orf\\2", symbol, perl = TRUE)
symbol <- ifelse(symbol %in% aliases$old, today(symbol), today(spelled))
person <- sheet$subject
smallest <- min(table(sheet$timepoint))
keep <- !is.na(symbol) & symbol != "" & rowSums(x > 3.4) >= smallest & apply(x, 1, max) > apply(x, 1, min)
x <- x[keep, ]
symbol <- symbol[keep]
x <- x[order(symbol, -rowMeans(x), rownames(x)), ]
symbol <- sort(symbol)
x <- x[!duplicated(symbol), ]
rownames(x) <- unique(symbol)
cat(nrow(x), "genes\n")

components <- prcomp(t(x[order(-apply(x, 1, var))[seq_len(min(2000, nrow(x)))], ]), rank. = 50)
save_table(components$x, "pca")

# Response: a fall of the SLEDAI by 4 from 6 or more.
sheet$sledai <- suppressWarnings(as.numeric(sheet$sledai))
first <- sheet[sheet$timepoint == "first", ]
last <- sheet[sheet$timepoint == "last", ]
pairs <- intersect(first$subject, last$subject)
before <- first$sledai[match(sheet$subject, first$subject)]
fall <- before - last$sledai[match(sheet$subject, last$subject)]
response <- ifelse(is.na(fall) | before < 6, "none", ifelse(fall >= 4, "yes", "no"))

# Changes: pairs, patients as coefficients.
paired <- sheet$timepoint != "control" & sheet$subject %in% pairs
late <- sheet$timepoint[paired] == "last"
patient <- factor(sheet$subject[paired])
kind <- factor(response[paired], c("yes", "no", "none"))
change <- model.matrix(~ 0 + kind) * late
design <- cbind(model.matrix(~ 0 + patient), change)
share <- table(kind) / length(kind)
at <- function(weights) rbind(matrix(0, nlevels(patient), ncol(weights)), weights)
contrasts <- at(cbind(
  change_responders = c(1, 0, 0), change_nonresponders = c(0, 1, 0),
  change_all = as.numeric(share), interaction = c(1, -1, 0)
))
within <- eBayes(contrasts.fit(lmFit(x[, paired], design), contrasts), trend = TRUE)

# Cells of all samples, patients as blocks.
cell <- ifelse(sheet$timepoint == "control", "healthy", paste(sheet$timepoint, response, sep = "."))
cell <- factor(cell)
batch <- factor(sheet$batch)
cells <- model.matrix(~ 0 + cell + batch)
colnames(cells)[seq_len(nlevels(cell))] <- levels(cell)
r <- of("correlation")
if (r == "fit") {
  r <- duplicateCorrelation(x, cells, block = person)$consensus.correlation
}
r <- as.numeric(r)
start <- table(factor(cell[sheet$timepoint == "first"], colnames(cells)))
asked <- cbind(
  disease = as.numeric(start) / sum(start) - (colnames(cells) == "healthy"),
  baseline = (colnames(cells) == "first.yes") - (colnames(cells) == "first.no"),
  residual_responders = (colnames(cells) == "last.yes") - (colnames(cells) == "healthy")
)
blocked <- lmFit(x, cells, block = person, correlation = r)
across <- eBayes(contrasts.fit(blocked, asked), trend = TRUE)

# Modules: mean z beside the healthy, and fry and camera in every contrast.
lines <- strsplit(unlist(lapply(of("gmt"), readLines)), "\t")
sets <- lapply(lines, function(line) unique(today(line[-(1:2)])))
names(sets) <- vapply(lines, `[`, "", 1)
healthy <- sheet$timepoint == "control"
z <- (x - rowMeans(x[, healthy])) / apply(x[, healthy], 1, sd)
scores <- sapply(sets, function(genes) colMeans(z[rownames(x) %in% genes, , drop = FALSE]))
save_table(scores, "scores")
sets <- ids2indices(sets, rownames(x))
test_sets <- function(y, design, contrast, ...) {
  fried <- fry(y, sets, design, contrast, sort = "none", ...)
  cbind(fried, camera(y, sets, design, contrast, inter.gene.cor = NA, sort = FALSE, ...))
}
for (name in colnames(contrasts)) {
  save_table(topTable(within, name, number = Inf, confint = TRUE), name)
  save_table(test_sets(x[, paired], design, contrasts[, name]), paste0("sets_", name))
}
for (name in colnames(asked)) {
  save_table(topTable(across, name, number = Inf, confint = TRUE), name)
  fried <- fry(x, sets, cells, asked[, name], block = person, correlation = r, sort = "none")
  save_table(fried, paste0("sets_", name))
}
cat("correlation", r, "\n")
