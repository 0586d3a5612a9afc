import JSONText
import ReferenceClient
import Scenarios
import VirtualTime

/// The carbon intensity of a scenario as a client reads it:
/// `{"unit": "gCO2e/kWh", "series": [{"at": "2026-01-15T10:00:00Z", "value": 100}, …]}`.
///
/// A value holds until the next; the last one to the end.
enum CarbonIntensityFile {
    static func text(of scenario: ClientScenario) -> String {
        let series = scenario.carbon.map { step -> JSONValue in
            [
                "at": .string((scenario.start + step.offset).iso8601),
                "value": .number(
                    JSONNumber(units: step.milligramsPerKilowattHour, decimals: 3)),
            ]
        }
        let document: JSONValue = ["unit": "gCO2e/kWh", "series": .array(series)]
        return document.prettyText
    }

    static func read(_ path: String) throws -> CarbonIntensitySeries {
        let document: JSONValue
        do {
            document = try JSONValue(parsing: try Files.read(path))
        } catch let error as JSONSyntaxError {
            throw CommandFailure.usage("\(path):\(error)")
        }
        let steps = document["series"]?.array?.map { entry -> CarbonIntensitySeries.Step? in
            guard let start = entry["at"]?.string.flatMap({ VirtualInstant(iso8601: $0) }),
                let value = entry["value"]?.number?.units(decimals: 3)
            else { return nil }
            return CarbonIntensitySeries.Step(start: start, milligramsPerKilowattHour: value)
        }
        guard document["unit"]?.string == "gCO2e/kWh", let steps, !steps.contains(nil) else {
            throw CommandFailure.usage(
                "\(path): expected the unit gCO2e/kWh and a series of at and value")
        }
        return CarbonIntensitySeries(steps: steps.compactMap(\.self))
    }
}
