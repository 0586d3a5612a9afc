"""A unit test of a client on the stepped clock: the test says when time passes.

    pdu-harness run small.json --clock stepped -- python3 test_stepped.py
"""

import os
import unittest

from control import Control, ControlError
from exporter import Device


class SteppedTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.control = Control()
        cls.client = Device(*(os.environ["PDU_HARNESS_" + name]
                              for name in ("URL", "USER", "PASSWORD")))
        cls.client.discover()
        cls.addClassCleanup(cls.client.logout)

    def energy(self):
        """By path, what every register says now."""
        return {path: self.client.get(path)["EnergykWh"]["Reading"]
                for path in self.client.meters}

    def test_registers_follow_the_truth(self):
        first, start = self.energy(), self.control.truth()["pdu"]
        self.assertEqual(self.control.advance(by="PT30S")["offset"], "PT30S")
        self.energy()
        # What the scenario plans for PT5M, now.
        self.assertEqual(self.control.step("switch-outlets"), {"step": "switch-outlets"})
        while not self.control.advance(by="PT30S")["isOver"]:
            last = self.energy()
        truth = self.control.truth()
        self.assertEqual(truth["outlet 2"]["powerWatts"], 0)
        last = self.energy()
        for point in truth.values():
            if "path" in point:
                self.assertEqual(last[point["path"]], point["registerKilowattHours"])
        unit = truth["pdu"]
        counted = unit["energyKilowattHours"] - start["energyKilowattHours"]
        self.assertAlmostEqual(last[unit["path"]] - first[unit["path"]], counted, delta=0.001)

    def test_what_is_wrong_is_said(self):
        with self.assertRaisesRegex(ControlError, "did you mean 'switch-outlets'"):
            self.control.step("switch-outlet")
        with self.assertRaisesRegex(ControlError, "time does not run backwards"):
            self.control.advance(by="PT0S")
            self.control.advance(to="2026-01-15T09:00:00Z")
        with self.assertRaisesRegex(ControlError, "write by, a duration"):
            self.control.ask("POST", "/advance", {})
        with self.assertRaisesRegex(ControlError, "there is no /energy"):
            self.control.ask("GET", "/energy")


if __name__ == "__main__":
    # The last test ends the scenario, so their order matters.
    unittest.main(defaultTest=["SteppedTest.test_what_is_wrong_is_said",
                               "SteppedTest.test_registers_follow_the_truth"])
