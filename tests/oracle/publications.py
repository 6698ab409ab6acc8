#!/usr/bin/env python3
"""Attacks everything that a ward published, all tables together: what any of them hides must not follow from all of them.

Each file holds {"tables": [{"from", "to", "full", "shown", "first": without any late entry}], "slices": [exact reports], "cut_later"}: the
tables in the order of publishing, the slices of time between any two of their borders as they are known at the end. The attacker
knows every definition, every sum, every 0 that is printed (and so that there is none in any part of it), that longer periods are
made of shorter ones, and takes what agrees with them for unchanged. A second one knows every late entry besides, by how much each
count that adds up differs from its slices. Two more know every 0 of every slice, printed or not (left out where `cut_later`:
a later table may cut an earlier one at a border that nobody could think of, and what is none on either side of it nobody prints).
A last one asks what two versions tell of the difference between them, and does not know which rows are unchanged.

    publications.py FILE...
"""
import json
import sys

from suppression import cells, definitions, equations, solved

# What an attacker knows besides the tables.
WHO = {
    "who has what is printed": (False, False),
    "who knows every late entry": (False, True),
    "who knows what there is none of in any slice": (True, False),
    "who knows both": (True, True),
}

ADDS_UP = ("/ledger/", "/recurrence/", "/fulfilment/")
STOCK = {"/ledger/carried_in": "from", "/ledger/open_at_end": "to"}


def rows_of(report):
    return {row["key"]: row for row in report["rows"]}


def hidden_cells(table):
    """(key or None, cell pointer) of what a table hides."""
    found, keys = set(), [row["key"] for row in table["full"]["rows"]]
    for key, row, place in [(None, table["full"], "")] + [(k, r, f"/rows/{i}") for i, (k, r) in enumerate(zip(keys, table["full"]["rows"]))]:
        for pointer in cells(row):
            printed = pointer.rsplit("/", 1)[0] if pointer.endswith(("/those", "/others")) else pointer
            if place + printed in set(table["suppressed"]):
                found.add((key, pointer))
    return found


class System:
    def __init__(self):
        self.truth, self.equals = {}, []

    def unknown(self, name, value, even_none=False):
        if value or even_none:
            self.truth[name] = value

    def add(self, terms, constant=0):
        """terms: (sign, name, value); a name that is no unknown is its value."""
        unknowns = {}
        for sign, name, value in terms:
            if name in self.truth:
                unknowns[name] = unknowns.get(name, 0) + sign
            else:
                constant -= sign * value
        unknowns = {name: sign for name, sign in unknowns.items() if sign}
        if unknowns:
            self.equals.append((unknowns, constant))


def for_a_difference(tables, number):
    """Cells that a later version hides and an earlier one showed (0 where it had none): hidden for what is different, which
    `versions` looks at. Whether they agree with anything nobody sees."""
    table = tables[number]
    old = [hidden_cells(one) for one in tables[:number] if (one["from"], one["to"]) == (table["from"], table["to"])]
    return {cell for cell in hidden_cells(table) if any(cell not in hidden for hidden in old)}


def printed_none(tables, parts):
    """(slice, key, pointer) of which a table over it prints that there is none, and truly was none in any of its slices."""
    found = set()
    for table in tables:
        hidden, rows = hidden_cells(table), rows_of(table["full"])
        whole = cells(table["full"])
        for pointer in {pointer for known, _ in parts for row in known.values() for pointer in row} | set(whole):
            edge = STOCK.get(pointer)
            within = [(i, known) for i, (known, report) in enumerate(parts) if table["from"] <= report["from"] and report["to"] <= table["to"]
                      and (edge is None or report[edge] == table[edge])]
            for key in {key for _, known in within for key in known}:
                own = None if not rows or ((None, pointer) not in hidden and not whole.get(pointer, 0)) else key
                row = whole if own is None else cells(rows[key]) if key in rows else {}
                if not row.get(pointer, 0) and (own, pointer) not in hidden and not any(known.get(key, {}).get(pointer, 0) for _, known in within):
                    found |= {(i, key, pointer) for i, _ in within}
    return found


