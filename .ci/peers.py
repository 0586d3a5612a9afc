"""Runs DMTF's validators and clients against `pdu-harness serve` and judges what they say.

Started by `.ci/peers`, in a network namespace of its own. Every check starts a PDU of its own, so
that none sees what another left behind. The last line printed is `peers: N passed, N failed`; the
exit status is 0 where nothing failed.
"""

import argparse
import base64
import csv
import json
import os
import re
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

HARD_LIMIT_SECONDS = 200


class Failure(Exception):
    """What a check has to say against the service, line by line."""


class Device:
    """The PDU under test; a context manager that starts it and ends it."""

    def __init__(self, options, name, scheme, log):
        self.command = [options.binary, "serve", "--device", name, "--port", "0"]
        self.isSecure = scheme == "https"
        if self.isSecure:
            self.command.append("--tls")
        # The identity that --tls makes goes there, and not to the user's own folder.
        self.environment = {**os.environ, "XDG_DATA_HOME": str(options.scratch)}
        self.authority = str(options.scratch / "pdu-harness" / "tls" / "ca.pem")
        self.log = log

    def __enter__(self):
        self.errors = open(self.log, "w", encoding="utf-8")
        self.process = subprocess.Popen(
            self.command, stdout=subprocess.PIPE, stderr=self.errors, text=True,
            env=self.environment)
        line = self.process.stdout.readline()
        found = re.search(
            r" (https?://127\.0\.0\.1:(\d+))/redfish/v1/ \(user (\S+), password (\S+)\)", line)
        if not found:
            self.process.kill()
            self.process.wait()
            raise Failure(f"the PDU did not start: {line!r}")
        self.url, self.port, self.user, self.password = found.groups()
        credentials = f"{self.user}:{self.password}".encode()
        self.basic = "Basic " + base64.b64encode(credentials).decode()
        return self

    def __exit__(self, kind, *_):
        survived = self.process.poll() is None
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.errors.close()
        if not survived and kind is None:
            raise Failure(f"the PDU ended by itself, with {self.process.returncode}")


    def request(self, path, body=None):
        """GET, or POST where there is a body; gives what the service answers."""
        request = urllib.request.Request(
            self.url + path, data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": self.basic, "Content-Type": "application/json"})
        trust = ssl.create_default_context(cafile=self.authority) if self.isSecure else None
        with urllib.request.urlopen(request, timeout=10, context=trust) as response:
            text = response.read()
        return json.loads(text) if text else None

    def walk(self):
        """Every URI that any link leads to from the root, the plain way."""
        seen, waiting = set(), ["/redfish/v1"]
        while waiting:
            path = waiting.pop().split("#")[0].rstrip("/")
            if path not in seen and path.startswith("/redfish/v1"):
                seen.add(path)
                waiting += links(self.request(path))
        return seen

    def outlet_switch(self):
        """Where the first outlet is switched, found from the root as a client would."""
        equipment = self.request(self.request("/redfish/v1/")["PowerEquipment"]["@odata.id"])
        racks = self.request(equipment["RackPDUs"]["@odata.id"])
        rack = self.request(racks["Members"][0]["@odata.id"])
        outlets = self.request(rack["Outlets"]["@odata.id"])
        outlet = self.request(outlets["Members"][0]["@odata.id"])
        return outlet["Actions"]["#Outlet.PowerControl"]["target"]

    def fill(self):
        """Makes members in the collections that a PDU has empty when it starts."""
        root = "/redfish/v1"
        self.request(self.outlet_switch(), {"PowerState": "Off"})
        self.request(
            f"{root}/SessionService/Sessions",
            {"UserName": self.user, "Password": self.password})
        self.request(
            f"{root}/AccountService/Accounts",
            {"UserName": "guest", "Password": "guest-password", "RoleId": "ReadOnly"})
        self.request(
            f"{root}/EventService/Subscriptions",
            {"Destination": "http://127.0.0.1:9/x", "Protocol": "Redfish", "Context": "peers"})
        self.request(
            f"{root}/UpdateService/Actions/UpdateService.SimpleUpdate",
            {"ImageURI": "http://127.0.0.1:9/image-2.0.0.bin"})
        self.request(
            f"{root}/TelemetryService/MetricReportDefinitions",
            {"MetricReportDefinitionType": "OnRequest",
             "MetricProperties": [f"{root}/Chassis/PDU/Sensors/PowerPDU#/Reading"]})


class Bench:
    """What the checks need: the tools, a folder for each check, and the expected results."""

    def __init__(self, options):
        self.options = options
        self.expected = json.loads(Path(options.expected).read_text(encoding="utf-8"))
        self.folder = None

    def tool(self, name, *arguments, status=0, environment=None):
        """Runs a tool to its end and gives what it printed."""
        command = [str(Path(self.options.tools) / name), *arguments]
        done = subprocess.run(
            command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            stdin=subprocess.DEVNULL, timeout=HARD_LIMIT_SECONDS,
            env={**os.environ, **(environment or {})})
        with open(self.folder / "output.txt", "a", encoding="utf-8") as log:
            log.write(f"$ {name} {' '.join(arguments)}\n{done.stdout}\n[{done.returncode}]\n")
        if status is not None and done.returncode != status:
            tail = "\n".join(done.stdout.strip().splitlines()[-8:])
            raise Failure(f"{name} ended with {done.returncode}, not {status}:\n{tail}")
        return re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)


