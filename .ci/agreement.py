"""Holds `pdu-harness validate` against DMTF's Redfish Service Validator on one mockup.

Both read the same `pdu-harness serve --mockup`. Every FAIL of the validator must have a failure of
ours at the same address and property, under a rule that names the validator's class. Every other
difference must fall under one of the reasons in `agreement-expected.json`, each of which must
occur. The last line printed is the verdict; the exit status is 0 where both agree.

The validator is asked through its own modules, because its command writes an Excel report for half
a minute and prints no table.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

REASONS = Path(__file__).with_name("agreement-expected.json")


def table(url, csdl, folder):
    """What the validator says about a service: address, property, result, class."""
    from redfish_service_validator import console_scripts, report

    rows = []

    def take(system, *_):
        for uri, resource in system._resources.items():
            for pointer, result in resource["Results"].items():
                if result["Result"] in ("FAIL", "WARN"):
                    kind = result["Message"].split(":")[0]
                    rows.append([uri.rstrip("/"), pointer, result["Result"], kind])
        return "none"

    report.html_report = take
    report.xlsx_report = lambda *_: "none"
    arguments = dict.fromkeys(
        ["ext_http_proxy", "ext_https_proxy", "serv_http_proxy", "serv_https_proxy", "payload",
         "mockup", "timeout"])
    arguments |= {
        "rhost": url, "user": "u", "password": "p", "authtype": "Basic", "logdir": folder,
        "schema_directory": csdl, "collectionlimit": ["LogEntry", "20"], "nooemcheck": False,
        "skipschema": True, "debugging": False}
    console_scripts.run_validator(arguments)
    return rows


def ours(report):
    """Our findings in the same form, and the rules with the classes they name."""
    rows = []
    for target in report["targets"]:
        for payload in target["payloads"]:
            for finding in payload["findings"]:
                result = {"fail": "FAIL", "warn": "WARN"}.get(finding["level"])
                if result:
                    rows.append(
                        [finding["uri"], finding.get("pointer", ""), result, finding["rule"]])
    return rows, {rule["rule"]: rule["serviceValidator"] for rule in report["rules"]}


def reason_for(row, side, reasons, others):
    """The name of the first reason that a difference falls under."""
    uri, pointer, result, kind = row
    for reason in reasons:
        if reason["side"] != side or reason["class"] != kind:
            continue
        if not re.search(reason.get("pointer", ""), pointer):
            continue
        parent = pointer.rsplit("/", 1)[0]
        if reason.get("parentToo") and (uri, parent) not in others:
            continue
        return reason["name"]
    return None


def compare(peer, own, classes, reasons):
    """Missed failures, unexplained differences, and how often each reason explained one."""
    own_places = {}
    for uri, pointer, result, rule in own:
        own_places.setdefault((uri, pointer), []).append((result, rule))
    peer_places = {}
    for uri, pointer, result, kind in peer:
        peer_places.setdefault((uri, pointer), []).append((result, kind))

    def is_ours(row):
        return any(
            result == row[2] and row[3] in classes[rule]
            for result, rule in own_places.get((row[0], row[1]), []))

    def is_peers(row):
        return any(
            result == row[2] and kind in classes[row[3]]
            for result, kind in peer_places.get((row[0], row[1]), []))

    used = {}
    missed, unexplained = [], []
    for row in peer:
        if is_ours(row):
            continue
        name = None if row[2] == "FAIL" else reason_for(row, "validator", reasons, own_places)
        if name:
            used[name] = used.get(name, 0) + 1
        else:
            (missed if row[2] == "FAIL" else unexplained).append(row)
    for row in own:
        if is_peers(row):
            continue
        name = reason_for(row, "harness", reasons, peer_places)
        if name:
            used[name] = used.get(name, 0) + 1
        else:
            unexplained.append(row)
    return missed, unexplained, used


def main():
    parser = argparse.ArgumentParser()
    for name in ("binary", "validator", "mockup", "csdl"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--table", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.table:
        with tempfile.TemporaryDirectory() as folder:
            rows = table(options.table, options.csdl, folder)
        print("\n" + json.dumps(rows))
        return
    reasons = json.loads(REASONS.read_text(encoding="utf-8"))["reasons"]
    if len(reasons) > 20:
        sys.exit("agreement: more than 20 reasons")
    serve = subprocess.Popen(
        [options.binary, "serve", "--mockup", options.mockup, "--port", "0"],
        stdout=subprocess.PIPE, text=True)
    try:
        url = re.search(r"http://127\.0\.0\.1:\d+", serve.stdout.readline()).group()
        python = Path(options.validator).with_name("python")
        said = subprocess.run(
            [python, __file__, "--table", url, "--binary", "-", "--validator", "-", "--mockup", "-",
             "--csdl", options.csdl], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            timeout=170, check=True).stdout
        peer = json.loads(said.splitlines()[-1])
        report = subprocess.run(
            [options.binary, "validate", url, "--report", "json=/dev/stderr"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=60).stderr
        own, classes = ours(json.loads(report))
    finally:
        serve.terminate()
        serve.wait(10)
    missed, unexplained, used = compare(peer, own, classes, reasons)
    unused = [reason["name"] for reason in reasons if reason["name"] not in used]
    for name, rows in (("missed", missed), ("unexplained", unexplained)):
        for row in rows[:40]:
            print(f"{name}: {' '.join(row)}")
    for name, count in used.items():
        print(f"{count:5} {name}")
    for name in unused:
        print(f"this reason explains nothing any more: {name}")
    counts = {result: sum(row[2] == result for row in peer) for result in ("FAIL", "WARN")}
    own_counts = {result: sum(row[2] == result for row in own) for result in ("FAIL", "WARN")}
    verdict = "differ" if missed or unexplained or unused or not peer else "agree"
    print(
        f"{verdict}: the validator says {counts}, the harness {own_counts}; {len(missed)} missed, "
        f"{len(unexplained)} unexplained, {len(used)} reasons")
    sys.exit(0 if verdict == "agree" else 1)


if __name__ == "__main__":
    main()
