# R 4.2.2, nlme, clubSandwich: CR2 standard errors and Satterthwaite df of d, t and d / 2 + t, by generalised
# least squares with correlation 0.4 within patients; unequal visits, a covariate, weights.
suppressPackageStartupMessages({library(nlme); library(clubSandwich)})
set.seed(15)
patient <- c(rep(paste0("P", 1:9), each = 2), paste0("H", 1:6))
s <- data.frame(patient, label = "healthy", visit = "", stringsAsFactors = FALSE)
s$label[1:18] <- rep(c("responder", "nonresponder"), c(12, 6))
s$visit[1:18] <- c("before", "after")
s <- s[-c(3, 8, 14), ]
s$age <- round(rnorm(nrow(s), 10, 3), 1)
s$weight <- round(runif(nrow(s), 0.3, 2), 2)
person <- rnorm(15, 0, 0.7)[match(s$patient, unique(s$patient))]
y <- sapply(1:4, function(g) round(8 + person + 0.1 * s$age + rnorm(nrow(s), 0, 0.8), 3))
w <- round(matrix(runif(4 * nrow(s), 0.3, 2), nrow(s)), 2)
s <- cbind(s, setNames(data.frame(y), paste0("y", 1:4)), setNames(data.frame(w), paste0("w", 1:4)))
s <- s[order(s$patient), ]
s$cell <- ifelse(s$label == "healthy", "healthy", paste(s$label, s$visit, sep = "."))
edges <- list(d = c(1, 0), t = c(0, 1), edge = c(0.5, 1))
test <- function(gene, weight) {
  s$value <<- s[[gene]]; s$inverse <<- 1 / weight  # clubSandwich looks them up in the workspace
  fit <- gls(value ~ 0 + cell + age, s, weights = varFixed(~inverse),
             correlation = corCompSymm(0.4, ~ 1 | patient, fixed = TRUE))
  at <- setNames(numeric(length(coef(fit))), names(coef(fit)))
  d <- t <- at
  d[c("cellresponder.before", "cellhealthy")] <- c(1, -1)
  t[c("cellresponder.after", "cellresponder.before")] <- c(1, -1)
  C <- t(sapply(edges, function(e) e[1] * d + e[2] * t))
  found <- linear_contrast(fit, vcov = vcovCR(fit, cluster = s$patient, type = "CR2"), contrasts = C,
                           test = "Satterthwaite")
  data.frame(gene, contrast = names(edges), estimate = found$Est, se = found$SE, df = found$df)
}
out <- rbind(cbind(weights = "none", test("y1", rep(1, nrow(s)))),
             cbind(weights = "sample", test("y2", s$weight)),
             cbind(weights = "observation", test("y3", s$w3)),
             cbind(weights = "observation", test("y4", s$w4)))
out[4:6] <- lapply(out[4:6], function(x) format(x, digits = 17, trim = TRUE))
s$value <- s$inverse <- s$cell <- NULL
write.table(s, "cluster_robust_samples.tsv", sep = "\t", quote = FALSE, row.names = FALSE)
write.table(out, "cluster_robust.tsv", sep = "\t", quote = FALSE, row.names = FALSE)
