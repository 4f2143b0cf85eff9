"""Collections of MSigDB from a local server, and without one."""

from pathlib import Path

import pytest
import yaml

from revertome.errors import StudyError
from revertome.intake.fetch.msigdb import collection_file, fetch_collection
from studies import ROOT

NAME = "h.all.v2023.2.Hs.symbols.gmt"
TEXT = "HALLMARK_INTERFERON_ALPHA_RESPONSE\thttps://example.org\tMX1\tISG15\n"


def test_the_file_of_a_collection():
    assert collection_file("msigdb:2023.2.Hs:h.all") == NAME
    assert collection_file("msigdb:7.5.1:c2.cp.kegg") == "c2.cp.kegg.v7.5.1.symbols.gmt"


@pytest.mark.parametrize("named", ["msigdb:h.all", "msigdb:2023.2.Hs:../x", "msigdb:x:h.all"])
def test_another_form_is_refused(named):
    with pytest.raises(StudyError, match=r"names no collection; expected msigdb:<release>:"):
        collection_file(named)


def test_the_default_address_is_that_of_gseapy():
    from gseapy import Msigdb

    schema = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text("utf-8"))
    default = schema["properties"]["modules"]["properties"]["msigdb"]["default"]
    assert default == Msigdb.url.rstrip("/")


def test_a_collection_is_fetched_once(geo, tmp_path):
    (geo.root / "2023.2.Hs").mkdir()
    (geo.root / "2023.2.Hs" / NAME).write_text(TEXT)
    cache = tmp_path / "cache"
    for _ in range(2):
        path = fetch_collection(NAME, geo.url, str(cache))
        assert path == cache / "msigdb" / NAME
        assert path.read_text() == TEXT
    assert geo.seen == [f"/2023.2.Hs/{NAME}"]
    path.write_text(TEXT + "x\t\ty\n")
    with pytest.raises(StudyError, match="it was changed or damaged"):
        fetch_collection(NAME, geo.url, str(cache))


def test_a_collection_or_release_that_is_not_there(geo, tmp_path):
    expected = rf"MSigDB has no {NAME}: .*404.*save it as {tmp_path}/cache/msigdb/{NAME}"
    with pytest.raises(StudyError, match=expected):
        fetch_collection(NAME, geo.url, str(tmp_path / "cache"))


def test_a_page_in_place_of_the_file_is_refused_and_not_kept(geo, tmp_path):
    (geo.root / "2023.2.Hs").mkdir()
    (geo.root / "2023.2.Hs" / NAME).write_text("<html><title>Log in</title>\n")
    with pytest.raises(StudyError, match=r"expected a GMT file, found '<html><title>Log in"):
        fetch_collection(NAME, geo.url, str(tmp_path / "cache"))
    kept = sorted(path.name for path in Path(tmp_path / "cache/msigdb").iterdir())
    assert kept == [".lock"]


def test_without_network_the_message_says_where_to_put_the_file(tmp_path):
    with pytest.raises(StudyError, match=r"cannot fetch .*obtain the file by other means"):
        fetch_collection(NAME, "http://no.such.host.invalid/release", str(tmp_path))
    (tmp_path / "msigdb" / NAME).write_text(TEXT)
    fetch_collection(NAME, "http://no.such.host.invalid/release", str(tmp_path))
