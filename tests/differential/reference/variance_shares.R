# Rscript variance_shares.R > variance_shares.tsv (lme4 1.1-31): numbers of test_variance_shares.py.
# Fourteen patients with three labels before, at week 4 and at week 12, two of them without one visit, nine
# healthy people, batches 0 to 2, age and two cell types, values by a formula.
# The variance of every term is that of variancePartition (Hoffman & Schadt 2016): fixed effects by the
# variance of their fitted values over n, scaled to that of their sum; a term of several columns counts
# as one. The fitted means of the cells are split by least squares on who somebody is, label and visit.
suppressPackageStartupMessages(library(lme4))
s <- expand.grid(visit = c("week0", "week4", "week12"), patient = 0:13, stringsAsFactors = FALSE)
s <- s[!(s$patient == 3 & s$visit == "week4") & !(s$patient == 7 & s$visit == "week12"), ]
s$label <- c("nonresponder", "responder", "responder", "unlabelled")[s$patient %% 4 + 1]
s <- rbind(s, data.frame(visit = "none", patient = 100:108, label = "healthy"))
n <- nrow(s)
i <- seq_len(n)
s$batch <- factor((i * 5) %% 7 %% 3)
s$age <- 4 + (s$patient * 37) %% 13
s$neutrophils <- 40 + (i * 611) %% 31
s$monocytes <- 5 + (i * 271) %% 9
well <- s$label == "healthy"
time <- ifelse(well, 0, match(s$visit, c("week0", "week4", "week12")) - 1)
y <- sapply(1:24, function(g) {
  own <- ((g * 7919 + s$patient * 104729 + g * s$patient * 31) %% 1009) / 500
  noise <- ((g * 3571 + i * 15485 + g * i * 97) %% 1013) / 500
  8 + own * (g %% 4 > 0) + noise * (0.5 + g %% 5 / 4) + ifelse(well, 0, (g %% 3) / 2 - time * (g %% 7 - 3) / 10) +
    (s$label == "responder") * time * (g %% 5) / 8 + s$neutrophils * (g %% 6) / 60 + (s$batch == 1) * (g %% 2)
})
s$cell <- interaction(s$label, s$visit, drop = TRUE)
centred <- function(level, who) { # columns of the levels but one, centred over those who have them
  names <- sort(unique(level[who]))[-1]
  sapply(names, function(one) ifelse(who, (level == one) - mean(level[who] == one), 0))
}
disease <- (!well) - mean(!well)
response <- centred(s$label, !well)
visit <- centred(s$visit, !well)
tight <- lmerControl(optimizer = "bobyqa", check.conv.singular = "ignore",
                     optCtrl = list(rhoend = 1e-12, rhobeg = 1e-2, maxfun = 1e5))
v <- function(x) mean((x - mean(x))^2)
cat("gene\tsource\tshare\n")
for (g in 1:24) {
  s$value <- y[, g]
  fit <- lmer(value ~ 0 + cell + batch + age + neutrophils + monocytes + (1 | patient), s, control = tight)
  b <- fixef(fit)
  x <- getME(fit, "X")
  means <- x[, grepl("^cell", names(b))] %*% b[grepl("^cell", names(b))]
  split <- lm(means ~ disease + response + visit)
  a <- coef(split)
  part <- list(
    disease = disease * a["disease"],
    response = response %*% a[grepl("^response", names(a))],
    visit = visit %*% a[grepl("^visit", names(a))],
    interaction = residuals(split),
    covariate_batch = x[, c("batch1", "batch2")] %*% b[c("batch1", "batch2")],
    covariate_age = s$age * b["age"],
    composition = s$neutrophils * b["neutrophils"] + s$monocytes * b["monocytes"]
  )
  own <- sapply(part, v)
  all <- c(own / sum(own) * v(x %*% b), patient = VarCorr(fit)$patient[1], rest = sigma(fit)^2)
  cat(sprintf("g%02d\t%s\t%.15g\n", g, names(all), all / sum(all)), sep = "")
}
