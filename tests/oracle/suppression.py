#!/usr/bin/env python3
"""Attacks suppressed reports: what is hidden must not follow from what is shown.

Each file holds a list of {"full": report, "shown": the same with --suppress}. The attacker knows every definition of the
exchange format, that a row is a part of the total, and every number that is 0. Numbers are unknowns of their own, other than in
the Rust, which builds them from indivisible counts. Two attacks: linear algebra (over a prime field) and narrowing bounds (a hidden
count is 1 or more). Only Python's standard library is used.

    suppression.py FILE...
"""
import json
import sys

PRIME = (1 << 89) - 1
RATES = ("narrow", "broad", "response", "participation", "initiation", "agreement", "recurrence")
RESOLVED = ("settled", "partial", "settled_before", "ceased", "counselled")


def cells(row):
    """pointer -> count, of one row; rates give `those` and `others`."""
    found = {}

    def rate(path, value):
        found[path + "/those"] = value["numerator"]
        found[path + "/others"] = value["denominator"] - value["numerator"]

    for group in ("ledger", "outcomes", "excluded"):
        for name, count in row[group].items():
            found[f"/{group}/{name}"] = count
    if row["superseded"] is not None:
        found["/superseded"] = row["superseded"]
    for name in RATES:
        rate(f"/{name}", row[name])
    for name, value in row["fulfilment"].items():
        rate(f"/fulfilment/{name}", value) if isinstance(value, dict) else found.update({f"/fulfilment/{name}": value})
    for name, value in row["days"].items():
        found[f"/days/{name}/n"] = value["n"]
    return found


def plus(names):
    return [(1, name) for name in names]


def minus(names):
    return [(-1, name) for name in names]


def both(name):
    return [f"/{name}/those", f"/{name}/others"]


def counted(row):
    """The cells that add up to the cases of the basis."""
    return [f"/outcomes/{name}" for name in row["outcomes"]] if row["superseded"] is not None else ["/ledger/received", "/ledger/transferred_in"]


def definitions(row):
    """Lists of (sign, pointer) that add up to 0 in this row by definition."""
    of = lambda group: [f"/{group}/{name}" for name in row[group]]
    cases = counted(row)
    ledger = lambda *names: [f"/ledger/{name}" for name in names]
    yield plus(ledger("carried_in", "received", "reopened", "transferred_in")) + minus(
        ledger("closed", "transferred_out", "open_at_end"))
    if row["superseded"] is not None:
        yield plus(ledger("closed", "transferred_out")) + minus(["/superseded"] + cases)
    yield plus(of("outcomes")) + minus(["/days/close/n"])
    yield plus(both("narrow") + of("excluded")) + minus(cases)
    yield plus(both("narrow")) + minus(both("broad"))
    fulfilled = lambda *names: [f"/fulfilment/{name}" for name in names]
    for name, others in (("kept_of_answered", ("partly", "broken")), ("kept_of_due", ("partly", "broken", "unanswered"))):
        yield plus([f"/fulfilment/{name}/those"]) + minus(fulfilled("kept"))
        yield plus([f"/fulfilment/{name}/others"]) + minus(fulfilled(*others))


def equations(row):
    """Those of the definitions, and of those that often hold, if they do."""
    yield from definitions(row)
    ledger, cases = (lambda *names: [f"/ledger/{name}" for name in names]), counted(row)
    # What need not hold, but where it does an attacker may guess so.
    guesses = [
        plus(["/participation/those"]) + minus(both("initiation")), plus(["/initiation/those"]) + minus(both("agreement")),
        plus(both("agreement")) + minus(["/days/first_session/n"]), plus(both("response")) + minus(cases),
        plus(["/response/those"]) + minus(["/days/respondent_contacted/n"]), plus(["/days/first_contact/n"]) + minus(cases),
        plus(both("participation")) + minus(cases), plus(both("recurrence")) + minus(ledger("received", "transferred_in")),
        plus(["/agreement/those"]) + minus(["/outcomes/settled", "/outcomes/partial"]),
        plus([f"/outcomes/{name}" for name in RESOLVED]) + minus(["/broad/those"]),
        plus(["/outcomes/settled", "/outcomes/partial"]) + minus(["/narrow/those"]),
    ] + [plus([f"/outcomes/{name}"]) + minus([f"/excluded/{name}"]) for name in ("out_of_scope", "merged", "suspended")]
    known = cells(row)
    if "anonymous" in row["excluded"] and row["excluded"]["anonymous"]:
        guesses = guesses[:9]
    for guess in guesses:
        if sum(sign * known.get(name, 0) for sign, name in guess) == 0:
            yield guess


