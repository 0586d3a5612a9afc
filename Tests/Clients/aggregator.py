#!/usr/bin/env python3
"""A small energy and carbon aggregator for Redfish rack PDUs, as a client's author might write one.

Python's standard library only. It knows nothing of the harness: its clock is the wall's, and the time
of a sample is the Date that the device's answer bears. What cannot be read now is read at the next
poll; what is to outlast a restart is kept under --state.

--mistake plants one of the usual mistakes, for the tests of the rules that name them.
"""

import argparse
import asyncio
import email.utils
import json
import os
import signal
import statistics
import struct
import time
import urllib.parse
import urllib.request
from decimal import Decimal


class Device:
    """One kept-alive connection and one session; requests go one after another."""

    def __init__(self, url, user, password):
        address = urllib.parse.urlsplit(url)
        self.host, self.port = address.hostname, address.port or 80
        self.user, self.password = user, password
        self.token = self.session = self.sessions = None
        self.stream = None
        self.patient_until = 0

    async def exchange(self, method, path, body=None):
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}",
                 "Accept: application/json", "OData-Version: 4.0",
                 "User-Agent: test-aggregator/1.0"]
        if self.token:
            lines.append(f"X-Auth-Token: {self.token}")
        data = json.dumps(body).encode() if body is not None else b""
        if data:
            lines += ["Content-Type: application/json", f"Content-Length: {len(data)}"]
        for attempt in (1, 2):
            if self.stream is None:
                self.stream = await asyncio.open_connection(self.host, self.port)
            reader, writer = self.stream
            try:
                writer.write("\r\n".join(lines + ["", ""]).encode() + data)
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                fields = {}
                for line in head[1:]:
                    name, colon, value = line.partition(":")
                    if colon:
                        fields[name.lower()] = value.strip()
                content = await reader.readexactly(int(fields.get("content-length", 0)))
                return int(head[0].split()[1]), fields, content
            except (ConnectionError, asyncio.IncompleteReadError):
                writer.close()
                self.stream = None
                if attempt == 2 or method != "GET":
                    raise

    async def login(self):
        self.token = None
        status, fields, _ = await self.exchange(
            "POST", self.sessions, {"UserName": self.user, "Password": self.password})
        if status in (401, 403):
            raise SystemExit(f"the device refused the login with {status}")
        if status == 201:
            self.token = fields["x-auth-token"]
            self.session = urllib.parse.urlsplit(fields["location"]).path

    async def get(self, path):
        """The resource and the time of its answer, or nothing twice where there is none; a session
        that ended is replaced once. While the device asks for patience it is not asked for anything."""
        if time.monotonic() < self.patient_until:
            return None, None
        try:
            status, fields, content = await self.exchange("GET", path)
            if status == 401 and self.sessions:
                await self.login()
                status, fields, content = await self.exchange("GET", path)
        except (ConnectionError, asyncio.IncompleteReadError):
            status = None
        if status in (429, 503) and fields.get("retry-after", "").isdigit():
            self.patient_until = time.monotonic() + int(fields["retry-after"])
        if status != 200:
            return None, None
        return json.loads(content, parse_float=Decimal), email.utils.parsedate_to_datetime(
            fields["date"])

    async def logout(self):
        if self.session:
            try:
                await self.exchange("DELETE", self.session)
            except (ConnectionError, asyncio.IncompleteReadError):
                pass


