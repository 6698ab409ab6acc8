#!/usr/bin/env python3
"""Makes the ledger beside this file (or in the folder given): complexes.csv, cases.csv, events.csv. The same every time.

북가좌1동 and 천연동 were the ward's pilot dongs; every 단지, unit and case here is invented. The shares follow published
statistics (rounded; where sources differ, between them):
  causes      field requests 2012–14: footfall 72.8 %, hammering 4.5, furniture 2.9, appliances 2.6, instruments 1.9, doors 1.6,
              plumbing 1.3; Seoul 2014–17: pets 4.6, claims of excess 4.0
  position    the complainant lives below 82.5 % / above 13.7 / beside 1.6 (field requests), 69.7 / 23.2 (Seoul)
  channel     telephone 74.2 %, online 25.8 (2012–22); some come by the office, the counter, on paper or from elsewhere
  season      winter about twice summer; +30 % in the 20 days after the two great holidays; Monday 23.5 % of the week
  outcome     most cases end with counselling (부평 2020: 167 of 187); agreements, settled between the parties, stopped after a
              letter, cancelled (2019: 1,591 of 9,654), not floor noise (2019: 2,227 of 26,230) and the rest in small shares
"""
import csv
import random
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

HERE = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
RNG = random.Random(20160622)
FIRST, LAST, CASES = date(2024, 1, 1), date(2026, 11, 14), 440
UNTIL = datetime(2026, 11, 15, 18, 0)

# code, name, dong, households, approved, permit, tenure, committee, programme, 동(건물), floors, lines
COMPLEXES = [
    ("BGJ-01", "가재울 햇살마을 1단지", "1141071000", 1240, "2009-04-17", "plan", "sale", "statutory", "2026 이웃소통 공모사업", 14, 22, 4),
    ("BGJ-02", "가재울 햇살마을 2단지", "1141071000", 760, "2011-08-02", "plan", "mixed", "statutory", "2026 이웃소통 공모사업", 9, 21, 4),
    ("BGJ-03", "북가좌 은모래아파트", "1141071000", 412, "1996-11-20", "plan", "sale", "resident", "", 5, 15, 6),
    ("BGJ-04", "북가좌 돌담연립", "1141071000", 36, "", "building", "sale", "none", "", 2, 4, 4),
    ("CYD-01", "천연 솔바람아파트", "1141052000", 880, "2003-06-30", "plan", "sale", "statutory", "", 10, 20, 4),
    ("CYD-02", "천연 독립문뜰", "1141052000", 298, "1999-02-09", "plan", "sale", "resident", "2026 이웃소통 공모사업", 4, 18, 4),
    ("CYD-03", "영천 새물마을(임대)", "1141052000", 534, "2013-05-14", "plan", "rental", "resident", "", 6, 19, 5),
    ("CYD-04", "천연 금화빌라", "1141052000", 24, "", "building", "sale", "none", "", 1, 5, 5),
]
CAUSES = {"footfall": 68, "hammering": 4.5, "furniture": 3, "door": 1.8, "appliance": 2.6, "instrument": 2, "audio": 3, "pet": 4.5,
          "voice": 1.6, "exercise": 1.6, "plumbing": 1.4, "retaliation": 3.6, "other": 1.4, "unknown": 1}
POSITIONS = {"above": 77, "below": 17.5, "beside": 2, "diagonal": 1.5, "unknown": 2}
CHANNELS = {"phone": 66, "online": 21, "office": 5, "visit": 4, "paper": 1.5, "transfer": 2.5}
MONTHS = dict(zip(range(1, 13), (20, 19, 15, 14, 12, 10, 9.5, 10, 12, 14, 16, 20)))
WEEKDAYS = (23.5, 17.5, 16.5, 15.5, 15, 6.5, 5.5)
HOLIDAYS = [date(2024, 2, 10), date(2024, 9, 17), date(2025, 1, 29), date(2025, 10, 6), date(2026, 2, 17), date(2026, 9, 25)]
OUTCOMES = {"counselled": 46, "settled": 7.5, "partial": 2.5, "settled_before": 7.5, "ceased": 8, "not_agreed": 2.5, "withdrawn": 8.5,
            "refused": 3.5, "unreachable": 3, "moved_out": 1.5, "transferred": 2, "out_of_scope": 6, "merged": 1, "suspended": 0.5}


