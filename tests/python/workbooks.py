"""Beside tests/libreoffice: gets workbooks and the CSV of the same pages from a demonstration, and compares what LibreOffice read.

workbooks.py fetch ORIGIN FOLDER     publishes a year's report as the ward's officer, saves report.* and cases.*, *.xlsx and *.csv
workbooks.py compare FOLDER          FOLDER/read/NAME-SHEET.csv against FOLDER/NAME.csv
"""
import csv
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

PASSWORD = "이음 시연용 비밀번호"


def fetch(origin, folder):
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(path):
        with opener.open(origin + path) as answer:
            return answer.geturl(), answer.read()

    def post(path, form):
        token = re.search(r'name="_csrf" value="([^"]+)"', get(path)[1].decode())[1]
        body = urllib.parse.urlencode({**form, "_csrf": token}).encode()
        with opener.open(urllib.request.Request(origin + path, body, {"sec-fetch-site": "same-origin"})) as answer:
            return answer.geturl(), answer.read().decode()

    for _ in range(3000):
        try:
            get("/readyz")
            break
        except urllib.error.URLError:
            time.sleep(0.1)
    post("/login", {"email": "ward@demo.example", "password": PASSWORD})
    page = get("/publications/new")[1].decode()
    year = re.search(r'<option value="(year:[^"]+)"', page)[1]
    at, _ = post("/publications/new", {"period": year, "openness": "open"})
    path = urllib.parse.urlparse(at).path
    first = year.split(":")[1][:4]
    cases = f"?from={first}-01-01&to={int(first) + 1}-01-01"
    waits = f"{cases}&measure=/days/close/n"
    found = {"report": f"{path}/report.%s", "cases": f"/ward/records.%s{cases}", "waits": f"/ward/records.%s{waits}"}
    for name, address in found.items():
        for kind in ("xlsx", "csv"):
            (folder / f"{name}.{kind}").write_bytes(get(address % kind)[1])


def table(file):
    return list(csv.reader(file.read_text("utf-8-sig").splitlines()))


def same(one, other):
    """Both the same number, to what a spreadsheet keeps of it (a share in percent); or the same words."""
    try:
        number = float(one[:-1]) / 100 if one.endswith("%") else float(one)
        return abs(number - float(other)) <= 1e-9 * max(1.0, abs(float(other)))
    except ValueError:
        return one == other


def report(folder):
    expected = {(line["key"], line["measure"]): line for line in csv.DictReader((folder / "report.csv").read_text("utf-8-sig").splitlines())}
    seen = 0
    for sheet, place in (("구 전체", 0), ("행정동", 4)):
        for row in table(folder / "read" / f"report-{sheet}.csv")[1:]:
            key, counts, code = ("total", row[2:5], row[5]) if not place else (row[1], row[4:7], row[7])
            line = expected[key, code]
            for name, found in zip(("numerator", "denominator", "value"), counts):
                assert same(found, line[name]), (sheet, key, code, name, found, line[name])
                seen += 1
    assert seen == 3 * len(expected), (seen, len(expected))
    return seen


def cases(folder, name):
    expected = table(folder / f"{name}.csv")
    found = table(folder / "read" / f"{name}-사건별 현황.csv")
    assert len(found) == len(expected) > 10, (len(found), len(expected))
    for row, line in zip(found, expected):
        assert len(row) == len(line), (row, line)
        assert all(same(a, b) for a, b in zip(row, line)), (row, line)
    return sum(map(len, expected))


def main():
    what, folder = sys.argv[1], Path(sys.argv[-1])
    if what == "fetch":
        return fetch(sys.argv[2], folder)
    counts = {"report": report(folder), "cases": cases(folder, "cases"), "waits": cases(folder, "waits")}
    print("the same in LibreOffice:", ", ".join(f"{n} cells of {name}" for name, n in counts.items()))


if __name__ == "__main__":
    main()
