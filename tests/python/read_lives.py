"""Reads the calendar mails of many meetings' lives as a mail client keeps a calendar, and compares with what stands in the case.

    python tests/python/read_lives.py LIVES.jsonl

Each line is one case: by address the calendar parts of its `mails` in the order of sending, and what was `seen` in the case: `after`
so many mails the entries that `stand` ([UID's beginning, start, end] in seconds), and the meetings that are `past`. The rules are
RFC 5546's: an entry is replaced by a REQUEST of the same or a later SEQUENCE, and taken away by such a CANCEL. The parser is
`icalendar`.
"""

import email
import email.policy
import json
import sys

import icalendar


def read(part):
    text = email.message_from_bytes(part.encode(), policy=email.policy.SMTP).get_payload(decode=True).decode()
    calendar = icalendar.Calendar.from_ical(text)
    (event,) = calendar.walk("VEVENT")
    start, end = (int(event[name].dt.timestamp()) for name in ("DTSTART", "DTEND"))
    uid = str(event["UID"]).split("@")[0] + "@"
    return str(calendar["METHOD"]), uid, int(event["SEQUENCE"]), [start, end]


def states(mails):
    """The calendar before the first mail and after each."""
    entries, last = {}, {}
    yield {}
    for method, uid, sequence, times in mails:
        if sequence >= last.get(uid, 0):
            last[uid] = sequence
            if method == "REQUEST":
                entries[uid] = times
            else:
                entries.pop(uid, None)
        yield dict(entries)


def main(path):
    cases = meetings = mails = looks = wrong = 0
    with open(path, encoding="utf-8") as file:
        for line in file:
            cases += 1
            uids = set()
            for address, calendar in json.loads(line).items():
                parts = [read(mail) for mail in calendar["mails"]]
                mails += len(parts)
                uids.update(uid for _, uid, _, _ in parts)
                along = list(states(parts))
                for seen in calendar["seen"]:
                    looks += 1
                    found = {uid: t for uid, t in along[seen["after"]].items() if uid not in seen["past"]}
                    should = {uid: [start, end] for uid, start, end in seen["stands"]}
                    if found != should:
                        wrong += 1
                        print(f"{address}, mail {seen['after']}: has {found}, should have {should}")
            meetings += len(uids)
    print(f"icalendar: {cases} cases, {meetings} meetings, {mails} mails, {looks} looks, {wrong} differ")
    return 1 if wrong or not meetings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
