"""python-redfish.py URL USER PASSWORD CLAIMS: reads the energy of a PDU and of its outlets with
DMTF's Python library, as its README shows it, and claims what it read."""

import json
import signal
import sys
import time

import redfish

url, user, password, claims = sys.argv[1:]
client = redfish.redfish_client(url, user, password, default_prefix="/redfish/v1/")
client.login(auth="session")
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


def read(path):
    response = client.get(path)
    return response.dict, response.getheader("Date")


def instant(date):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.strptime(date, "%a, %d %b %Y %H:%M:%S GMT"))


def poll():
    equipment, _ = read(client.root["PowerEquipment"]["@odata.id"])
    units, _ = read(equipment["RackPDUs"]["@odata.id"])
    unit, _ = read(units["Members"][0]["@odata.id"])
    metrics, date = read(unit["Metrics"]["@odata.id"])
    outlets, _ = read(unit["Outlets"]["@odata.id"])
    for member in outlets["Members"]:
        read(member["@odata.id"])
    return metrics["EnergykWh"]["Reading"], instant(date)


try:
    first, begin = poll()
    while True:
        try:
            last, end = poll()
            claim = {"scope": "pdu", "from": begin, "to": end, "energy": round(last - first, 3),
                     "unit": "kWh", "kind": "interval", "samples": [begin, end]}
            with open(claims, "a", encoding="utf-8") as file:
                file.write(json.dumps(claim) + "\n")
        except KeyError as missing:
            print(f"nothing at {missing}", file=sys.stderr)
        time.sleep(1)
finally:
    client.logout()
