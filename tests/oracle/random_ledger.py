#!/usr/bin/env python3
"""Random ledgers in the exchange format, with the verdict on every event row and the reports they must give.

    random_ledger.py DIR FIRST_SEED COUNT

writes DIR/SEED/{complexes,cases,events}.csv, verdicts.txt (one line per event row: ok or bad) and expected.json
(a list of {question, report} over the admitted events). Even seeds are judged as `--legacy`. The rules are written
here a second time, from the page that defines them.
"""
import csv
import json
import random
import sys
from datetime import timedelta
from pathlib import Path

import indicators as oracle

EVENTS = {
    "first_contact": [""], "recommended": ["stopped", "continues", "refused", "absent"], "handed_over": [""],
    "interview": ["separate", "joint"], "respondent_contacted": [""], "invited": [""], "consented": ["applicant", "respondent"],
    "session_held": ["joint", "shuttle", "phone", "online", "visit"], "agreement": ["full", "partial"], "confirmed": [""],
    "closed": ["settled", "partial", "settled_before", "ceased", "counselled", "not_agreed", "withdrawn", "refused", "unreachable",
               "moved_out", "transferred", "out_of_scope", "merged", "suspended"],
    "reopened": ["broken_promise", ""], "followup": ["kept", "partly", "broken", "unanswered"],
}
WEIGHTS = {"first_contact": 3, "recommended": 2, "handed_over": 2, "interview": 1, "respondent_contacted": 4, "invited": 6, "consented": 9,
           "session_held": 7, "agreement": 5, "confirmed": 4, "closed": 9, "reopened": 4, "followup": 4}
CAUSES = "footfall hammering furniture door appliance instrument audio pet voice exercise plumbing retaliation other unknown".split()


class Rules:
    """What may come next."""

    def __init__(self, received, unit, legacy):
        self.last, self.unit, self.legacy = received, unit, legacy
        self.outcome = None
        self.ever = set()
        self.span = set()

    def allows(self, at, event, detail):
        if at < self.last:
            return False
        agreed = {"full", "partial"} & self.span
        if self.outcome:
            if event == "followup":
                return self.legacy or bool(agreed) or self.outcome in ("settled", "partial")
            return event in ("confirmed", "reopened")
        if event in ("followup", "reopened"):
            return False
        if event == "invited":
            return self.unit
        if event == "session_held":
            return self.legacy or {"applicant", "respondent"} <= self.ever
        if event == "agreement":
            return self.legacy or "session" in self.span
        if event != "closed":
            return True
        forgiven = self.legacy
        if detail in ("settled", "partial"):
            return forgiven or {"settled": "full", "partial": "partial"}[detail] in self.span
        if detail == "not_agreed":
            return not agreed and (forgiven or "session" in self.span)
        if detail == "refused":
            return forgiven or ("invited" in self.ever and "reached" in self.ever)
        if detail == "unreachable":
            return forgiven or "invited" in self.ever
        if detail in ("settled_before", "counselled"):
            return not agreed and "session" not in self.span
        if detail == "ceased":
            return not agreed
        return True

    def take(self, at, event, detail):
        self.last = at
        if event == "invited":
            self.ever.add("invited")
        elif event == "respondent_contacted":
            self.ever.add("reached")
        elif event == "consented":
            self.ever |= {detail} | ({"reached"} if detail == "respondent" else set())
        elif event == "session_held":
            self.span.add("session")
            self.ever.add("reached")
        elif event == "agreement":
            self.span.add(detail)
        elif event == "closed":
            self.outcome = detail
        elif event == "reopened":
            self.outcome, self.span = None, set()


def way(rng):
    """The usual way of a case, with holes, so that long histories are not a matter of luck."""
    kind = rng.choice(["full", "partial"])
    steps = [("first_contact", ""), ("recommended", "continues"), ("respondent_contacted", ""), ("invited", ""), ("consented", "applicant"),
             ("consented", "respondent"), ("session_held", "joint"), ("agreement", kind), ("closed", "settled" if kind == "full" else "partial"),
             ("confirmed", ""), ("followup", rng.choice(EVENTS["followup"])), ("reopened", "again"), ("session_held", "phone"),
             ("closed", rng.choice(["not_agreed", "ceased", "transferred"]))]
    return [step for step in steps if rng.random() < 0.9]


def text(at):
    return at.astimezone(oracle.SEOUL).strftime("%Y-%m-%d %H:%M:%S")


