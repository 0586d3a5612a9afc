#!/usr/bin/env python3
"""A Prometheus exporter for Redfish rack PDUs that reads the PDU only when it is scraped.

Python's standard library only. It logs in once, reads every register for every scrape, and logs out
when it is told to stop. --openmetrics answers in that format, --timestamps says when each sample was
taken, by the device's own clock.
"""

import argparse
import email.utils
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
        return self.read(path)[1]

    def read(self, path):
        """The time of the answer and the resource; a session that ended is replaced once."""
        try:
            headers, resource = self.exchange("GET", path)
        except urllib.error.HTTPError as error:
            if error.code != 401:
                raise
            self.login()
            headers, resource = self.exchange("GET", path)
        return email.utils.parsedate_to_datetime(headers["Date"]), resource

    def discover(self):
        root = self.exchange("GET", "/redfish/v1/")[1]
        self.sessions = root["Links"]["Sessions"]["@odata.id"]
        self.login()
        equipment = self.get(root["PowerEquipment"]["@odata.id"])
        units = self.get(equipment["RackPDUs"]["@odata.id"])
        unit = self.get(units["Members"][0]["@odata.id"])
        self.meters = [unit["Metrics"]["@odata.id"]]
        for name in ("Mains", "Branches", "Outlets"):
            path = unit[name]["@odata.id"]
            while path:
                page = self.get(path)
                self.meters += [member["@odata.id"] for member in page["Members"]]
                path = page.get("Members@odata.nextLink")

    def logout(self):
        if self.token:
            try:
                self.exchange("DELETE", self.session)
            except OSError:
                pass


def escaped(text):
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def exposition(device, options):
    openmetrics = options.openmetrics
    name = "pdu_energy_kilowatt_hours"
    lines = [f"# HELP {name}_total Energy by the register.",
             f"# TYPE {name if openmetrics else name + '_total'} counter"]
    if openmetrics:
        lines[0] = lines[0].replace("_total", "")
    for path in device.meters:
        time, resource = device.read(path)
        register = resource.get("EnergykWh") or {}
        energy = register.get("LifetimeReading") or register.get("Reading")
        label = f'{{meter="{escaped(path)}",rack="a \\"b\\" {{c}}"}}'
        line = f"{name}_total{label} {'NaN' if energy is None else energy}"
        if options.timestamps:
            seconds = int(time.timestamp())
            line += f" {seconds if openmetrics else seconds * 1000}"
        lines.append(line)
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
    parser.add_argument("--timestamps", action="store_true")
    options = parser.parse_args()
    device = Device(options.url, options.user, options.password)
    device.discover()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            status, text = 200, ""
            try:
                text = exposition(device, options)
            except OSError as error:
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
