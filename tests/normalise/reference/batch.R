# limma 3.54: writes batch_expression.tsv, batch_samples.tsv and batch_removed.tsv beside itself.
library(limma)
set.seed(5)
samples <- data.frame(
  sample = sprintf("s%02d", 1:20),
  cell = rep(c("before", "after", "healthy"), c(7, 7, 6)),
  age = round(runif(20, 4, 17), 2),
  batch = sample(c("b1", "b2", "b3"), 20, TRUE, c(0.5, 0.3, 0.2))
)
x <- matrix(rnorm(30 * 20, 8), 30, dimnames = list(sprintf("g%02d", 1:30), samples$sample))
x <- x + outer(rnorm(30), as.integer(factor(samples$batch)))
removed <- removeBatchEffect(
  x, batch = samples$batch, design = model.matrix(~ 0 + cell + age, samples)
)
save <- function(table, name, ...) {
  write.table(table, name, sep = "\t", quote = FALSE, ...)
}
save(samples, "batch_samples.tsv", row.names = FALSE)
save(format(x, digits = 17), "batch_expression.tsv", col.names = NA)
save(format(removed, digits = 17), "batch_removed.tsv", col.names = NA)
