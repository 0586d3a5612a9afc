#!/usr/bin/env python3
"""A client that reads the PDU once and ends, as cron would start it.

What it has to remember it keeps in its home; each time it claims what every register counted since
the first time. Python's standard library only.
"""

import email.utils
import json
import os
import pathlib
import sys
import urllib.request

from exporter import Device


def main():
    url, user, password, claims = sys.argv[1:]
    memory = pathlib.Path(os.environ["HOME"], "registers.json")
    known = json.loads(memory.read_text()) if memory.exists() else {}
    device = Device(url, user, password)
    device.discover()
    with open(claims, "a", encoding="utf-8") as file:
        for path in device.meters:
            headers, body = device.exchange("GET", path)
            time = email.utils.parsedate_to_datetime(headers["Date"]).isoformat()
            energy = body["EnergykWh"]["Reading"]
            since, before = known.setdefault(path, [time, energy])
            if since != time:
                file.write(json.dumps({
                    "scope": "pdu" if path.endswith("Metrics") else path, "kind": "interval",
                    "energy": round(energy - before, 6), "unit": "kWh", "quality": "measured",
                    "from": since, "to": time, "samples": [since, time]}) + "\n")
    device.logout()
    memory.write_text(json.dumps(known))


if __name__ == "__main__":
    main()