def links(value):
    """The targets of every link in a payload."""
    if isinstance(value, list):
        return [link for element in value for link in links(element)]
    if not isinstance(value, dict):
        return []
    own = [value["@odata.id"]] if isinstance(value.get("@odata.id"), str) else []
    return own + [link for member in value.values() for link in links(member)]


def table_summary(text):
    """PASS, WARN, FAIL and NOT TESTED of the box that two of the tools end with."""
    rows = re.findall(r"\|\s*(\d+)\s*\|\s*(\d+)\s*\|\s*(\d+)\s*\|\s*(\d+)\s*\|", text)
    if len(rows) != 1:
        raise Failure("the tool printed no summary")
    return tuple(int(count) for count in rows[0])


# MARK: Checks. Each gives its summary line, or throws Failure.


def service_validator(bench, device):
    """No payload may be at fault, in the smallest way."""
    device.fill()
    # Log entries and tasks come and go while the validator walks; what stays must be seen.
    before = device.walk()
    text = bench.tool(
        "rf_service_validator", "-u", device.user, "-p", device.password, "-r", device.url,
        "--authtype", "Basic", "--schema_directory", str(bench.options.scratch / "csdl"),
        "--skipschema", "--logdir", str(bench.folder), status=None)
    passed, warned, failed, untested = table_summary(text)
    summary = f"PASS {passed}, WARN {warned}, FAIL {failed}, not tested {untested}"
    if failed or warned:
        lines = [line.strip() for line in text.splitlines() if re.search("ERROR|WARN", line)]
        raise Failure("\n".join([summary, *lines[:40]]))
    seen = {uri.rstrip("/") for uri in re.findall(r"^Validating (/\S+)\.\.\.$", text, re.M)}
    missed = (before & device.walk()) - seen
    if missed or not seen:
        raise Failure(f"{summary}: the validator has not seen {sorted(missed)[:8]}")
    return f"{summary}; {len(seen)} resources"


def interop_validator(bench, device):
    """The harness's own profile passes in the Interop Validator, and enough of it is tested."""
    counts = []
    for profile in sorted(Path(bench.options.profiles).glob("*.json")):
        text = bench.tool(
            "rf_interop_validator", "-u", device.user, "-p", device.password, "-r", device.url,
            "--authtype", "Basic", "--logdir", str(bench.folder), str(profile), status=None)
        passed, warned, failed, untested = table_summary(text)
        summary = f"{profile.stem}: PASS {passed}, WARN {warned}, FAIL {failed}, not tested {untested}"
        if failed or warned or passed < bench.expected["interopValidator"]["leastPassed"]:
            lines = [line.strip() for line in text.splitlines() if re.search("ERROR|WARN", line)]
            raise Failure("\n".join([summary, *lines[:40]]))
        counts.append(summary)
    if not counts:
        raise Failure("there is no profile")
    return "; ".join(counts)


def profiles(bench, _):
    """`validate --profile` finds what the Interop Validator finds, but for reasons that are listed."""
    mockup = bench.options.publication / "mockups" / "public-pdu"
    return compared(
        bench, "profiles.py", "--python", str(Path(bench.options.tools) / "python"),
        "--mockup", str(mockup), "--profile",
        str(Path(bench.options.profiles) / "RackPDUEnergyCarbon.v1_0_0.json"))