def together(tables, slices, every_none, late):
    system = System()
    parts = [({key: cells(row) for key, row in rows_of(report).items()}, report) for report in slices]
    if not every_none:
        # Nobody printed what there was none of in a slice that is no table.
        every = {pointer for rows, _ in parts for known in rows.values() for pointer in known}
        keys = {key for rows, _ in parts for key in rows}
        parts = [({key: {pointer: rows.get(key, {}).get(pointer, 0) for pointer in every} for key in keys}, report) for rows, report in parts]
        none = printed_none(tables, parts)
    for number, (rows, report) in enumerate(parts):
        for key, known in rows.items():
            for pointer, count in known.items():
                system.unknown(("slice", number, key, pointer), count, not every_none and (number, key, pointer) not in none)
    template = next(row for report in slices for row in report["rows"] or [report])
    template = {**template, **{group: {name: 0 for report in slices for row in report["rows"] for name in row[group]} for group in ("outcomes", "excluded")}}
    for number, (rows, report) in enumerate(parts):
        all_rows = {key: template for key in rows} if not every_none else rows_of(report)
        for key, row in all_rows.items():
            for equation in definitions(row) if not every_none else equations(row):
                system.add([(s, ("slice", number, key, p), rows[key].get(p, 0)) for s, p in equation])
            if number and parts[number - 1][1]["to"] == report["from"]:
                before = parts[number - 1][0].get(key, {})
                one, other = before.get("/ledger/open_at_end", 0), rows[key]["/ledger/carried_in"]
                system.add([(1, ("slice", number - 1, key, "/ledger/open_at_end"), one),
                            (-1, ("slice", number, key, "/ledger/carried_in"), other)], one - other)
    for number, table in enumerate(tables):
        hidden, all_rows = hidden_cells(table), [(None, table["full"])] + list(rows_of(table["full"]).items())
        known = {key: cells(row) for key, row in all_rows}
        unseen = set() if late else for_a_difference(tables, number)
        for key, pointer in hidden:
            system.unknown(("table", number, key, pointer), known[key][pointer])
        for key, row in all_rows:
            for equation in equations(row):
                system.add([(s, ("table", number, key, p), known[key].get(p, 0)) for s, p in equation])
        if table["full"]["rows"]:
            for pointer, count in known[None].items():
                terms = [(1, ("table", number, key, pointer), own.get(pointer, 0)) for key, own in known.items() if key is not None]
                system.add(terms + [(-1, ("table", number, None, pointer), count)])
        within = [(i, rows, report) for i, (rows, report) in enumerate(parts) if table["from"] <= report["from"] and report["to"] <= table["to"]]
        for key in known if not table["full"]["rows"] else [key for key in known if key is not None]:
            for pointer, count in known[key].items():
                edge = STOCK.get(pointer)
                terms = [(-1, ("slice", i, row, pointer), own.get(pointer, 0))
                         for i, rows, report in within if edge is None or report[edge] == table[edge]
                         for row, own in rows.items() if key is None or row == key]
                total = sum(value for _, _, value in terms)
                # Of what does not add up by definition (a case that is closed in two quarters has one outcome in the year) nobody
                # knows by how much it does not.
                if (key, pointer) not in unseen and count and total and (count == total or (late and pointer.startswith(ADDS_UP))):
                    system.add([(1, ("table", number, key, pointer), count)] + terms, count - total)
        for earlier, old in enumerate(tables[:number]):
            if (old["from"], old["to"]) != (table["from"], table["to"]):
                continue
            before = {None: cells(old["full"]), **{key: cells(row) for key, row in rows_of(old["full"]).items()}}
            for key in known:
                for pointer, count in known[key].items():
                    then = before.get(key, {}).get(pointer, 0)
                    if (key, pointer) not in unseen and count and then and (late or count == then):
                        system.add([(1, ("table", number, key, pointer), count), (-1, ("table", earlier, key, pointer), then)], count - then)
    return system


