# Reference numbers of test_courses.py:
# Rscript courses.R > courses.tsv (R 4.2, lmerTest 3.1.3, lme4 1.1.31, nlme 3.1.162).
# 36 patients in three arms (two active), a baseline and three follow-ups; 14 samples are missing.
# Steroid dose differs between visits. Satterthwaite's df of t and F are lmerTest's; the estimate
# and its standard error are asked of nlme too, which has to agree.
suppressPackageStartupMessages({
  library(lmerTest)
  library(nlme)
})
visits <- c("base", "w1", "w2", "w3")
d <- expand.grid(k = 0:35, v = 0:3)
k <- d$k
v <- d$v
d$patient <- factor(sprintf("P%02d", k))
d$visit <- factor(visits[v + 1], levels = visits)
d$arm <- c("placebo", "low", "high")[k %% 3 + 1]
d$label <- ifelse((k * 7) %% 5 < 3, "responder", "nonresponder")
d$steroid <- ((k * 11) %% 9 + 1) / 10 * ifelse(v > 0, ((k * 4 + v * 3) %% 5) / 5, 1)
r <- as.numeric(d$label == "responder")
drug <- c(0, 0.5, 1)[k %% 3 + 1]
d$score <- ((k * 29) %% 17) / 5 - v * (0.2 + 0.5 * r + 0.6 * drug) + 1.5 * d$steroid +
  ((k^2 * 13 + v * (31 + 7 * k) + v^2 * 5) %% 23) / 12
d <- d[!((k * 5 + v * 7) %% 13 == 3 & v > 0), ]
d <- d[!(d$patient %in% c("P06", "P17") & d$v == 0), ]

n <- function(side, v, base = TRUE) {
  at <- function(w) as.character(d$patient[side & d$visit == w])
  length(if (base) intersect(at("base"), at(v)) else at(v))
}
share <- function(v, base, group, active) {
  m <- sapply(active, function(a) n(group & d$arm == a, v, base))
  m / sum(m)
}
active <- c("high", "low")
follow <- visits[-1]
change <- function(group, v, base = "base") {
  setNames(c(1, -1), paste(group, c(v, base), sep = "."))
}
plus <- function(...) {
  all <- c(...)
  tapply(all, names(all), sum)
}
everyone <- rep(TRUE, nrow(d))
label <- function(l) d$label == l
arms_change <- function(v, prefix = "", group = everyone) {
  w <- share(v, TRUE, group, active)
  do.call(plus, lapply(active, function(a) w[[a]] * change(paste0(prefix, a), v)))
}
pooled <- function(v) {
  w <- share(v, FALSE, everyone, active)
  names(w) <- paste(names(w), v, sep = ".")
  plus(w, setNames(-1, paste0("placebo.", v)))
}
one <- function(a, v) setNames(c(1, -1), paste(c(a, "placebo"), v, sep = "."))
three <- function(v) {
  side <- function(l) {
    plus(arms_change(v, paste0(l, "."), label(l)), -change(paste0(l, ".placebo"), v))
  }
  plus(side("responder"), -side("nonresponder"))
}
d$one <- paste("all", d$visit, sep = ".")
d$response <- paste(d$label, d$visit, sep = ".")
d$arms <- paste(d$arm, d$visit, sep = ".")
d$randomised <- ifelse(d$visit == "base", "base", d$arms)
d$both <- paste(d$label, d$arm, d$visit, sep = ".")
ask <- list(
  change = list("one", function(v) change("all", v)),
  change_responders = list("response", function(v) change("responder", v)),
  change_nonresponders = list("response", function(v) change("nonresponder", v)),
  interaction = list("response", function(v) {
    plus(change("responder", v), -change("nonresponder", v))
  }),
  change_treated = list("arms", arms_change),
  change_control = list("arms", function(v) change("placebo", v)),
  change_low = list("arms", function(v) change("low", v)),
  drug_effect = list("randomised", pooled),
  drug_effect_high = list("randomised", function(v) one("high", v)),
  drug_effect_interaction = list("both", three)
)
show <- function(covariate, contrast, visit, numbers) {
  cat(covariate, contrast, visit, format(numbers, digits = 15, trim = TRUE), sep = "\t")
  cat("\n")
}
cat("covariates\tcontrast\tvisit\testimate\tCI.L\tCI.R\tstatistic\tdf_numerator\tdf\tP.Value\n")
for (covariate in c("none", "steroid")) {
  for (contrast in names(ask)) {
    d$cell <- factor(d[[ask[[contrast]][[1]]]])
    rest <- if (covariate == "none") "" else "+ steroid"
    fixed <- as.formula(paste("score ~ 0 + cell", rest))
    tight <- lmerControl(optCtrl = list(xtol_abs = 1e-12, ftol_abs = 1e-14), calc.derivs = FALSE)
    fit <- lmer(update(fixed, . ~ . + (1 | patient)), d, control = tight)
    other <- lme(fixed, d, ~ 1 | patient, control = lmeControl(tolerance = 1e-12, msTol = 1e-14))
    columns <- sub("^cell", "", names(fixef(fit)))
    rows <- t(sapply(follow, function(v) {
      terms <- ask[[contrast]][[2]](v)
      row <- setNames(numeric(length(columns)), columns)
      row[names(terms)] <- terms
      row
    }))
    for (v in follow) {
      t <- contest1D(fit, rows[v, ], confint = TRUE)
      error <- sqrt(c(rows[v, ] %*% vcov(other) %*% rows[v, ]))
      stopifnot(all.equal(c(sum(rows[v, ] * fixef(other)), error),
        c(t$Estimate, t[["Std. Error"]]), tolerance = 2e-6))
      show(covariate, contrast, v, c(t$Estimate, t$lower, t$upper, t[["t value"]], NA, t$df,
        t[["Pr(>|t|)"]]))
    }
    f <- contestMD(fit, rows)
    show(covariate, contrast, "all visits", c(NA, NA, NA, f[["F value"]], f$NumDF, f$DenDF,
      f[["Pr(>F)"]]))
  }
}