def exported_mockup(bench, device):
    """What `export mockup` writes of a golden, and of a crawled device, has no fault either, once it
    is served."""
    crawled = bench.folder / "crawled.jsonl"
    harness(
        bench, "record", str(crawled), "--crawl", "--upstream", device.url, "--port", "0",
        "--user", device.user, "--password", device.password)
    return "; ".join(
        [faultless_mockup(bench, "golden", "session-expiry-idle", "--at", "PT10M"),
         faultless_mockup(bench, "crawled device", str(crawled))])


def harness(bench, *arguments):
    """What it prints, once it has ended well."""
    done = subprocess.run(
        [bench.options.binary, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, timeout=60)
    if done.returncode:
        raise Failure(done.stdout)
    return done.stdout


def faultless_mockup(bench, name, *source):
    folder = bench.folder / f"mockup of {name}"
    said = harness(bench, "export", "mockup", *source, "--out", str(folder))
    if "is missing" in said:
        raise Failure(said)
    served = subprocess.Popen(
        [bench.options.binary, "serve", "--mockup", str(folder), "--port", "0"],
        stdout=subprocess.PIPE, text=True)
    try:
        url = re.search(r" (http://127\.0\.0\.1:\d+)/", served.stdout.readline()).group(1)
        text = bench.tool(
            "rf_service_validator", "-u", "x", "-p", "x", "-r", url, "--authtype", "Basic",
            "--schema_directory", str(bench.options.scratch / "csdl"), "--skipschema",
            "--logdir", str(bench.folder), status=None)
    finally:
        served.terminate()
        served.wait(10)
        served.stdout.close()
    passed, warned, failed, untested = table_summary(text)
    summary = f"{name}: PASS {passed}, WARN {warned}, FAIL {failed}, not tested {untested}"
    if failed or warned or passed < 5000:
        lines = [line.strip() for line in text.splitlines() if re.search("ERROR|WARN", line)]
        raise Failure("\n".join([summary, *lines[:40]]))
    return summary


def mitmproxy(bench, _):
    """mitmproxy loads every exchange of our archives and prints it."""
    seen = []
    for name in ("session-expiry-idle", "event-burst"):
        archive = bench.folder / f"{name}.har"
        done = subprocess.run(
            [bench.options.binary, "export", "har", name, "--out", str(archive)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
        if done.returncode:
            raise Failure(done.stdout)
        entries = json.loads(archive.read_text(encoding="utf-8"))["log"]["entries"]
        tool = str(Path(bench.options.tools).parent / "mitmproxy" / "bin" / "mitmdump")
        text = bench.tool(tool, "--no-server", "--rfile", str(archive))
        flows = len(re.findall(r"^ +<< ", text, re.M))
        if flows != len(entries) or not flows:
            raise Failure(f"{name}: {flows} flows of {len(entries)} entries:\n{text[-2000:]}")
        seen.append(f"{flows} of {name}")
    return ", ".join(seen)


def agreement(bench, _):
    """`validate` finds what the Service Validator finds in DMTF's own example of a PDU."""
    mockup = bench.options.publication / "mockups" / "public-pdu"
    return compared(
        bench, "agreement.py", "--mockup", str(mockup),
        "--validator", str(Path(bench.options.tools) / "rf_service_validator"),
        "--csdl", str(bench.options.scratch / "csdl"))


def compared(bench, script, *arguments):
    """The last line of a script beside this one that holds the harness against a validator."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name(script)),
         "--binary", bench.options.binary, *arguments],
        cwd=bench.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=HARD_LIMIT_SECONDS)
    lines = done.stdout.strip().splitlines()
    if done.returncode:
        raise Failure("\n".join(lines[-20:]))
    return lines[-1]


def protocol_validator(bench, device):
    """Every assertion passes but those that are listed, with what they give and why."""
    scheme, _, _ = device.url.partition(":")
    trust = ["--ca-bundle", device.authority, "--avoid-http-redirect"]
    bench.tool(
        "rf_protocol_validator", "-u", device.user, "-p", device.password, "-r", device.url,
        "--report-dir", str(bench.folder), "--report-type", "tsv",
        *(trust if scheme == "https" else []), status=None,
        # The validator's library believes this more than the option.
        environment={"REQUESTS_CA_BUNDLE": device.authority} if scheme == "https" else None)
    rows = protocol_validator_report(bench)
    expected = {
        entry["assertion"]: entry["result"]
        for entry in bench.expected["protocolValidator"]
        if scheme in entry["schemes"]
    }
    counts = {name: 0 for name in ("PASS", "WARN", "FAIL", "NOT_TESTED")}
    passed = set()
    unexpected = []
    seen = set()
    for row in rows:
        counts[row["Result"]] += 1
        assertion, result = row["Assertion"], row["Result"]
        if result == "PASS":
            passed.add(assertion)
        elif expected.get(assertion) == result:
            seen.add(assertion)
        else:
            unexpected.append(
                f"{result} {assertion} {row['Method']} {row['URI']} {row['Status code']}: "
                + row["Message"])
    unexpected += [
        f"{assertion} is listed as {expected[assertion]}, and is not any more"
        for assertion in expected if assertion not in seen
    ]
    summary = ", ".join(f"{name} {count}" for name, count in counts.items())
    least = bench.expected["protocolValidatorLeastPassed"]
    if len(passed) < least:
        unexpected.append(f"{len(passed)} assertions passed, fewer than {least}")
    if unexpected:
        raise Failure("\n".join([summary, *unexpected]))
    return f"{summary} ({len(passed)} assertions passed)"


def protocol_validator_report(bench):
    """The rows of the report that the validator has left in the check's folder."""
    reports = list(bench.folder.glob("*.tsv"))
    if len(reports) != 1:
        raise Failure("the validator wrote no report")
    with open(reports[0], encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


# The validator has tests of server-sent events, and in 1.3.2 never learns where the stream is.
WITH_STREAMS = """
import sys
from redfish_protocol_validator import console_scripts, utils
from redfish_protocol_validator.system_under_test import SystemUnderTest

note = SystemUnderTest.set_nav_prop_uri
open_stream = utils.get_sse_stream


def note_stream_too(self, name, uri):
    note(self, name, uri)
    if name == "EventService":
        self.set_server_sent_event_uri(self.get(uri).json()["ServerSentEventUri"])


def open_and_note_destination(sut):
    response, destination = open_stream(sut)
    sut.set_event_dest_uri(destination)
    return response, destination


SystemUnderTest.set_nav_prop_uri = note_stream_too
utils.get_sse_stream = open_and_note_destination
sys.exit(console_scripts.main())
"""


def protocol_validator_streams(bench, device):
    """What the validator has to say about server-sent events, once it is told where they are."""
    finished = threading.Event()

    def submit():
        while not finished.wait(0.3):
            device.request(
                "/redfish/v1/EventService/Actions/EventService.SubmitTestEvent",
                {"MessageId": "ResourceEvent.1.4.TestMessage"})

    submitter = threading.Thread(target=submit)
    submitter.start()
    try:
        bench.tool(
            "python", "-c", WITH_STREAMS, "-u", device.user, "-p", device.password, "-r",
            device.url, "--report-dir", str(bench.folder), "--report-type", "tsv", status=None)
    finally:
        finished.set()
        submitter.join()
    results = {}
    for row in protocol_validator_report(bench):
        assertion = row["Assertion"]
        if "_SSE_" in assertion or assertion == "SEC_SESSION_TERMINATION_SIDE_EFFECTS":
            results.setdefault(assertion, set()).add(row["Result"])
    expected = bench.expected["protocolValidatorStreams"]
    odd = [
        f"{assertion} gives {', '.join(sorted(given))}"
        for assertion, given in results.items() if given != {expected.get(assertion, "PASS")}
    ]
    if odd or len(results) != 14:
        raise Failure("\n".join([f"{len(results)} assertions", *odd]))
    return f"{len(results) - len(expected)} of {len(results)} assertions passed"


def use_case_checkers(bench, device):
    """Accounts come, change and go; query parameters are true to what is advertised."""
    text = bench.tool(
        "rf_use_case_checkers", "-u", device.user, "-p", device.password, "-r", device.url,
        "--report-dir", str(bench.folder), "--test-list", "AccountManagement", "QueryParameters",
        status=None)
    passed, warned, failed, untested = table_summary(text)
    summary = f"PASS {passed}, WARN {warned}, FAIL {failed}, not tested {untested}"
    if failed or warned:
        lines = [line.strip() for line in text.splitlines() if re.search("FAIL|WARN", line)]
        raise Failure("\n".join([summary, *lines]))
    limits = bench.expected["useCaseCheckers"]
    if passed < limits["leastPassed"] or untested > limits["mostUntested"]:
        raise Failure(f"{summary}: too little was tested")
    return summary


def redfishtool(bench, device):
    """Both ways of logging in, reading and writing."""
    address = f"127.0.0.1:{device.port}"
    chassis = "/redfish/v1/Chassis"
    for authentication in ("Basic", "Session"):
        arguments = [
            "-r", address, "-S", "Never", "-u", device.user, "-p", device.password, "-A",
            authentication,
        ]
        text = bench.tool("redfishtool", *arguments, "raw", "GET", chassis)
        if json.loads(text)["@odata.id"] != chassis:
            raise Failure(f"{authentication}: the answer is not {chassis}")
        text = bench.tool("redfishtool", *arguments, "Chassis", "list")
        if "Chassis" not in text:
            raise Failure(f"{authentication}: no chassis is listed")
        bench.tool("redfishtool", *arguments, "AccountService")
    return "Basic and Session"


def tacklebox(bench, device):
    """The scripts that read power equipment, and those that accounts and events need."""
    login = ["-u", device.user, "-p", device.password, "-r", device.url]
    rack = ["-t", "RackPDU"]
    switch = ["--method", "POST", "--request", device.outlet_switch()]
    runs = [
        ("rf_power_equipment.py", ["list"], "RackPDU"),
        ("rf_power_equipment.py", ["status", *rack], "Energy"),
        ("rf_power_equipment.py", ["outlets", *rack], "48"),
        ("rf_power_equipment.py", ["outletinfo", *rack, "-o", "1"], "Energy"),
        ("rf_power_equipment.py", ["mainsinfo", *rack, "-m", "AC1"], "Energy"),
        ("rf_power_equipment.py", ["branchinfo", *rack, "-b", "A"], "Energy"),
        ("rf_sensor_list.py", [], "kW.h"),
        ("rf_sys_inventory.py", [], "PDU"),
        ("rf_accounts.py", ["--add", "guest", "guest-password", "ReadOnly"], ""),
        ("rf_accounts.py", [], "guest"),
        ("rf_accounts.py", ["--setrole", "guest", "Operator"], ""),
        ("rf_accounts.py", ["--setpassword", "guest", "another-password"], ""),
        ("rf_accounts.py", ["--setname", "guest", "visitor"], ""),
        ("rf_accounts.py", ["--disable", "visitor"], ""),
        ("rf_accounts.py", ["--enable", "visitor"], ""),
        ("rf_accounts.py", ["--unlock", "visitor"], ""),
        ("rf_accounts.py", ["--delete", "visitor"], ""),
        ("rf_event_service.py", ["subscribe", "-dest", "http://127.0.0.1:9/x"], ""),
        ("rf_event_service.py", ["info"], "http://127.0.0.1:9/x"),
        ("rf_manager_config.py", ["info"], "ManagementController"),
        ("rf_manager_config.py", ["getprotocol"], "HTTP"),
        ("rf_manager_config.py", ["setprotocol", "--protocol", "NTP", "--enable"], ""),
        ("rf_raw_request.py", [*switch, "--body", '{"PowerState": "Off"}'], ""),
        ("rf_logs.py", ["--manager"], "1 "),
        ("rf_logs.py", ["--manager", "--clear"], ""),
        ("rf_raw_request.py", ["--request", "/redfish/v1/Chassis"], "Members"),
        ("rf_firmware_inventory.py", ["--details"], "Controller firmware"),
        ("rf_certificates.py", ["info"], ""),
    ]
    for name, arguments, word in runs:
        text = bench.tool(name, *login, *arguments)
        if word not in text:
            raise Failure(f"{name} {' '.join(arguments)} does not print {word!r}:\n{text}")
    return f"{len(runs)} runs"


WALK = """
import sys, redfish
url, user, password, authentication = sys.argv[1:]
client = redfish.redfish_client(url, user, password, default_prefix="/redfish/v1/")
client.login(auth=authentication)
seen, pending = set(), ["/redfish/v1/"]
def links(value):
    if isinstance(value, dict):
        for name, member in value.items():
            if name in ("@odata.id", "DataSourceUri", "Uri") and isinstance(member, str):
                yield member
            yield from links(member)
    elif isinstance(value, list):
        for member in value:
            yield from links(member)
while pending:
    path = pending.pop()
    if path in seen or not path.startswith("/"):
        continue
    seen.add(path)
    response = client.get(path)
    if response.status != 200:
        sys.exit(f"{path}: {response.status}")
    body = response.dict
    if "@odata.id" in body and body["@odata.id"] != path:
        sys.exit(f"{path} calls itself {body['@odata.id']}")
    count = body.get("Members@odata.count")
    if count is not None and count != len(body["Members"]):
        sys.exit(f"{path} counts {count} and has {len(body['Members'])} members")
    pending += links(body)
client.logout()
print(len(seen))
"""


def python_walk(bench, device):
    """DMTF's Python client reads everything that any link leads to, logged in either way."""
    device.fill()
    counts = set()
    for authentication in ("basic", "session"):
        text = bench.tool(
            "python", "-c", WALK, device.url, device.user, device.password, authentication)
        counts.add(int(text))
    # The session of the second walk is the one resource more.
    if max(counts) - min(counts) > 1 or min(counts) < bench.expected["walk"]["leastResources"]:
        raise Failure(f"{sorted(counts)} resources")
    return f"{max(counts)} resources"


SUSHY = """
import sys
import sushy
url, user, password = sys.argv[1:]
for authentication in (sushy.auth.BasicAuth, sushy.auth.SessionAuth):
    root = sushy.Sushy(url, auth=authentication(user, password))
    manager = root.get_manager_collection().get_members()[0]
    chassis = root.get_chassis_collection().get_members()[0]
    sessions = root.get_session_service()
    print(manager.identity, manager.firmware_version, chassis.identity, sessions.service_enabled)
    for service in (root.get_update_service(), root.get_task_service()):
        print(service.identity)
    print(sorted(root.registries))
"""


def sushy(bench, device):
    """OpenStack's client finds manager, chassis, services and registries, logged in either way."""
    text = bench.tool("python", "-c", SUSHY, device.url, device.user, device.password)
    # It warns of message severities, which the newest registries give under another name.
    lines = [line for line in text.strip().splitlines() if not line.startswith("WARNING")]
    if len(lines) != 8 or "Power" not in text:
        raise Failure("\n".join(lines))
    return lines[0]


FULL = "smartpdu-48"
CHECKS = [
    ("Service Validator", FULL, "http", service_validator),
    ("Service Validator, https", FULL, "https", service_validator),
    ("Service Validator, one phase", "smartpdu-24-single-phase", "http", service_validator),
    ("Service Validator, unmetered", "switched-only-8", "http", service_validator),
    ("Service Validator, direct current", "dc-3", "http", service_validator),
    ("Protocol Validator, http", FULL, "http", protocol_validator),
    ("Protocol Validator, https", FULL, "https", protocol_validator),
    ("Streams, Protocol Validator", FULL, "http", protocol_validator_streams),
    ("Use Case Checkers", FULL, "http", use_case_checkers),
    ("Service Validator, agreement", FULL, "http", agreement),
    ("Interop Validator", FULL, "http", interop_validator),
    ("Interop Validator, one phase", "smartpdu-24-single-phase", "http", interop_validator),
    ("Interop Validator, unmetered", "switched-only-8", "http", interop_validator),
    ("Interop Validator, direct current", "dc-3", "http", interop_validator),
    ("Interop Validator, agreement", FULL, "http", profiles),
    ("Service Validator, exported mockup", FULL, "http", exported_mockup),
    ("mitmproxy", FULL, "http", mitmproxy),
    ("redfishtool", FULL, "http", redfishtool),
    ("Tacklebox", FULL, "http", tacklebox),
    ("Python client", FULL, "http", python_walk),
    ("sushy", FULL, "http", sushy),
]


def main():
    parser = argparse.ArgumentParser()
    for name in ("binary", "tools", "scratch", "reports", "expected", "publication", "profiles"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    options.scratch = Path(options.scratch)
    options.publication = Path(options.publication)
    bench = Bench(options)
    failures = 0
    only = os.environ.get("PEERS_ONLY", "")
    checks = [check for check in CHECKS if check[0].startswith(only)]
    for name, model, scheme, check in checks:
        bench.folder = Path(options.reports) / re.sub(r"\W+", "-", name.lower())
        bench.folder.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        try:
            with Device(options, model, scheme, bench.folder / "device.log") as device:
                outcome = f"ok   {name}: {check(bench, device)}"
        except (Failure, subprocess.TimeoutExpired) as failure:
            failures += 1
            outcome = f"FAIL {name}: {failure}"
        print(f"{outcome} [{time.monotonic() - began:.1f} s]", flush=True)
    print(f"peers: {len(checks) - failures} passed, {failures} failed", flush=True)
    sys.exit(1 if failures else 0)


main()
