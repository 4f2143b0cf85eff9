# affy 1.76, preprocessCore 1.60, makecdfenv 1.74, affxparser 1.70:
#   python tests/affymetrix.py arrays && Rscript tests/intake/reference/rma.R arrays
# writes rma.tsv beside itself, after checking that every format gives the same numbers.
suppressMessages({library(affy); library(makecdfenv)})
arguments <- commandArgs(FALSE)
here <- dirname(sub("--file=", "", grep("--file=", arguments, value = TRUE)))
folder <- tail(arguments, 1)
run <- function(cel, cdf) {
  assign("revertest", make.cdf.env(cdf, cdf.path = folder, verbose = FALSE), globalenv())
  files <- file.path(folder, sprintf("%s%d.CEL", cel, 0:4))
  exprs(rma(ReadAffy(filenames = files, cdfname = "revertest"), verbose = FALSE))
}
found <- run("binary", "binary.cdf")
colnames(found) <- sprintf("a%d", 0:4)
stopifnot(all.equal(unname(run("text", "text.cdf")), unname(found), tolerance = 1e-12))
# Command Console files by Affymetrix' own library; affyio wants more of a header than they have.
means <- function(cel) affxparser::readCel(file.path(folder, cel))$intensities
for (i in 0:4)
  stopifnot(identical(means(sprintf("console%d.CEL", i)), means(sprintf("binary%d.CEL", i))))
write.table(format(found, digits = 15), file.path(here, "rma.tsv"), sep = "\t", quote = FALSE,
            col.names = NA)
