"""Columns of the tables of `response`."""

from revertome.columns.form import table

TABLES = (
    table(
        "response/patients.tsv",
        "Clinical response: one row per patient and visit after baseline.",
        """
patient     text     -  patient id
arm         text     -  arm of the trial
visit       text     -  visit that is judged
response    text     -  responder, nonresponder or not_assessable; treated where no response was asked for
level       integer  -  highest level reached, such as ACR Pedi 30; 0 for none
<endpoint>  text     -  one column per endpoint of the definition: yes, no or not_assessable
""",
    ),
    table(
        "response/audit.tsv",
        "Why: one row per patient, visit and criterion.",
        """
patient    text    -                patient id
visit      text    -                visit that is judged
criterion  text    -                name of the criterion, or of an endpoint made of several
baseline   number  of the variable  value at baseline
value      number  of the variable  value at the visit
change     number  share            (value - baseline) / baseline; the plain difference where the criterion counts points
met        text    -                yes, no or not_assessable
reason     text    -                the verdict in words, with its numbers
""",
    ),
    table(
        "response/proportions.tsv",
        """Share of responders by arm and visit, among the patients who were judged. No rows where
        nobody was.""",
        """
arm         text     -         arm of the trial; `all patients` where there are no arms
visit       text     -         visit
responders  integer  patients  patients who responded
n           integer  patients  responders and non-responders
share       number   0 to 1    responders / n
low         number   0 to 1    lower 95% limit of the share (Wilson)
high        number   0 to 1    upper 95% limit of the share
""",
    ),
    table(
        "response/trial.tsv",
        """Responders by endpoint, visit and arm. In the set itt everybody counts and a patient who
        was not assessed is a non-responder; in the set assessable only those assessed count.""",
        """
endpoint    text     -         endpoint of the definition
visit       text     -         visit
arm         text     -         arm of the trial
responders  integer  patients  responders of the arm
n           integer  patients  patients of the arm who count
n_assessed  integer  patients  patients of the arm who were assessed
p_pearson   number   0 to 1    chi-square test over the arms, the same on each arm's row
p_yates     number   0 to 1    the same with Yates' continuity correction; two arms only
p_fisher    number   0 to 1    Fisher's exact test; two arms only
set         text     -         itt or assessable
versus      text     -         arm this one is compared with
difference  number   -1 to 1   share of responders minus that of `versus`
CI.L        number   -1 to 1   lower 95% limit of the difference (Newcombe)
CI.R        number   -1 to 1   upper 95% limit of the difference
odds_ratio  number   -         conditional odds ratio against `versus`
odds_low    number   -         lower exact 95% limit of the odds ratio
odds_high   number   -         upper exact 95% limit of the odds ratio
""",
    ),
    table(
        "response/labels.tsv",
        "The label of each patient that every later stage uses.",
        """
patient  text  -  patient id
label    text  -  responder, nonresponder or unlabelled; treated where no response was asked for
""",
    ),
    table(
        "response/groups.tsv",
        """Response in several groups (`response.groups`) and as a number (`response.value`). No rows
        where neither was asked for.""",
        """
patient  text     -               patient id
group    text     -               group of response, a word of `response.groups`
rank     integer  -               place of the group in that list, from 1
value    number   of the column   value of the column `response.value`
""",
    ),
    table(
        "response/continuous.tsv",
        "Change of clinical variables from baseline: one row per visit, variable and arm.",
        """
visit                  text     -                visit
variable               text     -                clinical variable
arm                    text     -                arm of the trial
n                      integer  patients         patients with a percent change
n_missing              integer  patients         patients without baseline or value
n_zero_baseline        integer  patients         patients with a baseline of 0, of which there is no percentage
baseline_mean          number   of the variable  mean at baseline, of patients with both values
value_mean             number   of the variable  mean at the visit, of the same patients
mean_change            number   of the variable  mean of value - baseline
mean_percent_change    number   percent          mean of 100 (value - baseline) / baseline
sd_percent_change      number   percent          standard deviation of the percent change (n - 1)
median_percent_change  number   percent          median of the percent change
versus                 text     -                arm this one is compared with
statistic              number   -                Mann-Whitney U of this arm (R's W)
P.Value                number   0 to 1           Mann-Whitney test of the percent change, two-sided
method                 text     -                how P was found: exact, normal or none
""",
    ),
)
