"""Dates leave as days from the person's own baseline, days of processing as numbered batches."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from disclosure.people import ASKED, left, study
from revertome.disclosure.dates import days_of
from revertome.errors import StudyError

READ = {
    "iso": ["2010-03-12", "2011-04-01"],
    "iso with time": ["2010-03-12T10:30:00Z", "2011-04-01 23:59"],
    "slashes": ["2010/3/12", "2011/4/1"],
    "day first": ["12/03/2010", "01/04/2011", "25/04/2011"],
    "month first": ["03/12/2010", "04/01/2011", "04/25/2011"],
    "points": ["12.3.10", "1.4.11"],
    "scanner": ["03/12/10 10:30:01", "04/01/11 09:00:00", "04/25/11 09:00:00"],
    "words": ["12 March 2010", "1st April 2011"],
    "american words": ["Mar 12, 2010", "Apr 1, 2011"],
    "german": ["12. März 2010", "1. April 2011"],
    "french": ["12 mars 2010", "1 avril 2011"],
    "short": ["12-Mar-10", "1-Apr-11"],
    "weekday": ["Fri, 12 Mar 2010", "Fri, 1 Apr 2011"],
    "compact": ["20100312", "20110401"],
    "compact numbers": [20100312.0, 20110401.0],
}


@pytest.mark.parametrize("form", READ)
def test_dates_are_read_in_the_forms_people_write(form):
    cells = pd.Series([*READ[form], None], name="x")
    days = days_of(cells.astype(float) if form.endswith("numbers") else cells)
    wanted = [40249.0, 40634.0, 40658.0][: len(READ[form])]  # as a spreadsheet counts them
    assert list(days.dropna()) == wanted and np.isnan(days.iloc[-1])


def test_serial_numbers_count_where_the_column_says_date():
    values = pd.Series([40249.25, 40634.0])
    assert list(days_of(values.rename("visit_date"))) == [40249, 40634]
    assert days_of(values.rename("dose")) is None
    assert list(days_of(pd.Series([1.2683e9, 1.3e9], name="date"))) == [40248, 40615]
    with pytest.raises(StudyError, match="looks like dates as spreadsheets count them"):
        days_of(pd.Series([40249.0, 40634.0], name="dose"))
    with pytest.raises(
        StudyError, match="'date' holds a date in 1 cell beside other words or numbers"
    ):
        days_of(pd.Series([40249.0, 3.0], name="date"))


@pytest.mark.parametrize(
    "words",
    [["M6", "V1"], ["day 168", "240 mg"], ["1/2", "2/3"], ["run 2", "run 12"], ["4-5", "6-7"],
     ["B1", "3.5"], ["phase 1/2", "5 days"], ["2010", "2011"], ["may", "march"], ["GPL570", "x"]],
)  # fmt: skip
def test_other_words_are_no_dates(words):
    assert days_of(pd.Series(words, name="x")) is None


@pytest.mark.parametrize("cells", [["1/2/2010", "3/4/2010"], ["13/1/2010", "1/13/2010"]])
def test_an_order_of_day_and_month_that_is_unclear_stops(cells):
    with pytest.raises(StudyError, match="'x': day and month of its dates cannot be told apart"):
        days_of(pd.Series(cells, name="x"))


def test_days_count_from_the_own_baseline():
    made = study()
    rows = np.arange(len(made.visits))
    start = pd.Timestamp("2010-03-01") + pd.to_timedelta(rows // 2 * 17, unit="D")
    date = (start + pd.to_timedelta(rows % 2 * (80 + rows), unit="D")).strftime("%d/%m/%Y")
    found, codes = left(replace(made, visits=made.visits.assign(date=date)))
    visits = found.visits.set_index(["patient", "visit"])["date"]
    for k, patient in enumerate(made.visits["patient"]):
        visit = made.visits["visit"].iloc[k]
        assert visits[codes["patient"][patient], visit] == (0 if k % 2 == 0 else 80 + k)
    first = made.visits.drop(index=0).assign(date=date[1:])  # no baseline: from the first date
    found, codes = left(replace(made, visits=first))
    visits = found.visits.set_index(["patient", "visit"])["date"]
    assert visits[codes["patient"][made.visits["patient"][0]], "week12"] == 0


def test_the_baseline_of_the_visits_sheet_has_its_own_name():
    made = study()
    table = made.visits.assign(date=["2010-03-12", "2010-03-20"] * (len(made.visits) // 2))
    asked = ASKED | {"response": {"baseline_visit": "week12", "activity": {"column": ""}}}
    found, _ = left(replace(made, visits=table), asked)
    assert set(found.visits["date"]) == {0, -8}


def test_healthy_people_count_from_their_own_first_day():
    made = study()
    n = made.adata.n_obs
    dates = pd.Series(pd.date_range("2010-03-01", periods=n).strftime("%Y-%m-%d"))
    made.adata.obs["dose"] = dates.to_numpy()
    found, _ = left(made)
    obs = found.adata.obs
    assert set(obs["dose"][obs["group"] == "healthy"]) == {0}
    assert set(obs["dose"][obs["visit"] == "week12"]) == {1}


def test_days_of_processing_become_batches_in_their_order(capsys):
    made = study()
    days = [f"0{1 + 3 * (n % 3)}/03/2010 1{n % 7}:00" for n in range(made.adata.n_obs)]
    made.adata.obs["batch"] = [day.replace("01/03", "13/02") for day in days]
    made.adata.obs["ScanDate"] = [day[:10] for day in days]
    made.adata.obs["technician"] = ["Ann", "Bo"] * (made.adata.n_obs // 2)
    with pytest.raises(StudyError, match="'batch': day and month"):
        made.adata.obs["batch"] = days
        left(made)
    made.adata.obs["batch"] = [d.replace("01/03", "13/02") for d in days]
    found, codes = left(made)
    obs = found.adata.obs.loc[[codes["sample"][s] for s in made.adata.obs_names]]
    assert [int(word.removeprefix("batch")) for word in obs["batch"]] == [
        1 + n % 3 for n in range(made.adata.n_obs)
    ]
    assert set(obs["technician"]) == {"technician1", "technician2"}
    assert set(obs["ScanDate"]) == {"ScanDate1", "ScanDate2", "ScanDate3"}
    assert (
        "privacy: as numbered codes of the sample sheet: ScanDate, technician"
        in capsys.readouterr().out
    )