def write(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(header)
        out.writerows(rows)


def ledger(seed, folder):
    rng = random.Random(seed)
    legacy = seed % 2 == 0
    folder.mkdir(parents=True, exist_ok=True)
    dongs = ["1141071000", "1141052000", "1168051000"]
    complexes = [[f"A1000000{n}", f"단지{n}", rng.choice(dongs), rng.randint(50, 2000), "", "", rng.choice(["sale", "rental", "mixed"]),
                  rng.choice(["none", "resident", "statutory"]), rng.choice(["", "2026 사업", "나눔"])] for n in range(5)]
    # Instants on which definitions turn, and a second beside them.
    edges = [oracle.midnight(f"2025-{month:02}-01") for month in range(1, 13)]
    hop = [timedelta(0), timedelta(seconds=1), timedelta(minutes=7), timedelta(hours=5), timedelta(days=1), timedelta(days=4), timedelta(days=9), timedelta(hours=30),
           timedelta(days=30), timedelta(days=90), timedelta(days=90, seconds=1), timedelta(days=91)]
    cases, events, verdicts = [], [], []
    for number in range(rng.randint(5, 60)):
        received = rng.choice(edges) + rng.choice([timedelta(0), timedelta(seconds=-1), timedelta(seconds=1), timedelta(days=rng.randint(-400, 200), seconds=rng.randint(0, 86399))])
        units = [rng.choice(["", "101-101", "101-201", "102-301"]), rng.choice(["", "101-101", "101-201", "102-301"])]
        if cases and rng.random() < 0.2:  # a recurrence on or beside the edge of a year
            other = rng.choice(cases)
            received = oracle.when(other[2]) + timedelta(days=365) + rng.choice([timedelta(0), timedelta(seconds=1), timedelta(seconds=-1), timedelta(days=-365)])
            units = [other[6], other[7]] if rng.random() < 0.5 else [other[7], other[6]]
        ref = f"R{number}"
        cases.append([ref, rng.choice(complexes)[0] if rng.random() < 0.7 or not cases else cases[-1][1], text(received),
                      rng.choice(["visit", "phone", "online", "office", "paper", "transfer"]), rng.choice(CAUSES),
                      rng.choice(["above", "below", "beside", "diagonal", "unknown"]), *units])
        rules, at = Rules(received, bool(units[1]), legacy), received
        plan = way(rng)
        for _ in range(rng.choice([0, 1, 3, 6, 12, 18])):
            at = rules.last + rng.choice(hop)
            if rng.random() < 0.1:
                at = rng.choice(edges)
            if rng.random() < 0.05:
                at = received + timedelta(days=90)
            possible = [(event, detail) for event, details in EVENTS.items() for detail in details if rules.allows(at, event, detail)]
            if plan and plan[0] in possible and rng.random() < 0.8:
                event, detail = plan.pop(0)
            elif possible and rng.random() < 0.9:
                event = rng.choices(sorted({event for event, _ in possible}), [WEIGHTS[event] for event in sorted({event for event, _ in possible})])[0]
                detail = rng.choice([detail for name, detail in possible if name == event])
            else:
                event = rng.choice(list(EVENTS))
                detail = rng.choice(EVENTS[event])
            good = rules.allows(at, event, detail)
            if good:
                rules.take(at, event, detail)
            events.append([ref, text(at), event, detail])
            verdicts.append("ok" if good else "bad")
    # Rows of different cases may be mixed as long as each case keeps its order.
    order = sorted(range(len(events)), key=lambda index: rng.random())
    turn = {ref: iter([i for i, event in enumerate(events) if event[0] == ref]) for ref in {event[0] for event in events}}
    mixed = [next(turn[events[index][0]]) for index in order]
    events, verdicts = [events[i] for i in mixed], [verdicts[i] for i in mixed]
    write(folder / "complexes.csv", "code name dong_code households approved_on permit tenure committee programme".split(), complexes)
    write(folder / "cases.csv", "ref complex_code received_at channel cause position applicant_unit respondent_unit".split(), cases)
    write(folder / "events.csv", "ref at event detail".split(), events)
    write(folder / "admitted.csv", "ref at event detail".split(), [event for event, verdict in zip(events, verdicts) if verdict == "ok"])
    (folder / "verdicts.txt").write_text("".join(verdict + "\n" for verdict in verdicts))
    everyone = oracle.load(folder / "complexes.csv", folder / "cases.csv", folder / "admitted.csv")
    expected = []
    for basis in ("closing", "cohort"):
        for _ in range(3):
            first, last = (0, 11) if rng.random() < 0.4 else sorted(rng.sample(range(12), 2))
            question = {
                "from": f"2025-{first + 1:02}-01", "to": f"2025-{last + 1:02}-01", "basis": basis,
                "as_of": text(rng.choice(edges) + rng.choice([timedelta(0), timedelta(seconds=-1), timedelta(days=90), timedelta(days=2000), timedelta(days=2000)])),
                "by": rng.choice([None, "dong", "complex", "cause", "position", "channel", "committee", "programme"]),
                "scope": rng.choice([None, None, None, "11410", "1141071000", "A10000001"]),
            }
            answer = oracle.report(everyone, question["from"], question["to"], basis, oracle.when(question["as_of"]), question["by"], question["scope"])
            expected.append({"question": question, "report": answer})
    (folder / "expected.json").write_text(json.dumps(expected, ensure_ascii=False))


if __name__ == "__main__":
    root, first_seed, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    for seed in range(first_seed, first_seed + count):
        ledger(seed, root / str(seed))
