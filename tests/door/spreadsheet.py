"""Minimal workbooks, as spreadsheet programs write them."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def xlsx(rows: list[list[str]], typed: bool, sheet: str) -> bytes:
    """Bytes of a workbook of one sheet; where `typed`, what looks like a number is one."""
    cells = [[number(cell) if typed and _NUMBER.fullmatch(cell) else cell for cell in row]
             for row in rows]  # fmt: skip
    return workbook({sheet: table(cells)})


_HIDDEN = " state='hidden'"
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def number(value: object, style: int = 0) -> str:
    """A cell that holds a number; the style is that of `workbook`, by its place."""
    return f"<c{{at}} s='{style}'><v>{value}</v></c>"


def table(rows: Sequence[Sequence[str]], hidden: Sequence[int] = ()) -> str:
    """Rows of a worksheet: text, or cells as `number` gives them; hidden rows by number."""
    made = []
    for r, row in enumerate(rows, start=1):
        cells = [_cell(cell, f" r='{_letters(c)}{r}'") for c, cell in enumerate(row)]
        flag = " hidden='1'" if r in hidden else ""
        made.append(f"<row r='{r}'{flag}>{''.join(cells)}</row>")
    return f"<sheetData>{''.join(made)}</sheetData>"


def workbook(
    sheets: Mapping[str, str], formats: Sequence[str] = (), hidden: Sequence[str] = ()
) -> bytes:
    """Bytes of a workbook of worksheets by name; style n is the nth of the formats, from 1."""
    names = list(enumerate(sheets, start=1))
    kinds = [("workbook.xml", "sheet.main"), ("styles.xml", "styles")]
    kinds += [(f"worksheets/sheet{n}.xml", "worksheet") for n, _ in names]
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"'
        f"{_HIDDEN if name in hidden else ''}/>"
        for n, name in names
    )
    codes = "".join(
        f"<numFmt numFmtId='{163 + n}' formatCode='{escape(code)}'/>"
        for n, code in enumerate(formats, start=1)
    )
    styles = "".join(f"<xf numFmtId='{163 + n if n else 0}'/>" for n in range(len(formats) + 1))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        + "".join(f'<Override PartName="/xl/{part}" ContentType="{TYPE}.{kind}+xml"/>'
                  for part, kind in kinds)
        + "</Types>",
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            [*(("worksheet", f"worksheets/sheet{n}.xml") for n, _ in names),
             ("styles", "styles.xml")]
        ),
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts>'
        f"<cellXfs>{styles}</cellXfs></styleSheet>",
        **{f"xl/worksheets/sheet{n}.xml": f'<worksheet xmlns="{MAIN}">{sheets[name]}</worksheet>'
           for n, name in names},
    }  # fmt: skip
    return zipped({name: HEAD + text for name, text in parts.items()})


def zipped(parts: Mapping[str, str]) -> bytes:
    """Bytes of a zip file of these texts by name."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(zipfile.ZipInfo(name), text)
    return made.getvalue()


def _letters(column: int) -> str:
    more, last = divmod(column, 26)
    return (chr(ord("A") + more - 1) if more else "") + chr(ord("A") + last)


def _relations(links: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(links, start=1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'


def _cell(content: str, at: str) -> str:
    if not content:
        return ""
    if content.startswith("<c{at}"):
        return content.format(at=at)
    return f'<c{at} t="inlineStr"><is><t xml:space="preserve">{escape(content)}</t></is></c>'
