"""A minimal .xlsx, as a spreadsheet program writes it."""

import io
import re
import zipfile
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def xlsx(rows: list[list[str]], typed: bool, sheet: str) -> bytes:
    """Bytes of a workbook of one sheet; where `typed`, what looks like a number is one."""
    body = "".join(
        f'<row r="{r}">{"".join(_cell(cell, r, c, typed) for c, cell in enumerate(row))}</row>'
        for r, row in enumerate(rows, start=1)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/>'
        "</Types>",
        "_rels/.rels": _relation("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        f'<sheet name="{sheet}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relation("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData>'
        "</worksheet>",
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(zipfile.ZipInfo(name), HEAD + text)
    return made.getvalue()


def _relation(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/{kind}" Target="{target}"/></Relationships>'
    )


def _cell(text: str, row: int, column: int, typed: bool) -> str:
    if not text:
        return ""
    at = f"{chr(ord('A') + column)}{row}"
    if typed and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return f'<c r="{at}"><v>{text}</v></c>'
    return f'<c r="{at}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
