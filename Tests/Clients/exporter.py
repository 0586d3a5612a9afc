#!/usr/bin/env python3
"""A Prometheus exporter for Redfish rack PDUs that reads the PDU only when it is scraped.

Python's standard library only. It logs in once, reads every register for every scrape, and logs out
when it is told to stop. --openmetrics answers in that format.
"""

import argparse
import http.server
import json
import signal
import threading
import urllib.error
import urllib.request


class Device:
    def __init__(self, url, user, password):
        self.url, self.user, self.password = url, user, password
        self.token = self.session = None

    def exchange(self, method, path, body=None):
        headers = {"Accept": "application/json", "OData-Version": "4.0",
                   "User-Agent": "test-exporter/1.0"}
        if self.token:
            headers["X-Auth-Token"] = self.token
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(
            self.url + path, method=method, data=data, headers=headers)
        with urllib.request.urlopen(request) as answer:
            return answer.headers, json.loads(answer.read() or b"null")

    def login(self):
        self.token = None
        headers, _ = self.exchange(
            "POST", self.sessions, {"UserName": self.user, "Password": self.password})
        self.token, self.session = headers["X-Auth-Token"], headers["Location"]
        if self.session.startswith("http"):
            self.session = "/" + self.session.split("/", 3)[3]

    def get(self, path):
        try:
            return self.exchange("GET", path)[1]
        except urllib.error.HTTPError as error:
            if error.code != 401:
                raise
            self.login()
            return self.exchange("GET", path)[1]

    def discover(self):
        root = self.exchange("GET", "/redfish/v1/")[1]
        self.sessions = root["Links"]["Sessions"]["@odata.id"]
        self.login()
        equipment = self.get(root["PowerEquipment"]["@odata.id"])
        units = self.get(equipment["RackPDUs"]["@odata.id"])
        unit = self.get(units["Members"][0]["@odata.id"])
        self.meters = [unit["Metrics"]["@odata.id"]]
        for name in ("Mains", "Branches", "Outlets"):
            collection = self.get(unit[name]["@odata.id"])
            self.meters += [member["@odata.id"] for member in collection["Members"]]

    def logout(self):
        if self.token:
            self.exchange("DELETE", self.session)


def escaped(text):
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def exposition(device, openmetrics):
    name = "pdu_energy_kilowatt_hours"
    lines = [f"# HELP {name}_total Energy by the register.",
             f"# TYPE {name if openmetrics else name + '_total'} counter"]
    if openmetrics:
        lines[0] = lines[0].replace("_total", "")
    for path in device.meters:
        energy = (device.get(path).get("EnergykWh") or {}).get("Reading")
        label = f'{{meter="{escaped(path)}",rack="a \\"b\\" {{c}}"}}'
        lines.append(f"{name}_total{label} {'NaN' if energy is None else energy}")
    lines += ["# TYPE pdu_up gauge", "pdu_up 1"]
    if openmetrics:
        lines.append("# EOF")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--port", type=int, required=True, help="where to be scraped")
    parser.add_argument("--openmetrics", action="store_true")
    options = parser.parse_args()
    device = Device(options.url, options.user, options.password)
    device.discover()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            status, text = 200, ""
            try:
                text = exposition(device, options.openmetrics)
            except urllib.error.URLError as error:
                status, text = 503, f"the device did not answer: {error}\n"
            self.send_response(status)
            kind = "application/openmetrics-text; version=1.0.0" if options.openmetrics else \
                "text/plain; version=0.0.4"
            self.send_header("Content-Type", kind + "; charset=utf-8")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", options.port), Handler)

    def stop(*_):
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    server.serve_forever(poll_interval=0.05)
    device.logout()


if __name__ == "__main__":
    main()
