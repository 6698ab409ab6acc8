#!/usr/bin/env python3
"""The report of `ieum report indicators`, computed a second time and differently: from the CSV files alone.

Written from the definitions, not from the Rust: it works event list by event list with plain loops and exact integers,
so that a slip in one is not repeated in the other. Only Python's standard library is used.

    indicators.py --complexes C.csv --cases K.csv --events E.csv --from 2025-01-01 --to 2026-01-01
                  [--basis closing|cohort] [--as-of T] [--by DIM] [--scope CODE]
"""
import argparse
import csv
import json
import math
import sys
from collections import Counter, defaultdict
from datetime import datetime, timedelta, timezone

SEOUL = timezone(timedelta(hours=9))
DAY = timedelta(hours=24)
Z = 1.959964


def when(text):
    """An instant from either notation."""
    if len(text) in (16, 19) and text[10] == " ":
        form = "%Y-%m-%d %H:%M" if len(text) == 16 else "%Y-%m-%d %H:%M:%S"
        return datetime.strptime(text, form).replace(tzinfo=SEOUL)
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def midnight(text):
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=SEOUL)


def read(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return [{k: (v or "").strip() for k, v in row.items()} for row in csv.DictReader(file)]


class Case:
    def __init__(self, row, complexes):
        self.ref = row["ref"]
        self.at = when(row["received_at"])
        self.channel = row["channel"]
        self.mine = row.get("applicant_unit", "")
        self.theirs = row.get("respondent_unit", "")
        self.complex = row["complex_code"]
        place = complexes[self.complex]
        self.keys = {
            "dong": place["dong_code"], "complex": self.complex, "cause": row["cause"], "position": row["position"],
            "channel": self.channel, "committee": place["committee"], "programme": place.get("programme", ""),
        }
        self.events = []  # (at, event, detail), in file order

    def within(self, scope):
        if scope is None:
            return True
        if scope.isdigit() and len(scope) == 5:
            return self.keys["dong"][:5] == scope
        if scope.isdigit() and len(scope) == 10:
            return self.keys["dong"] == scope
        return self.complex == scope


def load(complexes, cases, events):
    places = {row["code"]: row for row in read(complexes)}
    found = {}
    for row in read(cases):
        found.setdefault(row["ref"], Case(row, places))
    for row in read(events):
        found[row["ref"]].events.append((when(row["at"]), row["event"], row.get("detail", "")))
    return list(found.values())


def spans_of(case, events):
    """[(begin, end or None, outcome or None, events inside, up to the next reopening)]"""
    spans = [[case.at, None, None, []]]
    for event in events:
        at, name, detail = event
        if name == "reopened":
            spans.append([at, None, None, []])
            continue
        spans[-1][3].append(event)
        if name == "closed":
            spans[-1][1], spans[-1][2] = at, detail
    return spans


def lacks_a_step(events):
    """Only a legacy import can hold such a history: something happened without what must come before it."""
    invited = reached = mine = theirs = False
    session = full = partial = False
    closed = None
    for _, name, detail in events:
        if name == "invited":
            invited = True
        elif name == "respondent_contacted":
            reached = True
        elif name == "consented" and detail == "applicant":
            mine = True
        elif name == "consented":
            theirs = reached = True
        elif name == "session_held":
            if not (mine and theirs):
                return True
            session = reached = True
        elif name == "agreement":
            if not session:
                return True
            full, partial = full or detail == "full", partial or detail == "partial"
        elif name == "closed":
            closed = detail
            if (detail == "settled" and not full) or (detail == "partial" and not partial):
                return True
            if detail == "not_agreed" and not session:
                return True
            if detail in ("refused", "unreachable") and not invited:
                return True
            if detail == "refused" and not reached:
                return True
        elif name == "reopened":
            session = full = partial = False
        elif name == "followup" and closed not in ("settled", "partial") and not (full or partial):
            return True
    return False


def rate(n, d):
    if d == 0:
        return {"numerator": n, "denominator": d, "value": None, "low": None, "high": None}
    p = n / d
    mid = p + Z * Z / (2 * d)
    off = Z * math.sqrt(p * (1 - p) / d + Z * Z / (4 * d * d))
    scale = 1 + Z * Z / d
    return {"numerator": n, "denominator": d, "value": p, "low": max(0.0, (mid - off) / scale), "high": min(1.0, (mid + off) / scale)}


def spread(waits):
    waits = sorted(waits)
    n = len(waits)

    def rank(percent):  # the ceil(percent·n/100)-th smallest, in integers
        return waits[-(-percent * n // 100) - 1] / DAY if n else None

    return {"n": n, "median": rank(50), "p90": rank(90)}


def figures(cases, everyone, start, end, as_of, basis):
    ledger = Counter()
    outcomes, excluded, followups = Counter(), Counter(), Counter()
    narrow = broad = base = members = 0
    shares = {name: [0, 0] for name in ("response", "participation", "initiation", "agreement", "recurrence")}
    waits = defaultdict(list)
    for case in cases:
        known = [event for event in case.events if event[0] <= as_of]
        spans = spans_of(case, known)
        for number, (begin, stop, outcome, _) in enumerate(spans):
            ledger["carried_in"] += begin < start and (stop is None or stop >= start)
            ledger["open_at_end"] += begin < end and (stop is None or stop >= end)
            if start <= begin < end:
                ledger["reopened" if number else "transferred_in" if case.channel == "transfer" else "received"] += 1
            if stop is not None and start <= stop < end:
                ledger["transferred_out" if outcome == "transferred" else "closed"] += 1
        for at, name, detail in known:
            if name == "followup" and start <= at < end:
                followups[detail] += 1
        arrived = start <= case.at < end
        if arrived and case.mine and case.theirs:
            shares["recurrence"][1] += 1
            shares["recurrence"][0] += any(
                other is not case and other.complex == case.complex and {other.mine, other.theirs} == {case.mine, case.theirs}
                and timedelta(0) <= case.at - other.at <= 365 * DAY
                for other in everyone if other.mine and other.theirs and other.at <= as_of)
        if basis == "closing":
            early = spans_of(case, [event for event in known if event[0] < end])
            if case.at >= end or early[-1][1] is None or not start <= early[-1][1]:
                continue
            seen, standing = known, spans[len(early) - 1]
        else:
            if not arrived:
                continue
            horizon = min(as_of, case.at + 90 * DAY)
            seen = [event for event in case.events if event[0] <= horizon]
            standing = spans_of(case, seen)[-1]
        members += 1
        begin, stop, outcome, inside = standing
        if outcome is not None:
            outcomes[outcome] += 1
            waits["close"].append(stop - case.at)
        reason = None
        if not case.mine:
            reason = "anonymous"
        elif outcome in ("out_of_scope", "merged", "suspended"):
            reason = outcome
        elif outcome == "transferred":
            # Everything before the closing: earlier spans whole, this one up to its closing.
            before = []
            for span in spans_of(case, seen):
                if span[0] == begin and span[1] == stop and span[3] == inside:
                    before += inside[:[event[1] for event in inside].index("closed")]
                    break
                before += span[3]
            if all(name != "invited" for _, name, _ in before):
                reason = "transferred"
        if reason:
            excluded[reason] += 1
        else:
            base += 1
            confirmed = any(name == "confirmed" for _, name, _ in inside)
            solved = outcome in ("settled", "partial") or (outcome in ("settled_before", "ceased") and confirmed)
            narrow += solved
            broad += solved or outcome in ("settled_before", "ceased", "counselled")
        names = {name for _, name, _ in seen}
        both = {("consented", "applicant"), ("consented", "respondent")} <= {event[1:] for event in seen}
        if case.theirs:
            shares["response"][1] += 1
            shares["response"][0] += "respondent_contacted" in names
        if not lacks_a_step(seen):
            for name, of, those in (("participation", "invited" in names, both), ("initiation", both, "session_held" in names),
                                    ("agreement", "session_held" in names, "agreement" in names)):
                shares[name][1] += of
                shares[name][0] += of and those
        for measure, name in (("first_contact", "first_contact"), ("respondent_contacted", "respondent_contacted"), ("first_session", "session_held")):
            times = [at for at, event, _ in seen if event == name]
            if times:
                waits[measure].append(min(times) - case.at)
    answered = followups["kept"] + followups["partly"] + followups["broken"]
    return {
        "ledger": {name: ledger[name] for name in ("carried_in", "received", "reopened", "transferred_in", "closed", "transferred_out", "open_at_end")},
        "superseded": ledger["closed"] + ledger["transferred_out"] - members if basis == "closing" else None,
        "outcomes": dict(outcomes), "excluded": dict(excluded),
        "narrow": rate(narrow, base), "broad": rate(broad, base),
        **{name: rate(*share) for name, share in shares.items()},
        "fulfilment": {**{name: followups[name] for name in ("kept", "partly", "broken", "unanswered")},
                       "kept_of_answered": rate(followups["kept"], answered),
                       "kept_of_due": rate(followups["kept"], answered + followups["unanswered"])},
        "days": {name: spread(waits[name]) for name in ("first_contact", "respondent_contacted", "first_session", "close")},
        "mature": None if basis == "closing" else as_of >= end + 90 * DAY,
    }


def report(everyone, first, last, basis="closing", as_of=None, by=None, scope=None):
    start, end = midnight(first), midnight(last)
    as_of = as_of or datetime.now(timezone.utc)
    known = [case for case in everyone if case.at <= as_of and case.within(scope)]
    groups = defaultdict(list)
    if by:
        for case in known:
            groups[case.keys[by]].append(case)
    args = (everyone, start, end, as_of, basis)
    return {"from": first, "to": last, "basis": basis, **figures(known, *args),
            "rows": [{"key": key, **figures(groups[key], *args)} for key in sorted(groups)]}


def difference(one, other, path=""):
    """The first place where two reports differ, or None. Floats agree to nine digits."""
    if isinstance(one, dict) and isinstance(other, dict):
        sparse = path.endswith("/outcomes") or path.endswith("/excluded")
        for key in sorted(set(one) | set(other)):
            if key in ("definition_version", "as_of"):
                continue
            if not sparse and (key in one) != (key in other):
                return f"{path}/{key}: only on one side"
            found = difference(one.get(key, 0), other.get(key, 0), f"{path}/{key}")
            if found:
                return found
        return None
    if isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            return f"{path}: {len(one)} and {len(other)} entries"
        return next((found for i, pair in enumerate(zip(one, other)) if (found := difference(*pair, f"{path}/{i}"))), None)
    same = math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12) if type(one) is type(other) is float else (
        one == other if isinstance(one, bool) == isinstance(other, bool) else False)
    return None if same else f"{path}: {one!r} and {other!r}"


def main():
    ask = argparse.ArgumentParser()
    for name in ("complexes", "cases", "events", "from", "to"):
        ask.add_argument(f"--{name}", required=True)
    ask.add_argument("--basis", choices=("closing", "cohort"), default="closing")
    ask.add_argument("--as-of")
    ask.add_argument("--by")
    ask.add_argument("--scope")
    ask.add_argument("--compare", help="a report as JSON to compare with; silent and 0 when equal")
    asked = vars(ask.parse_args())
    everyone = load(asked["complexes"], asked["cases"], asked["events"])
    as_of = when(asked["as_of"]) if asked["as_of"] else None
    mine = report(everyone, asked["from"], asked["to"], asked["basis"], as_of, asked["by"], asked["scope"])
    if asked["compare"]:
        with open(asked["compare"], encoding="utf-8") as file:
            found = difference(mine, json.load(file))
        if found:
            sys.exit(found)
        return
    json.dump(mine, sys.stdout, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main()
