"""Contents of a page are what stands in it."""

from revertome.report.contents import contents

PAGE = """
<section id="alarms"><h2 id="alarms-head">Look at this first</h2></section>
<section id="figures"><h2>Figures</h2>
<h3 class="group">Genes</h3>
<figure id="volcano"><h4>5. Change &amp; more</h4></figure>
<figure id="plane"><h4>6. Plane</h4></figure></section>
<section id="tables"><h2>Tables</h2><p>x</p>
<h3 id="table-sets">Sets</h3><table><tbody><tr><td><h3 id="no">No</h3></td></tr></tbody></table>
<h3>What these are</h3></section>
"""


def test_sections_figures_and_tables_in_their_order():
    found = [(e.id, e.name, [(i.id, i.name) for i in e.within]) for e in contents(PAGE)]
    assert found == [
        ("alarms", "Look at this first", []),
        (
            "figures",
            "Figures",
            [("", "Genes"), ("volcano", "5. Change & more"), ("plane", "6. Plane")],
        ),
        ("tables", "Tables", [("table-sets", "Sets")]),
    ]


def test_a_page_without_sections_has_no_contents():
    assert contents("<p>nothing</p>") == []
