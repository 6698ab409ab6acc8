"""Reads a published report as workbook, CSV and JSON and compares them cell by cell: read_workbook.py XLSX CSV JSON.

The workbook is read by openpyxl, the CSV by Python's csv in Excel's dialect; the hash is made anew from the JSON file's bytes, and
the canonical form (RFC 8785) from its values. Prints the hash and how many cells there were, hidden ones apart.
"""
import csv
import hashlib
import io
import json
import sys

from openpyxl import load_workbook

HIDDEN = "가림"


def canonical(value):
    if isinstance(value, dict):
        members = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be"))
        return "{" + ",".join(f"{json.dumps(name, ensure_ascii=False)}:{canonical(one)}" for name, one in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, float):
        if value == int(value):
            return str(int(value))
        return repr(value) if abs(value) >= 1e-4 or abs(value) < 1e-6 else f"{value:.20f}".rstrip("0")
    return json.dumps(value, ensure_ascii=False)


def at(value, path):
    for name in path.split("."):
        value = value.get(name, 0) if isinstance(value, dict) else None
    return value


def told(report, index, row, code):
    """(numerator, denominator, value) as every form must have it; None: an empty cell."""
    pointer = ("" if index is None else f"/rows/{index}") + "/" + code.replace(".", "/")
    if pointer in report["suppressed"]:
        return HIDDEN, None, HIDDEN
    found = at(row, code)
    if isinstance(found, dict):
        return found["numerator"], found["denominator"], found["value"]
    if code.endswith((".median", ".p90")):
        return None, None, found
    return found, None, found


def main():
    workbook, sheet, document = (open(path, "rb").read() for path in sys.argv[1:4])
    said = json.loads(document)
    assert canonical(said) == document.decode(), "not in canonical form"
    report, book = said["report"], load_workbook(io.BytesIO(workbook))
    rows = {row["key"]: (index, row) for index, row in enumerate(report["rows"])}
    assert sheet.startswith(b"\xef\xbb\xbf") and b"\r\n" in sheet and b"\n" not in sheet.replace(b"\r\n", b""), "dialect"
    lines = list(csv.DictReader(io.StringIO(sheet.decode("utf-8-sig"), newline="")))
    assert all(not cell.startswith(("=", "+", "@")) for line in lines for cell in line.values()), "a formula"
    number = lambda text: None if text == "" else text if text == HIDDEN else float(text)
    hidden = 0
    for line in lines:
        index, row = rows[line["key"]] if line["key"] != "total" else (None, report)
        expected = told(report, index, row, line["measure"])
        found = tuple(number(line[name]) for name in ("numerator", "denominator", "value"))
        assert found == expected, (line, expected)
        hidden += found[0] == HIDDEN
    listed = {(line["key"], line["measure"]) for line in lines}
    seen = set()
    for name, place in (("구 전체", 0), ("행정동", 4)):
        if name not in book.sheetnames:
            continue
        for cells in list(book[name].iter_rows(values_only=True))[1:]:
            key, counts, code = ("total", cells[2:5], cells[5]) if not place else (cells[1] or "", cells[4:7], cells[7])
            index, row = rows[key] if place else (None, report)
            expected = told(report, index, row, code)
            close = all(a == b or (isinstance(a, float) and abs(a - b) < 1e-12) for a, b in zip(counts, expected))
            assert close, (key, code, counts, expected)
            seen.add((key, code))
    assert seen == listed, "the workbook has other cells than the CSV"
    assert [row[1] for row in book["표지"].iter_rows(values_only=True)].count(said["ward"]) == 1
    print(hashlib.sha256(document).hexdigest(), len(lines), hidden)


if __name__ == "__main__":
    main()
