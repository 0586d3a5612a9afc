"""Runs the README's job files for continuous integration as a service would, step by step and to the
letter, in a fresh folder with nothing but the tarball, Python and libxml2: a client that is right, one
that is wrong, and one whose mistake is accepted. `walkthrough.py TARBALL`; exit status 0 where every
job ends as it must and leaves the files that it says it keeps.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def block(language, beginning):
    """A code block of the README."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for found in re.findall(rf"```{language}\n(.*?)```", readme, re.S):
        if found.startswith(beginning):
            return found
    sys.exit(f"the README has no {language} block that begins with {beginning!r}")


def indented(lines, at):
    """The lines after this one that stand further in, as a text without that margin."""
    margin = len(lines[at]) - len(lines[at].lstrip())
    body = []
    for line in lines[at + 1:]:
        if line.strip() and len(line) - len(line.lstrip()) <= margin:
            break
        body.append(line)
    inner = min(len(line) - len(line.lstrip()) for line in body if line.strip())
    return "\n".join(line[inner:] for line in body)


def github(text):
    """Variables, the shell steps as (script, always), and the paths that are kept."""
    lines = text.splitlines()
    variables = dict(re.findall(r"^  ([A-Z_]+): (\S+)$", text, re.M))
    steps, kept, always = [], [], False
    for at, line in enumerate(lines):
        if re.match(r"\s+- ", line):
            always = False
        if "if: always()" in line:
            always = True
        if found := re.match(r"\s+(?:- )?run: (.*)", line):
            script = indented(lines, at) if found[1] == "|" else found[1]
            steps.append((script, always))
        if found := re.match(r"\s+(?:sarif_file|path): (.*)", line):
            kept += indented(lines, at).split() if found[1] == "|" else [found[1]]
    return variables, steps, kept


def gitlab(text):
    """The same of a GitLab job. Its script is one shell; what comes after runs whatever it came to."""
    lines = text.splitlines()
    variables = dict(re.findall(r"^    ([A-Z_]+): (\S+)$", text, re.M))
    parts = {"before_script": [], "script": [], "after_script": []}
    kept = []
    for at, line in enumerate(lines):
        name = line.strip().removesuffix(":")
        if name in parts:
            parts[name] = re.findall(r"^- (.*?)(?=\n- |\Z)", indented(lines, at), re.S | re.M)
        if found := re.match(r"\s+junit: (.*)", line):
            kept.append(found[1])
        if line.strip() == "paths:":
            kept += [item.removeprefix("- ") for item in indented(lines, at).splitlines()]
    # A command over several lines is folded into one.
    script = "\n".join(
        re.sub(r"\s*\n\s*", " ", command.strip())
        for command in parts["before_script"] + parts["script"])
    return variables, [(script, False)], kept


def run(job, tarball, arguments, expected):
    """Runs a job in a fresh folder; gives whether it passed, the folder and what was printed."""
    variables, steps, kept = job
    folder = Path(tempfile.mkdtemp(prefix="walkthrough-"))
    shutil.copy(ROOT / "Tests/Clients/aggregator.py", folder / "aggregator.py")
    command = ["python3", "aggregator.py", "--url", "{url}", "--user", "{user}", "--password",
               "{password}", "--poll", "{pollWallSeconds}", "--poll-outlets",
               "{pollOutletsWallSeconds}", "--claims", "{claims}", "--carbon", "{carbon}"]
    manifest = {"name": "my-aggregator", "command": command + arguments, "does": ["poll"],
                "clock": "paced:240"}
    if expected:
        manifest["expected"] = "expected.json"
        (folder / "expected.json").write_text(json.dumps({"expected": expected}))
    (folder / "pdu-harness.json").write_text(json.dumps(manifest))
    # What the machine's image has already; nothing is fetched here.
    stubs = folder / ".stubs"
    stubs.mkdir()
    for name, body in (("sudo", 'exec "$@"'), ("apt-get", "exit 0")):
        (stubs / name).write_text(f"#!/bin/sh\n{body}\n")
        (stubs / name).chmod(0o755)
    summary = folder / ".summary.md"
    environment = {
        "PATH": f"{stubs}:/usr/bin:/bin", "HOME": str(folder), "CI": "true",
        "GITHUB_STEP_SUMMARY": str(summary), **variables, "PDU_HARNESS_TARBALL": f"file://{tarball}"}
    passed, output = True, ""
    for script, always in steps:
        if not passed and not always:
            continue
        done = subprocess.run(
            ["unshare", *([] if os.geteuid() == 0 else ["--map-root-user"]), "--net", "--", "bash",
             "-c", "ip link set lo up; cd \"$1\"; exec env -i \"${@:3}\" bash -eo pipefail -c \"$2\"",
             "bash", folder, script, *(f"{name}={value}" for name, value in environment.items())],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
        output += done.stdout
        passed = passed and done.returncode == 0
    for path in kept:
        if not list(folder.glob(path.rstrip("/"))):
            sys.exit(f"the job keeps {path}, and there is none")
    for path in folder.glob("reports/*"):
        if path.suffix == ".xml":
            xml.etree.ElementTree.parse(path)
        if path.suffix in (".sarif", ".json"):
            json.loads(path.read_text(encoding="utf-8"))
    return passed, folder, output


def main():
    tarball = Path(sys.argv[1]).resolve()
    accepted = [{"rule": "claims/N02-unit", "at": "*", "reason": "issue 12"},
                {"rule": "claims/", "at": "*", "reason": "issue 12: what follows from it"}]
    cases = [
        ("a client that is right", [], None, True),
        ("one that takes Wh for kWh", ["--mistake", "watt-hours"], None, False),
        ("the same, accepted", ["--mistake", "watt-hours"], accepted, True),
    ]
    jobs = [("GitHub", github(block("yaml", "name: pdu"))),
            ("GitLab", gitlab(block("yaml", "pdu-harness:")))]
    wrong = 0
    for service, job in jobs:
        for name, arguments, expected, shouldPass in cases:
            passed, folder, output = run(job, tarball, arguments, expected)
            if service == "GitHub" and "##" not in (folder / ".summary.md").read_text():
                sys.exit("the summary page is empty")
            shutil.rmtree(folder)
            wrong += passed != shouldPass
            if passed != shouldPass:
                print(output[-5000:])
            print(f"{'ok  ' if passed == shouldPass else 'FAIL'} {service}, {name}: "
                  f"the job {'passes' if passed else 'fails'}", flush=True)
    sys.exit(1 if wrong else 0)


main()
