"""Reads one mail with other people's parsers and prints what they saw as JSON.

    python tests/python/read_mail.py MAIL.eml

Python's email package reads the message; icalendar and vobject read the calendar part, if there is one.
"""

import email
import email.policy
import json
import sys

import icalendar
import vobject


def shape(part):
    if part.is_multipart():
        return f"{part.get_content_type()}[{' '.join(shape(p) for p in part.iter_parts())}]"
    return part.get_content_type()


def by_icalendar(text):
    calendar = icalendar.Calendar.from_ical(text)
    (event,) = calendar.walk("VEVENT")
    alarms = event.walk("VALARM")
    attendees = event.get("ATTENDEE")
    attendees = attendees if isinstance(attendees, list) else [attendees]
    return {
        "method": str(calendar["METHOD"]),
        "status": str(event["STATUS"]),
        "sequence": int(event["SEQUENCE"]),
        "uid": str(event["UID"]),
        "start": event["DTSTART"].dt.isoformat(),
        "end": event["DTEND"].dt.isoformat(),
        "stamp": event["DTSTAMP"].dt.isoformat(),
        "organizer": str(event["ORGANIZER"]),
        "attendees": [str(a) for a in attendees],
        "rsvp": str(attendees[0].params["RSVP"]),
        "class": str(event["CLASS"]),
        "summary": str(event["SUMMARY"]),
        "description": str(event["DESCRIPTION"]),
        "location": str(event.get("LOCATION", "")),
        "alarms": [str(alarm["TRIGGER"].dt) for alarm in alarms],
        "tzid": "TZID" in text,
    }


def by_vobject(text):
    calendar = vobject.readOne(text)
    event = calendar.vevent
    contents = event.contents
    return {
        "method": calendar.method.value,
        "status": event.status.value,
        "sequence": int(event.sequence.value),
        "uid": event.uid.value,
        "start": event.dtstart.value.isoformat(),
        "end": event.dtend.value.isoformat(),
        "stamp": event.dtstamp.value.isoformat(),
        "organizer": event.organizer.value,
        "attendees": [a.value for a in contents["attendee"]],
        "rsvp": contents["attendee"][0].params["RSVP"][0],
        "class": contents["class"][0].value,
        "summary": event.summary.value,
        "description": event.description.value,
        "location": event.location.value if "location" in contents else "",
        "alarms": [str(alarm.trigger.value) for alarm in contents.get("valarm", [])],
        "tzid": bool(event.dtstart.params.get("TZID")),
    }


def main(path):
    with open(path, "rb") as file:
        message = email.message_from_binary_file(file, policy=email.policy.default)
    text = message.get_body(("plain",))
    html = message.get_body(("html",))
    seen = {
        "headers": {name.lower(): str(value) for name, value in message.items()},
        "defects": [type(d).__name__ for part in message.walk() for d in part.defects],
        "shape": shape(message),
        "text": text.get_content(),
        "html": html.get_content(),
    }
    parts = {part.get_content_type(): part for part in message.walk()}
    if "text/calendar" in parts:
        inline, attached = parts["text/calendar"], parts["application/ics"]
        raw = inline.get_payload(decode=True)
        calendar = raw.decode("utf-8")
        seen["calendar_method"] = inline["Content-Type"].params["method"]
        seen["attachment_name"] = attached.get_filename()
        seen["attachment_same"] = attached.get_payload(decode=True) == raw
        seen["longest_line"] = max(len(line) for line in raw.split(b"\r\n"))
        seen["bare_newlines"] = raw.count(b"\n") - raw.count(b"\r\n")
        seen["icalendar"] = by_icalendar(calendar)
        seen["vobject"] = by_vobject(calendar)
    json.dump(seen, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main(sys.argv[1])
