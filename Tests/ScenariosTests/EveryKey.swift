/// Documents that between them use every key there is.
enum EveryKey {
    static let device = """
        {
          "name": "full", "dialect": "redfish", "outletCount": 6,
          "identity": {
            "rackPDU": "7", "manufacturer": "M", "model": "F", "partNumber": "P-1",
            "firmwareVersion": "1.2", "serialNumber": "S-1",
            "uuid": "00000000-0000-4000-8000-000000000000", "outletType": "IEC_60320_C19",
            "nominalVoltage": "AC230V", "mainsNominalVoltage": "AC400V",
            "plugType": "IEC_60309_532P6", "powerCapacityVA": 22000
          },
          "service": {
            "user": "admin", "password": "secret-1", "sessionLimit": 4,
            "pageSize": 7, "requireIfMatch": true,
            "lockout": { "threshold": 5, "duration": "PT5M", "counterResetAfter": "PT1M" },
            "delivery": { "retryAttempts": 3, "retryInterval": "PT30S", "subscriptionLimit": 8,
                "queueLimit": 100 }
          },
          "supply": {
            "wiring": "three-phase-5-wire", "volts": 230, "driftVolts": 1.5,
            "driftInterval": "PT1M", "hertz": 50, "driftHertz": 0.02, "sourceImpedanceOhms": 0.05,
            "selfConsumptionWatts": 12, "selfConsumptionPowerFactor": 0.6, "mains": "AC1",
            "ratedAmps": 32, "cautionWatts": 5000, "criticalWatts": 6000
          },
          "branches": [
            { "name": "A", "line": 1, "outlets": "1-3", "ratedAmps": 16, "breaker": "C",
              "cautionAmps": 12.8, "criticalAmps": 16, "cycleDelay": "PT3S" },
            { "name": "B", "line": 2, "outlets": "4-6", "ratedAmps": 16 }
          ],
          "outlets": {
            "names": [ "1", "2", "3", "4", "5", "6" ],
            "ratedAmps": 10, "onDelay": "PT1S", "onDelayStep": "PT0.5S", "offDelay": "PT0S",
            "cycleDelay": "PT5S", "restoreDelay": "PT2S", "restorePolicy": "LastState",
            "metered": "1-5", "switchable": "all", "locked": "6", "off": "5"
          },
          "meter": {
            "quantumKilowattHours": 0.001, "modulusKilowattHours": 1000,
            "outletModulusKilowattHours": 100, "lifetime": false,
            "registers": [ { "of": "all", "kilowattHours": 1.5 } ], "latch": "PT1S",
            "sensors": [ { "outlets": "3", "basis": "Headroom", "budgetKilowattHours": 100 },
              { "outlets": "4", "enabled": false }, { "outlets": "5", "basis": "Delta" } ],
            "gainPartsPerMillion": 500
          },
          "resolution": {
            "watts": 0.1, "volts": 0.1, "amps": 0.01, "voltamperes": 0.1, "vars": 0.1,
            "powerFactor": 0.01, "hertz": 0.01, "floorAmps": 0.01, "floorWatts": 0.5
          },
          "sensing": { "interval": "PT1S", "dwell": "PT3S" },
          "outletGroups": [ { "name": "Servers", "outlets": "1-2" } ],
          "loads": [ { "outlets": "1", "powerFactor": 0.98, "watts": 100 } ]
        }
        """

    static let scenario = """
        {
          "$schema": "scenario.schema.json", "description": "All of it.",
          "name": "every-key", "title": "Every key", "seed": 7,
          "start": "2026-01-15T10:00:00Z", "duration": "PT40M",
          "device": \(device),
          "adjust": { "service": { "sessionTimeout": "PT10M" } },
          "loads": [
            { "outlets": "1", "powerFactor": 0.98, "watts": 120.5 },
            { "outlets": "2", "profile": [
              { "at": "PT0S", "watts": 120 }, { "at": "PT5M", "toWatts": 385, "over": "PT10M" } ] },
            { "outlets": "3",
              "sine": { "meanWatts": 60, "amplitudeWatts": 15, "period": "PT20M" } },
            { "outlets": "4", "day": [ 100, 200 ] },
            { "outlets": "5",
              "walk": { "meanWatts": 140, "amplitudeWatts": 4.2, "step": "PT10S" } },
            { "outlets": "6",
              "trace": { "points": [ [0, 120], [60, 130.5] ], "between": "steps" } }
          ],
          "carbon": { "unit": "gCO2e/kWh",
            "series": [ { "at": "PT0S", "value": 250.5 }, { "at": "PT5M", "value": 100 } ] },
          "client": { "poll": "PT10S", "pollOutlets": "PT1M", "subscribe": true,
            "readSensors": true },
          "timeline": [
            { "at": "PT1M", "do": "expire-sessions" },
            { "at": "PT2M", "do": "set-password", "user": "admin", "password": "secret-2" },
            { "at": "PT3M", "do": "reset-breaker", "circuit": "A" },
            { "at": "PT4M", "do": "open-breaker", "circuit": "A" },
            { "at": "PT5M", "do": "trip-breaker", "circuit": "B" },
            { "at": "PT6M", "do": "switch-outlets", "outlets": "1-2", "to": "cycle" },
            { "at": "PT7M", "do": "reset-metrics", "of": "outlet 1" },
            { "at": "PT7M", "do": "lose-registers", "of": "all" },
            { "at": "PT7M30S", "do": "restart-client", "down": "PT1M" },
            { "at": "PT7M31S", "do": "hide-reading-times" },
            { "at": "PT7M32S", "do": "pull-outlets", "outlets": "2" },
            { "at": "PT7M35S", "do": "return-outlets", "outlets": "2",
              "registers": [ { "of": "outlet 2", "kilowattHours": 3 } ] },
            { "at": "PT7M40S", "do": "swap-pdu", "serialNumber": "S-2",
              "uuid": "00000000-0000-4000-8000-000000000001", "rackPDU": "8",
              "registers": [ { "of": "pdu", "kilowattHours": 3 } ] },
            { "at": "PT8M", "do": "lose-mains" },
            { "at": "PT9M", "do": "restore-mains" },
            { "at": "PT10M", "do": "emit-events", "count": 10, "over": "PT10S", "perPayload": 2 }
          ],
          "faults": [
            { "name": "busy",
              "on": { "method": "GET", "path": "…/Outlets/*", "nth": 3, "from": "PT1M",
                "until": "PT20M" },
              "times": 2, "respond": { "status": 503, "retryAfter": 30 } },
            { "on": { "path": "/redfish/v1" }, "edit": [
              { "at": "/Name", "value": null }, { "at": "/Id", "remove": true },
              { "at": "/Count", "add": -0.5 } ] },
            { "on": { "path": "…/Mains/*" }, "fail": "reset-before-head" }
          ],
          "expect": {
            "events": [ { "message": "Power.BreakerTripped", "origin": "Branches/A", "count": 1,
              "from": "PT1M", "until": "PT20M" } ],
            "requests": [ { "method": "POST", "path": "…/Sessions", "atLeast": 1, "atMost": 3 } ],
            "outcome": "done", "claims": { "scope": "pdu" }
          }
        }
        """

    /// A trace that names its file has another key than one that holds its points.
    static let trace = """
        {
          "name": "a-file", "start": "2026-01-15T10:00:00Z", "duration": "PT40M",
          "device": "smartpdu-48",
          "loads": [ { "outlets": "1", "trace": { "file": "x.csv", "between": "linear" } } ]
        }
        """
}