def system(full, shown):
    """(unknown -> true value, equations over unknowns as ({unknown: coefficient}, constant))."""
    hidden = set(shown["suppressed"])
    rows = [("", full)] + [(f"/rows/{i}", row) for i, row in enumerate(full["rows"])]
    truth, equals = {}, []
    for place, row in rows:
        for pointer, count in cells(row).items():
            cell = place + pointer
            printed = cell.rsplit("/", 1)[0] if cell.endswith(("/those", "/others")) else cell
            if printed in hidden and count:
                truth[cell] = count

    def add(terms):
        unknowns, constant = {}, 0
        for sign, cell, value in terms:
            if cell in truth:
                unknowns[cell] = unknowns.get(cell, 0) + sign
            else:
                constant -= sign * value
        unknowns = {cell: sign for cell, sign in unknowns.items() if sign}
        if unknowns:
            equals.append((unknowns, constant))

    for place, row in rows:
        known = cells(row)
        for equation in equations(row):
            add([(sign, place + name, known.get(name, 0)) for sign, name in equation])
    if full["rows"]:
        total = cells(full)
        for pointer, count in total.items():
            parts = [(1, f"/rows/{i}{pointer}", cells(row).get(pointer, 0)) for i, row in enumerate(full["rows"])]
            add(parts + [(-1, pointer, count)])
    return truth, equals


def solved(truth, equals):
    """The unknowns that linear algebra alone pins down."""
    order = {cell: i for i, cell in enumerate(truth)}
    pivots = {}
    for unknowns, _ in equals:
        row = {order[cell]: sign % PRIME for cell, sign in unknowns.items()}
        while row:
            lead = min(row)
            if lead not in pivots:
                scale = pow(row[lead], -1, PRIME)
                pivots[lead] = {i: value * scale % PRIME for i, value in row.items()}
                break
            factor = row[lead]
            for i, value in pivots[lead].items():
                row[i] = (row.get(i, 0) - factor * value) % PRIME
                if not row[i]:
                    del row[i]
    for lead in sorted(pivots, reverse=True):  # back substitution, from the last
        row = pivots[lead]
        for i in [i for i in row if i != lead and i in pivots]:
            factor = row.get(i, 0)
            for j, value in pivots[i].items():
                row[j] = (row.get(j, 0) - factor * value) % PRIME
                if not row[j]:
                    del row[j]
    names = list(truth)
    return {names[lead] for lead, row in pivots.items() if len(row) == 1}


def bounded(truth, equals):
    """The unknowns that narrowing pins down: none is 0, or it would be shown."""
    low, high = {cell: 1 for cell in truth}, {cell: float("inf") for cell in truth}
    changed = True
    while changed:
        changed = False
        for unknowns, constant in equals:
            for cell, sign in unknowns.items():
                rest = [(other, s) for other, s in unknowns.items() if other != cell]
                most = sum(s * (high if s > 0 else low)[other] for other, s in rest)
                least = sum(s * (low if s > 0 else high)[other] for other, s in rest)
                new = sorted((sign * (constant - most), sign * (constant - least)))
                if new[0] > low[cell] or new[1] < high[cell]:
                    low[cell], high[cell] = max(low[cell], new[0]), min(high[cell], new[1])
                    changed = True
    return {cell for cell in truth if low[cell] == high[cell]}


def at(value, pointer):
    for step in pointer.split("/")[1:]:
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def leaves(value, path=""):
    if isinstance(value, (dict, list)) and value:
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, f"{path}/{key}")
    else:
        yield path, value


def check(full, shown):
    """(what is wrong, small cells, cells hidden beside them, cells)."""
    wrong, hidden = [], set(shown["suppressed"])
    for pointer in hidden:
        if at(shown, pointer) is not None:
            wrong.append(f"{pointer} is listed and shown")
    for pointer, value in leaves({key: value for key, value in shown.items() if key != "suppressed"}):
        if pointer not in hidden and value != at(full, pointer):
            wrong.append(f"{pointer}: {value}, in truth {at(full, pointer)}")
    small, count = set(), 0
    rows = [("", full)] + [(f"/rows/{i}", row) for i, row in enumerate(full["rows"])]
    for place, row in rows:
        for name, value in row["days"].items():
            # Percentiles beside a hidden count would say whether it is small.
            unknown = 1 <= value["n"] <= 4 or f"{place}/days/{name}/n" in hidden
            small |= {f"{place}/days/{name}/{which}" for which in ("median", "p90") if unknown}
        for pointer, value in cells(row).items():
            count += 1
            if 1 <= value <= 4:
                pointer = pointer.rsplit("/", 1)[0] if pointer.endswith(("/those", "/others")) else pointer
                small.add(place + pointer)
    wrong += [f"{pointer} is small and shown" for pointer in small - hidden]
    truth, equals = system(full, shown)
    for attack in (solved, bounded):
        found = attack(truth, equals)
        for cell in sorted(found):
            pair = [cell.rsplit("/", 1)[0] + end for end in ("/those", "/others")]
            other = [c for c in pair if c in truth and c != cell] if cell in pair else []
            # Of a rate that is hidden for the sake of others one half may be known, as long as the other is not.
            if truth[cell] <= 4 or not other or other[0] in found:
                wrong.append(f"{cell} = {truth[cell]} follows ({attack.__name__})")
    return wrong, len(small), len(hidden - small), count


def main():
    sums = [0, 0, 0, 0]
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            for number, pair in enumerate(json.load(file)):
                wrong, *counts = check(pair["full"], pair["shown"])
                if wrong:
                    sys.exit(f"{path}, {number}: " + "\n".join(wrong))
                sums = [one + other for one, other in zip(sums, [1, *counts])]
    print("reports {}, small {}, beside them {}, cells {}".format(*sums))


if __name__ == "__main__":
    main()
