"""Identifiers of many kinds, told again in another spelling, are found; other words are not."""

import pytest

from revertome.disclosure.names import names_of

AGAIN = {
    "P-01": ["p01", "P 1", "P_001", "PO1-P01", "run_of_P01", "runOfP01", "P\u200b01", "Ｐ０１"],
    "UK-012-0034": ["uk0120034", "UK 12 34", "uk_012_0034.bam", "xUK0120034x"],
    "0017": ["see 0017", "no. 0017!"],
    "12-34": ["12/34", "12 34 here"],
    "104233": ["id104233", "104233_b", "a104233b"],
    "O'Neil": ["ONEIL", "o neil", "Mr O'NEIL"],
    "van den Berg": ["Vandenberg", "VAN DEN BERG's", "van-den-berg"],
    "Vandenberg": ["van den Berg"],
    "Müller": ["Mueller", "MULLER", "mu\u0308ller", "Dr. MÜLLER"],
    "Mueller": ["Müller"],
    "Bjørn": ["Bjorn", "BJOERN"],
    "Łukasz": ["lukasz"],
    "王伟": ["患者王伟", "王 伟"],
    "Иван": ["ИВАН", "друг Иван"],
    "GSM437001": ["gsm 437001", "GSM437001.CEL.gz"],
    "12/A": ["12a", "12-A"],
    "McDonald": ["MCDONALD", "Mc Donald"],
    "Anna Rossi": ["rossi", "Rossi, A.", "ROSSI"],
}  # fmt: skip
OTHERS = {
    "P-01": ["P10", "P011", "step 1", "up 1", "ship01"],
    "0017": ["17", "170", "10017"],
    "104233": ["1042330", "9104233"],
    "O'Neil": ["o", "oneillas"],
    "Müller": ["mull", "mule"],
    "GSM437001": ["GSM4370011", "GSM43700"],
    "12-34": ["12", "34", "112-34"],
    "Ann": ["anna", "annual", "planned"],
}


@pytest.mark.parametrize("name", AGAIN)
def test_other_spellings_are_found(name):
    names = names_of({name: [name], "Q9": ["Q9"]}, {})
    assert [text for text in AGAIN[name] if not names.told(text)] == []


@pytest.mark.parametrize("name", OTHERS)
def test_other_words_are_not(name):
    names = names_of({name: [name], "Q9": ["Q9"]}, {})
    assert [text for text in OTHERS[name] if names.told(text)] == []