def recovered(tables, slices, every_none, late):
    system = together(tables, slices, every_none, late)
    before = [for_a_difference(tables, number) for number in range(len(tables))]
    found, wrong, hidden = solved(system.truth, system.equals), [], 0
    for name, count in system.truth.items():
        if name[0] != "table":
            continue
        hidden += 1
        if name not in found or name[2:] in before[name[1]]:
            continue
        # No secrets from somebody who knows every late entry: what is hidden beside small counts, and counts of late entries.
        first = tables[name[1]]["first"]
        row = first if name[2] is None else rows_of(first).get(name[2])
        if late and (count > 4 or row is None or cells(row).get(name[3], 0) != count):
            continue
        half = name[3].rsplit("/", 1)
        others = [name[:3] + (half[0] + end,) for end in ("/those", "/others") if end != "/" + half[1]] if half[1] in ("those", "others") else []
        others = [other for other in others if other in system.truth]
        # Of a rate that is hidden for the sake of others one half may be known, as long as the other is not.
        if count <= 4 or not others or others[0] in found:
            wrong.append(f"table {name[1]} ({tables[name[1]]['from']} to {tables[name[1]]['to']}), {name[2] or 'total'} {name[3]} = {count}")
    return wrong, hidden


def versions(old, new):
    """What a new version tells of a row's small differences that the ward's own lines do not."""
    one, other = hidden_cells(old), hidden_cells(new)
    before, after = rows_of(old["full"]), rows_of(new["full"])
    keys = [key for key in after if key in before]
    if not keys:
        return [], 0
    values = lambda rows, key: cells(rows[key])
    differences = {}
    for key in keys:
        then, now = values(before, key), values(after, key)
        for pointer in set(then) | set(now):
            if then.get(pointer, 0) or now.get(pointer, 0):
                differences[key, pointer] = now.get(pointer, 0) - then.get(pointer, 0)
    whole_then, whole_now = cells(old["full"]), cells(new["full"])

    def system(tell_rows):
        # An unknown may be 0 here; `truth` only names them.
        made = System()
        made.truth = {name: 1 for name in differences}
        for pointer in set(whole_then) | set(whole_now):
            if (None, pointer) not in one and (None, pointer) not in other:
                made.add([(1, (key, pointer), 0) for key in keys], whole_now.get(pointer, 0) - whole_then.get(pointer, 0))
        for key in keys:
            # An outcome may be new.
            row = {**after[key], **{group: {**before[key][group], **after[key][group]} for group in ("outcomes", "excluded")}}
            for equation in definitions(row):
                made.add([(s, (key, p), 0) for s, p in equation])
        if tell_rows:
            for key, pointer in differences:
                if (key, pointer) not in one and (key, pointer) not in other:
                    made.add([(1, (key, pointer), 0)], differences[key, pointer])
        return solved(made.truth, made.equals)

    accepted, found = system(False), system(True)
    small = {name for name, by in differences.items() if 1 <= abs(by) <= 4 and name not in one}
    # A rate that is hidden for one half may have the other half told elsewhere.
    wrong = [f"{key} {pointer} changed by {differences[key, pointer]}" for key, pointer in small & (found - accepted)]
    return wrong, len(small - accepted)


def main():
    sums = [0, 0, 0, 0]
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            history = json.load(file)
        tables = history["tables"]
        for table in tables:
            table["suppressed"] = table["shown"]["suppressed"]
        for who, knows in WHO.items():
            if knows[0] and history["cut_later"]:
                continue
            wrong, hidden = recovered(tables, history["slices"], *knows)
            if wrong:
                sys.exit(f"{path}: {len(wrong)} of {hidden} hidden cells follow for somebody {who}:\n" + "\n".join(wrong[:20]))
        differences = pairs = 0
        for number, new in enumerate(tables):
            old = [table for table in tables[:number] if (table["from"], table["to"]) == (new["from"], new["to"])]
            if old:
                wrong, few = versions(old[-1], new)
                if wrong:
                    sys.exit(f"{path}, table {number} beside the version before:\n" + "\n".join(wrong[:20]))
                differences, pairs = differences + few, pairs + 1
        sums = [one + other for one, other in zip(sums, [len(tables), hidden, pairs, differences])]
    print("tables {}, hidden {}, later versions {}, small differences {}".format(*sums))


if __name__ == "__main__":
    main()
