# limma 3.54:
#   python tests/beadchip.py bead && Rscript tests/intake/reference/neqc.R bead
# writes neqc_controls.tsv and neqc_detection.tsv beside itself.
library(limma)
arguments <- commandArgs(FALSE)
here <- dirname(sub("--file=", "", grep("--file=", arguments, value = TRUE)))
folder <- tail(arguments, 1)
save <- function(y, name) {
  rownames(y$E) <- sprintf("ILMN_%d", 1650000 + seq_len(nrow(y$E)) - 1)
  write.table(format(y$E, digits = 15), file.path(here, name), sep = "\t", quote = FALSE,
              col.names = NA)
}
read <- function(...) {
  read.ilmn(file.path(folder, "samples.txt"), ..., probeid = "PROBE_ID",
            annotation = "TargetID", other.columns = "Detection", verbose = FALSE)
}
alone <- read()
save(neqc(alone), "neqc_detection.tsv")
controls <- read.ilmn(file.path(folder, "controls.txt"), probeid = "ProbeID",
                      annotation = "TargetID", other.columns = "Detection", verbose = FALSE)
both <- rbind(alone$E, controls$E)
status <- c(rep("regular", nrow(alone$E)), tolower(controls$genes$TargetID))
y <- neqc(both, status = status)
save(list(E = y), "neqc_controls.tsv")