def pick(weights):
    return RNG.choices(list(weights), list(weights.values()))[0]


def days():
    """Every day with its weight."""
    found = {}
    day = FIRST
    while day <= LAST:
        after = any(0 < (day - holiday).days <= 20 for holiday in HOLIDAYS)
        found[day] = MONTHS[day.month] * WEEKDAYS[day.weekday()] * (1.3 if after else 1)
        day += timedelta(days=1)
    return found


def unit(place):
    _, _, _, _, _, _, _, _, _, houses, floors, lines = place
    return RNG.randint(1, houses), RNG.randint(1, floors), RNG.randint(1, lines)


def other(place, home, position):
    """The unit in which the noise is thought to begin, or None where it is not known."""
    house, floor, line = home
    step = {"above": (1, 0), "below": (-1, 0), "beside": (0, 1), "diagonal": (1, 1)}.get(position)
    if step is None or RNG.random() < 0.04:
        return None
    floor, line = floor + step[0], line + step[1]
    if not 1 <= floor <= place[10]:
        return None
    return house, floor, line if line <= place[11] else line - 2


def words(home):
    return f"{100 + home[0]}동 {home[1]}{home[2]:02}호" if home else ""


class Clock:
    """Moves through working hours only."""

    def __init__(self, at):
        self.at = at

    def after(self, low, high):
        """Some days (fractions allowed) later, at a minute between nine and eighteen of a working day."""
        at = self.at + timedelta(days=RNG.uniform(low, high))
        while at.weekday() > 4:
            at += timedelta(days=1)
        at = at.replace(hour=RNG.randint(9, 17), minute=RNG.randrange(0, 60, 5), second=0)
        self.at = max(at, self.at + timedelta(minutes=5))
        return self.at


def mediate(clock, note, sessions):
    note("invited", "", 1, 6)
    note("respondent_contacted", "", 0.5, 9)
    note("consented", "applicant", 0, 4)
    note("consented", "respondent", 0.5, 10)
    for _ in range(sessions):
        note("session_held", pick({"shuttle": 40, "joint": 30, "phone": 15, "visit": 10, "online": 5}), 4, 18)


def story(outcome, received, known, clock):
    """The events of one case as (at, event, detail), in order."""
    events = []

    def note(event, detail, low, high):
        events.append((clock.after(low, high), event, detail))

    if outcome not in ("out_of_scope", "merged") or RNG.random() < 0.6:
        note("first_contact", "", 0, 3.5)
    if outcome in ("settled", "partial", "not_agreed", "refused", "unreachable", "ceased") or RNG.random() < 0.35:
        result = "stopped" if outcome == "ceased" and RNG.random() < 0.4 else pick({"continues": 60, "refused": 15, "absent": 25})
        note("recommended", result, 1, 9)
        if RNG.random() < 0.6 and result != "stopped":
            note("handed_over", "", 0, 5)
    if outcome in ("counselled", "settled_before", "ceased") and RNG.random() < 0.45:
        note("respondent_contacted", "", 1, 10)
    if RNG.random() < 0.2:
        note("interview", pick({"separate": 70, "joint": 30}), 2, 9)
    if outcome in ("settled", "partial"):
        mediate(clock, note, RNG.choice((1, 1, 2, 3)))
        note("agreement", "full" if outcome == "settled" else "partial", 0, 6)
    elif outcome == "not_agreed":
        mediate(clock, note, RNG.choice((1, 2, 2)))
    elif outcome in ("refused", "unreachable"):
        note("invited", "", 1, 6)
        if outcome == "refused":
            note("respondent_contacted", "", 1, 12)
    elif outcome in ("transferred", "withdrawn", "moved_out") and known and RNG.random() < 0.4:
        note("invited", "", 2, 10)
    note("closed", outcome, 1, 21 if outcome == "counselled" else 14)
    if outcome in ("ceased", "settled_before") and RNG.random() < 0.6 or outcome == "settled" and RNG.random() < 0.3:
        note("confirmed", "", 1, 20)
    if outcome in ("settled", "partial"):
        closed = clock.at
        for due in (14, 91, 182):
            answer = pick({"kept": 58, "partly": 20, "broken": 10, "unanswered": 12})
            clock.at = max(clock.at, closed + timedelta(days=due + (14 if answer == "unanswered" else 0)))
            note("followup", answer, 0, 2 if answer != "unanswered" else 0.1)
            if answer == "broken":
                if RNG.random() < 0.7:
                    note("reopened", "agreement_broken", 1, 8)
                    note("session_held", "shuttle", 4, 15)
                    if RNG.random() < 0.6:
                        note("agreement", "full", 0, 5)
                        note("closed", "settled", 0.1, 4)
                    else:
                        note("closed", "not_agreed", 1, 10)
                break
    elif outcome in ("counselled", "unreachable") and RNG.random() < 0.06:
        note("reopened", "noise_again", 10, 60)
        note("first_contact", "", 0, 3)
        note("closed", pick({"counselled": 70, "ceased": 20, "withdrawn": 10}), 3, 20)
    return events


