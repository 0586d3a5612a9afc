"""The control endpoint of pdu-harness, for unit tests: move the scenario's clock, read the truth.

Python's standard library only; copy it into your tests. Run them under the harness,

    pdu-harness run overload --clock stepped -- python3 -m unittest test_my_client

and Control() finds the endpoint in the environment.
"""

import json
import os
import urllib.error
import urllib.request


class ControlError(Exception):
    """What the endpoint says is wrong."""


class Control:
    def __init__(self, url=None, token=None):
        self.url = url or os.environ["PDU_HARNESS_CONTROL"]
        self.token = token or os.environ["PDU_HARNESS_CONTROL_TOKEN"]

    def ask(self, method, path, body=None):
        request = urllib.request.Request(
            self.url + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise ControlError(json.load(error)["error"]["message"]) from None

    def status(self):
        return self.ask("GET", "/")

    def truth(self):
        """Power, true energy and register of every metering point by its scope, for example
        truth()["outlet 7"]["energyKilowattHours"]; breakers by "breaker A"."""
        answer = self.ask("GET", "/truth")
        points = {meter["scope"]: meter for meter in answer["meters"]}
        for breaker in answer["breakers"]:
            points["breaker " + breaker["circuit"]] = breaker["state"]
        return points

    def advance(self, by=None, to=None, until_delivery=False):
        """Returns when everything that was due has happened and been delivered."""
        body = {"by": by} if to is None else {"to": to}
        if until_delivery:
            body["untilDelivery"] = True
        return self.ask("POST", "/advance", body)

    def step(self, action):
        """Plays the next such step of the scenario's timeline now."""
        return self.ask("POST", "/trigger", {"step": action})

    def fault(self, name):
        """Plays a fault of the scenario on the next request that it matches."""
        return self.ask("POST", "/trigger", {"fault": name})

    def stop(self):
        return self.ask("POST", "/stop")