class Meter:
    """One register, and what it counted."""

    def __init__(self, scope, path, mistake=None):
        self.scope, self.path, self.mistake = scope, path, mistake
        self.samples = []  # (time, kWh by the register, W)

    def take(self, resource, time):
        register = resource.get("EnergykWh") or {}
        # One that runs on where the other is reset is worth more.
        energy = register.get("LifetimeReading", register.get("Reading"))
        if energy is None and "EnergykWh" in resource and self.mistake == "null-as-zero":
            energy = 0
        if energy is not None and self.mistake == "float32":
            energy = struct.unpack("f", struct.pack("f", energy))[0]
        power = (resource.get("PowerWatts") or {}).get("Reading")
        if energy is not None and (not self.samples or self.samples[-1][0] < time):
            self.samples.append((time, Decimal(energy), Decimal(power or 0)))

    def credible(self):
        """The samples without those that fell for a moment: soon after, nothing had fallen."""
        last = None
        for index, sample in enumerate(self.samples):
            if self.mistake is None and last is not None and sample[1] < last:
                if any(later[1] >= last for later in self.samples[index + 1:index + 4]):
                    continue
            last = sample[1]
            yield sample

    def steps(self):
        """Start, end and kWh of each stretch between two samples."""
        samples = list(self.credible())
        for (start, before, _), (end, after, _) in zip(samples, samples[1:]):
            # A register that fell was reset, and counted from zero since.
            rise = after - before if after >= before else after
            yield start, end, abs(after - before) if self.mistake == "reset-spike" else rise

    def quality(self):
        """Nobody knows when it was used in a gap, nor what was used before a reset."""
        samples = list(self.credible())
        spans = [(end[0] - start[0]).total_seconds() for start, end in zip(samples, samples[1:])]
        has_gap = max(spans) > 3 * statistics.median(spans)
        has_fall = any(after[1] < before[1] for before, after in zip(samples, samples[1:]))
        return "estimated" if has_gap or has_fall else "measured"

    def energy(self):
        return sum((kwh for _, _, kwh in self.steps()), Decimal(0))

    def trapezoid(self):
        total = Decimal(0)
        for (start, _, before), (end, _, after) in zip(self.samples, self.samples[1:]):
            total += (before + after) / 2 * Decimal((end - start).total_seconds()) / 3_600_000
        return total


class Carbon:
    """Intensity as steps of time, gCO2e/kWh."""

    def __init__(self, url):
        with urllib.request.urlopen(url) as answer:
            series = json.load(answer, parse_float=Decimal)["series"]
        self.steps = [(from_iso(step["at"]), Decimal(step["value"])) for step in series]

    def mean(self, start, end):
        total = Decimal(0)
        for index, (begin, value) in enumerate(self.steps):
            until = self.steps[index + 1][0] if index + 1 < len(self.steps) else end
            span = (min(until, end) - max(begin, start)).total_seconds()
            if span > 0:
                total += Decimal(span) * value
        return total / Decimal((end - start).total_seconds())

    def grams(self, meter):
        return sum((kwh * self.mean(start, end) for start, end, kwh in meter.steps()), Decimal(0))


