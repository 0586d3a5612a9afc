"""Holds `pdu-harness validate --profile` against DMTF's Redfish Interop Validator.

Both read the same `pdu-harness serve`. The harness's own profile has to pass in both, in as many
places as `profiles-expected.json` says. Then come its cases: profiles with requirements that the
service does not meet, or just meets. Both have to miss the same requirements in the same places;
where they do not, the case names the reason, which cites DSP0272, and says which of the two reports
more. The last line printed is the verdict; the exit status is 0 where all cases come out so.

The validator is asked through its own modules and reads each service once, because its command
reads it anew for every profile and writes Excel reports.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

EXPECTED = Path(__file__).with_name("profiles-expected.json")
ROOT = "/redfish/v1"


# MARK: The validator


def validator_results(url, user, password, files):
    """What the validator says of each profile: counts and failures, or why it ends."""
    from redfish_interop_validator import logger, profile, system_under_test, validate
    import redfish

    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.txt"
        logger.logger = redfish.redfish_logger(log, "%(message)s", 50)
        system = system_under_test.SystemUnderTest(
            url, user, password, None, "Basic", None, None, None, [], False)
        read = system._resources
        said = {}
        for file in files:
            profile._parsed_profiles.clear()
            system._global_value_checks.clear()
            for counts in (system._total_counts, system._service_resource_results):
                counts.update(dict.fromkeys(("PASS", "WARN", "FAIL", "SKIP"), 0))
            system._service_resource_results["Results"] = {}
            for resource in read.values():
                resource.update(Validated=False, Results={})
                resource["Counts"] = dict.fromkeys(resource["Counts"], 0)
            try:
                profile.load_profile(str(Path(file).parent), Path(file).name)
                system.validate(None, ROOT + "/", ROOT + "/")
                system.apply_global_checks()
            except Exception as error:
                said[file] = {"ends": f"{type(error).__name__}: {error}"}
                continue
            failures = [
                place(uri, pointer, result["Message"])
                for uri, resource in read.items()
                for pointer, result in resource["Results"].items()
                if result["Result"] == validate.Result.FAIL
            ]
            failures += [
                [ROOT, ""]
                for result in system._service_resource_results["Results"].values()
                if result["Result"] == validate.Result.FAIL and "not found" in result["Message"]
            ]
            # A resource that must not be there is told of its type; ours of each resource.
            excluded = [
                name for name, result in system._service_resource_results["Results"].items()
                if "not allowed" in result["Message"]
            ]
            failures += [
                [uri, ""] for uri in read for name in excluded
                if system.get_resource_type(uri)[0] == name
            ]
            said[file] = {"passed": system.pass_count, "failures": failures}
        return said


def place(uri, pointer, message):
    """Address and property of a failure; what all instances fail together has no address."""
    pointer = re.sub(r" \((Write|Action Info)\)$", "", pointer)
    if "across all instances" in message or "on any instances" in message:
        return ["*", re.sub(r"/\d+", "", pointer)]
    return [uri.rstrip("/"), pointer]


# MARK: The harness


def harness_results(binary, target, files, login):
    """The same of ours, from one run with all profiles that can be read."""
    profiles = [word for file in files for word in ("--profile", file)]
    done = subprocess.run(
        [binary, "validate", target, *login, *profiles, "--report", "json=/dev/stderr"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=120)
    try:
        report = json.loads(done.stderr)
    except json.JSONDecodeError:
        sys.exit(f"profiles: {done.stderr[:2000]}")
    service = report["targets"][-1]
    findings = [f for payload in service["payloads"] for f in payload["findings"]]
    said = {}
    for file, evaluated in zip(files, service["profiles"]):
        own = [f for f in findings if f.get("profile") == evaluated["profile"]]
        said[file] = {
            "passed": evaluated["met"],
            "failures": [own_place(f) for f in own if f["level"] == "fail"],
        }
    return said


def own_place(finding):
    pointer = finding.get("pointer", "")
    if re.search(r", over [\d,]+ places?\b", finding["message"]):
        return ["*", re.sub(r"/\d+", "", pointer)]
    # The validator names no property for these.
    if finding["rule"] in ("profile/resource-version", "profile/capability"):
        pointer = ""
    return [finding["uri"], pointer]


# MARK: Comparison


def places(said):
    return {tuple(failure) for failure in said["failures"]}


def verdict(case, own, peer, reasons):
    """What is wrong with a case's outcome, or nothing."""
    mine = places(own)
    reason = reasons.get(case.get("reason"))
    if "reason" in case and reason is None:
        return f"there is no reason '{case['reason']}'"
    if "ends" in peer:
        if reason and reason["side"] == "ends":
            return None
        return f"the validator ends with {peer['ends']}"
    theirs = places(peer)
    if len(mine) != case["failures"]:
        return f"{len(mine)} failures of ours, not {case['failures']}: {sorted(mine)[:4]}"
    only_mine, only_theirs = sorted(mine - theirs), sorted(theirs - mine)
    told = f"only ours {only_mine[:4]}, only the validator's {only_theirs[:4]}"
    if reason is None:
        return told if only_mine or only_theirs else None
    expected = {"harness": (True, False), "validator": (False, True), "ends": None}
    holds = (bool(only_mine), bool(only_theirs)) == expected[reason["side"]]
    return None if holds else f"'{case['reason']}' does not explain: {told}"


