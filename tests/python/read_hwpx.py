"""Reads papers for 한글 (HWPX, KS X 6101) with python-hwpx and says what stands in them: read_hwpx.py FOLDER.

Prints one JSON object: by each file's name without its ending `text` (every word: what stands above each page, the sheet, what stands
below) and `problems`: whatever the package, the standard's schemas or a second opening find wrong, and pages that are not A4.
"""
import json
import sys
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

from hwpx.tools.package_validator import validate_editor_open_safety
from hwpx.tools.text_extractor import TextExtractor, strip_namespace
from hwpx.tools.validator import validate_document
from lxml import etree

A4 = {"width": "59528", "height": "84186"}


def problems(path):
    found = []
    with ZipFile(path) as package:
        first = package.infolist()[0]
        if first.filename != "mimetype" or first.compress_type != ZIP_STORED or first.extra:
            found.append("the kind does not stand first, as it is")
        for entry in package.infolist():
            if entry.date_time != (1980, 1, 1, 0, 0, 0):
                found.append(f"{entry.filename} has a date")
        section = etree.fromstring(package.read("Contents/section0.xml"))
        head = etree.fromstring(package.read("Contents/header.xml"))
    page = section.find(".//{*}pagePr")
    if {name: page.get(name) for name in A4} != A4:
        found.append("not A4")
    # Whatever the words name has to be in the lists of the head.
    for reference, listed in (("charPrIDRef", "charPr"), ("paraPrIDRef", "paraPr"), ("borderFillIDRef", "borderFill")):
        there = {one.get("id") for one in head.iter(f"{{*}}{listed}")}
        used = {one.get(reference) for part in (section, head) for one in part.iter() if one.get(reference)}
        found += [f"{listed} {one} is not there" for one in sorted(used - there - {"4294967295"})]
    for table in section.iter("{*}tbl"):
        cells = {}
        for cell in table.iter("{*}tc"):
            at, span = cell.find("{*}cellAddr"), cell.find("{*}cellSpan")
            column, row = int(at.get("colAddr")), int(at.get("rowAddr"))
            for across in range(int(span.get("colSpan"))):
                for down in range(int(span.get("rowSpan"))):
                    cells[column + across, row + down] = cells.get((column + across, row + down), 0) + 1
        whole = {(c, r): 1 for c in range(int(table.get("colCnt"))) for r in range(int(table.get("rowCnt")))}
        if cells != whole:
            found.append("a table with holes")
    opened = validate_editor_open_safety(path.read_bytes())
    if not opened.ok:
        found.append(opened.summary)
    found += [f"{issue}" for issue in opened.validate_package.errors]
    found += [f"{issue}" for issue in validate_document(str(path)).issues]
    return found


def text(path):
    above, sheet, below = [], [], []
    with TextExtractor(str(path)) as reader:
        for paragraph in reader.iter_document_paragraphs(include_nested=True):
            within = {strip_namespace(name).split("[")[0] for name in paragraph.ancestors}
            place = above if "header" in within else below if "footer" in within else sheet
            place.append(paragraph.text(object_behavior="skip"))
    return "\n".join(above + sheet + below)


def main():
    folder = Path(sys.argv[1])
    read = {path.stem: {"text": text(path), "problems": problems(path)} for path in sorted(folder.glob("*.hwpx"))}
    json.dump(read, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