def from_iso(text):
    from datetime import datetime
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def to_iso(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


class Aggregator:
    def __init__(self, options):
        self.options = options
        self.device = Device(options.url, options.user, options.password)
        self.carbon = Carbon(options.carbon) if options.carbon else None
        if self.carbon and not self.carbon.steps:
            self.carbon = None
        self.totals, self.outlets = [], []
        self.stopping = asyncio.Event()

    def remember(self):
        """Goes on from what was kept before a restart."""
        try:
            with open(os.path.join(self.options.state, "samples.json"), encoding="utf-8") as file:
                kept = json.load(file)
        except FileNotFoundError:
            return
        for meter in self.totals + self.outlets:
            meter.samples = [(from_iso(time), Decimal(energy), Decimal(power))
                             for time, energy, power in kept.get(meter.path, [])]

    def keep(self):
        kept = {meter.path: [(to_iso(time), str(energy), str(power))
                             for time, energy, power in meter.samples]
                for meter in self.totals + self.outlets}
        with open(os.path.join(self.options.state, "samples.json"), "w", encoding="utf-8") as file:
            json.dump(kept, file)

    async def discover(self):
        root, _ = await self.device.get("/redfish/v1/")
        self.device.sessions = root["Links"]["Sessions"]["@odata.id"]
        await self.device.login()
        equipment, _ = await self.device.get(root["PowerEquipment"]["@odata.id"])
        units, _ = await self.device.get(equipment["RackPDUs"]["@odata.id"])
        unit, _ = await self.device.get(units["Members"][0]["@odata.id"])
        if "Metrics" in unit:
            self.totals.append(self.meter(unit["Metrics"]["@odata.id"], "pdu"))
        for name in ("Mains", "Branches"):
            self.totals += [self.meter(path) for path in await self.members(unit, name)]
        self.outlets = [self.meter(path) for path in await self.members(unit, "Outlets")]

    def meter(self, path, scope=None):
        return Meter(scope or path, path, self.options.mistake)

    async def members(self, unit, name):
        if name not in unit:
            return []
        members = []
        path = unit[name]["@odata.id"]
        while path:
            page, _ = await self.device.get(path)
            members += [member["@odata.id"] for member in page["Members"]]
            path = page.get("Members@odata.nextLink")
        return members

    async def read(self, meters):
        for meter in meters:
            resource, time = await self.device.get(meter.path)
            if resource:
                meter.take(resource, time)

    async def run(self):
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stopping.set)
        await self.discover()
        if self.options.state:
            self.remember()
        due_totals = due_outlets = loop.time()
        while not self.stopping.is_set():
            if loop.time() >= due_outlets:
                due_outlets += self.options.poll_outlets
                await self.read(self.outlets)
            if loop.time() >= due_totals:
                due_totals += self.options.poll
                await self.read(self.totals)
            rest = min(due_totals, due_outlets) - loop.time()
            try:
                await asyncio.wait_for(self.stopping.wait(), max(rest, 0.001))
            except asyncio.TimeoutError:
                pass
        await self.read(self.totals + self.outlets)
        self.claim()
        if self.options.state:
            self.keep()
        await self.device.logout()

    def claim(self):
        with open(self.options.claims, "a", encoding="utf-8") as file:
            for meter in self.totals[:1] + self.outlets:
                if len(meter.samples) > 1:
                    for claim in self.claims(meter):
                        file.write(json.dumps(claim, default=float) + "\n")

    def claims(self, meter):
        mistake = self.options.mistake
        start, end = meter.samples[0][0], meter.samples[-1][0]
        about = {"scope": meter.scope, "from": to_iso(start), "to": to_iso(end),
                 "kind": "interval", "samples": [to_iso(start), to_iso(end)]}
        energy = meter.energy()
        if mistake == "trapezoid":
            energy = meter.trapezoid()
        if mistake == "all-levels" and meter is self.totals[0]:
            energy = sum(each.energy() for each in self.totals + self.outlets)
        stated = energy * 1000 if mistake == "watt-hours" else energy
        quality = "estimated" if mistake == "trapezoid" else meter.quality()
        yield {**about, "energy": stated, "unit": "kWh", "quality": quality}
        if self.carbon and mistake is None or mistake == "flat-carbon":
            grams = self.carbon.grams(meter)
            if mistake == "flat-carbon":
                grams = energy * self.carbon.mean(start, end)
            yield {**about, "carbon": round(grams, 3), "unit": "gCO2e", "quality": quality}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--poll", type=float, required=True, help="seconds, for totals")
    parser.add_argument("--poll-outlets", type=float, required=True, help="seconds")
    parser.add_argument("--claims", required=True, help="file that claims are appended to")
    parser.add_argument("--state", help="folder for what outlasts a restart")
    parser.add_argument("--carbon", help="URL of the intensity series")
    parser.add_argument(
        "--mistake",
        choices=["watt-hours", "trapezoid", "all-levels", "flat-carbon", "null-as-zero", "float32",
                 "reset-spike"])
    asyncio.run(Aggregator(parser.parse_args()).run())


if __name__ == "__main__":
    main()