class Service:
    """`pdu-harness serve`, as a context manager that gives address and login."""

    def __init__(self, binary, arguments):
        self.command = [binary, "serve", *arguments, "--port", "0"]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        url = re.search(r"http://127\.0\.0\.1:\d+", line)
        if not url:
            sys.exit(f"profiles: the service did not start: {line!r}")
        login = re.search(r"\(user (\S+), password (\S+)\)", line)
        return url.group(), login.groups() if login else None

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()


def run(options, service, cases, folder):
    """Both verdicts on every case against one service."""
    files = {}
    for case in cases:
        file = folder / f"{case['name']}.json"
        document = {
            "SchemaDefinition": "RedfishInteroperabilityProfile.v1_10_0",
            "ProfileName": case["name"], "ProfileVersion": "1.0.0", **case["profile"]}
        file.write_text(json.dumps(document), encoding="utf-8")
        files[case["name"]] = str(file)
    if service == "device":
        files["shipped"] = options.profile
    arguments = [] if service == "device" else ["--mockup", options.mockup]
    with Service(options.binary, arguments) as (url, login):
        words = ["--user", login[0], "--password", login[1]] if login else []
        own = harness_results(options.binary, url, list(files.values()), words)
        user, password = login or ("u", "p")
        done = subprocess.run(
            [options.python, __file__, "--ask", url, user, password, *files.values()],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=170)
        if done.returncode:
            sys.exit(f"profiles: the validator cannot be asked: {done.stderr[-2000:]}")
        peer = json.loads(done.stdout.splitlines()[-1])
    return {name: (own[file], peer[file]) for name, file in files.items()}


def main():
    if sys.argv[1:2] == ["--ask"]:
        url, user, password, *files = sys.argv[2:]
        said = validator_results(url, user, password, files)
        print("\n" + json.dumps(said))
        return
    parser = argparse.ArgumentParser()
    for name in ("binary", "python", "mockup", "profile"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))
    reasons = {reason["name"]: reason for reason in expected["reasons"]}
    wrong, differing, agreed = [], 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for service in ("device", "mockup"):
            cases = [case for case in expected["cases"] if case["on"] == service]
            said = run(options, service, cases, Path(folder))
            for case in cases:
                fault = verdict(case, *said[case["name"]], reasons)
                if fault:
                    wrong.append(f"{case['name']}: {fault}")
                elif "reason" in case:
                    differing += 1
                else:
                    agreed += 1
            if service == "device":
                own, peer = said["shipped"]
    for name, result, least in (
        ("the harness", own, expected["shippedLeastMet"]),
        ("the validator", peer, expected["shippedLeastPassed"]),
    ):
        if result.get("failures") or result.get("ends") or result.get("passed", 0) < least:
            wrong.append(f"the shipped profile in {name}: {json.dumps(result)[:400]}")
    used = {case.get("reason") for case in expected["cases"]}
    wrong += [f"this reason explains nothing: {name}" for name in reasons if name not in used]
    for line in wrong:
        print(line)
    print(
        f"{'differ' if wrong else 'agree'}: the shipped profile is met in {own.get('passed')} "
        f"places, passed {peer.get('passed')} times; {agreed} cases agree, {differing} differ "
        f"for {len(reasons)} reasons, {len(wrong)} wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
