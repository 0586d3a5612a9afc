"""Runs other people's clients under `pdu-harness run … -- CLIENT` and holds what is found against
`clients-expected.json`: for every client and rule the verdict, and for every breach the first
exchange that shows it.

Started by `.ci/peers`. `--write` writes that file anew; read every breach in it before it is kept:
one that is wrong is a mistake of the harness. The last line printed is `clients: N as expected, N
not`; the exit status is 0 where all are.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent / "clients"
# Whether a rule was put to the test may hang on how fast the machine is; a breach must not.
QUIET = ("pass", "not exercised")


def command(client):
    """What stands after --, with the folder of the clients in place."""
    return [word.replace("CLIENTS", str(HERE)) for word in client["command"]]


def play(options, client, folder):
    """The run's exit status and the report's one scenario."""
    report = folder / "report.json"
    done = subprocess.run(
        [options.binary, "run", str(HERE / "peer-clients.json"), "--clock", "paced:20",
         "--does", ",".join(client["does"]) or "none", "--out", str(folder / "out"),
         "--report", f"json={report}", "--", *command(client)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=180, cwd=folder,
        env={**os.environ, "PATH": f"{options.tools}:{os.environ['PATH']}"})
    (folder / "report.txt").write_text(done.stdout, encoding="utf-8")
    if not report.exists():
        sys.exit(f"{client['client']} was not run:\n{done.stdout}")
    return done.returncode, json.loads(report.read_text(encoding="utf-8"))["scenarios"][0]


def table(scenario):
    """The rules that were judged, in the order of the report."""
    rows = []
    for result in (result for group in scenario["groups"] for result in group["results"]):
        if result["verdict"] in ("not exercised", "not applicable"):
            continue
        row = {"rule": result["rule"], "verdict": result["verdict"]}
        if result["verdict"] != "pass":
            grave = [f for f in result["findings"] if f["level"] == result["verdict"]]
            finding = (grave or result["findings"])[0]
            if "exchange" in finding:
                exchange = finding["exchange"]
                # Sessions are numbered by a seed, and by how many there were.
                target = re.sub(r"(Sessions/)\S+", r"\1*", exchange["target"])
                row["exchange"] = f"{exchange['method']} {target}"
        rows.append(row)
    return rows


def differences(expected, seen):
    """What differs, rule by rule."""
    then = {row["rule"]: row for row in expected}
    now = {row["rule"]: row for row in seen}
    silent = {"verdict": "not exercised"}
    for rule in sorted({*then, *now}):
        old, new = then.get(rule, silent), now.get(rule, silent)
        if old["verdict"] in QUIET and new["verdict"] in QUIET:
            continue
        pair = [(row["verdict"], row.get("exchange")) for row in (old, new)]
        if pair[0] != pair[1]:
            yield f"{rule}: expected {pair[0]}, seen {pair[1]}"


def odds(options, client):
    """The folder, exit status and rows of a run, and what of them is not as expected."""
    folder = Path(tempfile.mkdtemp(dir=options.reports))
    status, scenario = play(options, client, folder)
    rows = table(scenario)
    odd = [] if options.write else list(differences(client["rules"], rows))
    if not options.write and status != client["exit"]:
        odd.append(f"exit status {status}, not {client['exit']}")
    return folder, status, rows, odd


def laid_out(clients):
    """JSON with a line for every object or array that holds no other."""
    text = json.dumps(clients, indent=1, ensure_ascii=False)
    for opening, closing in ("{}", "[]"):
        text = re.sub(
            rf"\{opening}\s+(\"[^{{}}\[\]]*?)\s+\{closing}",
            lambda found: f"{opening} " + re.sub(r"\s*\n\s*", " ", found[1]) + f" {closing}", text)
    return text + "\n"


def main():
    parser = argparse.ArgumentParser()
    for name in ("binary", "tools", "expected", "reports"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    options.binary = os.path.abspath(options.binary)
    clients = json.loads(Path(options.expected).read_text(encoding="utf-8"))
    wrong = 0
    only = os.environ.get("CLIENTS_ONLY", "")
    for client in clients:
        if not client["client"].startswith(only):
            continue
        folder, status, rows, odd = odds(options, client)
        if odd and not options.write:
            # Where a client is when its time is over hangs on the machine: once more.
            print(f"again {client['client']}: {'; '.join(odd)}")
            folder, status, rows, odd = odds(options, client)
        notes = {row["rule"]: row["because"] for row in client["rules"] if "because" in row}
        if options.write:
            client["exit"] = status
            client["rules"] = [
                {**row, "because": notes.get(row["rule"], "")} if row["verdict"] != "pass" else row
                for row in rows
            ]
        wrong += bool(odd)
        breaches = ", ".join(row["rule"] for row in rows if row["verdict"] != "pass")
        print(f"{'FAIL' if odd else 'ok  '} {client['client']}: {breaches or 'no breach'}")
        for line in odd:
            print(f"     {line}")
        if odd:
            print((folder / "report.txt").read_text(encoding="utf-8"))
    if options.write:
        Path(options.expected).write_text(laid_out(clients), encoding="utf-8")
    print(f"clients: {len(clients) - wrong} as expected, {wrong} not")
    sys.exit(1 if wrong else 0)


main()
