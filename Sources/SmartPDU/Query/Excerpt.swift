import JSONText

extension Resource {
    /// What `?excerpt` shows of a resource: of a sensor the properties that its excerpts have too,
    /// of everything else the whole.
    ///
    /// Source: DSP0266 "Redfish Specification" 1.8.1, 7.3 Query parameters; DSP8010 Sensor
    /// v1_12_0, annotation `Redfish.Excerpt`.
    func excerpt(of json: JSONValue) -> JSONValue {
        guard entity == "Sensor", let object = json.object else { return json }
        let names = Self.excerptProperties(readingType: json["ReadingType"]?.string ?? "")
        return .object(
            JSONObject(
                object.members.filter { $0.name.hasPrefix("@odata.") || names.contains($0.name) }))
    }

    private static func excerptProperties(readingType: String) -> [String] {
        switch readingType {
        case "Power": ["Reading", "ApparentVA", "ReactiveVAR", "PowerFactor", "PhaseAngleDegrees"]
        case "EnergykWh":
            ["Reading", "SensorResetTime", "LifetimeReading", "ApparentkVAh", "ReactivekVARh"]
        case "Current", "Voltage": ["Reading", "CrestFactor", "THDPercent"]
        default: ["Reading"]
        }
    }
}