def main():
    weights = days()
    received = sorted(RNG.choices(list(weights), list(weights.values()), k=CASES))
    moments = sorted(datetime.combine(day, time(*pick({(hour, minute): 3 if 9 <= hour <= 18 else 1 for hour in range(7, 23) for minute in range(0, 60, 7)})))
                     for day in received)
    cases, events, before = [], [], []
    yearly = {}
    for moment in moments:
        yearly[moment.year] = yearly.get(moment.year, 0) + 1
        ref = f"{moment.year}-{yearly[moment.year]:04}"
        place = RNG.choices(COMPLEXES, [row[3] + 60 for row in COMPLEXES])[0]
        home, position = unit(place), pick(POSITIONS)
        source = other(place, home, position)
        again = RNG.random()
        recent = [old for old in before if (moment - old[0]).days < 330 and old[3]]
        if again < 0.09 and recent:  # the same two households once more, now and then complaining the other way round
            _, place, home, source, position = RNG.choice(recent)
            if again < 0.025:
                home, source = source, home
                position = {"above": "below", "below": "above"}.get(position, position)
        cause, channel = pick(CAUSES), pick(CHANNELS)
        anonymous = channel in ("phone", "online") and RNG.random() < 0.07
        outcome = pick(OUTCOMES)
        if source is None and outcome in ("settled", "partial", "not_agreed", "refused", "unreachable"):
            outcome = "counselled"
        if cause == "plumbing" and RNG.random() < 0.6:
            outcome = "out_of_scope"
        if anonymous:
            outcome = pick({"counselled": 80, "withdrawn": 10, "out_of_scope": 10})
        before.append((moment, place, home, None if anonymous else source, position))
        cases.append([ref, place[0], moment.strftime("%Y-%m-%d %H:%M"), channel, cause, position, "" if anonymous else words(home), words(source)])
        told = story(outcome, moment, source is not None, Clock(moment))
        if RNG.random() < 0.03:  # some cases just lie there
            told = told[:RNG.randint(0, [event for _, event, _ in told].index("closed"))]
        for at, event, detail in told:
            if at <= UNTIL:  # what would happen later is not known yet: the case is still open
                events.append([ref, at.strftime("%Y-%m-%d %H:%M"), event, detail])
    files = {
        "complexes.csv": ("code,name,dong_code,households,approved_on,permit,tenure,committee,programme", [row[:9] for row in COMPLEXES]),
        "cases.csv": ("ref,complex_code,received_at,channel,cause,position,applicant_unit,respondent_unit", cases),
        "events.csv": ("ref,at,event,detail", events),
    }
    for name, (header, rows) in files.items():
        with open(HERE / name, "w", encoding="utf-8", newline="") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerow(header.split(","))
            out.writerows(rows)


if __name__ == "__main__":
    main()
