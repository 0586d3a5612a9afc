import Findings
import JSONText
import Schema

// What a resource says of its own place and of the places of its parts, and texts whose form or
// meaning depends on a neighbour.

extension PayloadWalk {
    static let sensor = QualifiedName(namespace: "Sensor", name: "Sensor")

    /// An element that can be referred to has its index as `MemberId`, and its address is that of
    /// the resource with a pointer.
    mutating func judgeElement(_ object: JSONObject, at index: Int, _ type: FlattenedType) {
        if type.name.name == "Identifier" { judgeDurableName(object, type) }
        guard let id = object["MemberId"]?.string else { return }
        if id != String(index) {
            report(
                SchemaRules.memberID, "MemberId differs from the place in the array",
                member: "MemberId", expected: String(index), seen: .string(id),
                definition: type.property("MemberId")?.location)
        }
        guard !resourceURI.isEmpty, case .string(let address)? = object["@odata.id"] else { return }
        let expected = "\(resourceURI)#\(fragment)"
        guard address != expected else { return }
        report(
            SchemaRules.embeddedAddress, "the address does not name this place",
            member: "@odata.id", expected: expected, seen: .string(address))
    }

    mutating func judgeTrailingSlash(_ object: JSONObject) {
        guard let address = object["@odata.id"]?.string, address != "/redfish/v1/",
            address.utf8.count > 1, address.utf8.last == UInt8(ascii: "/")
        else { return }
        report(
            SchemaRules.trailingSlash, "the address ends with a slash", member: "@odata.id",
            expected: String(address.dropLast()), seen: .string(address))
    }

    mutating func judgeEmpty(_ property: FlattenedProperty) {
        guard judgesPlaces, property.definition.permissions == .read else { return }
        report(
            SchemaRules.emptyString, "'\(property.name)' can only be read and says nothing",
            expected: "a text, or no such property", seen: .string(""),
            definition: property.location)
    }

    // MARK: Durable names

    mutating func judgeDurableName(_ object: JSONObject, _ type: FlattenedType) {
        guard let name = object["DurableName"]?.string,
            let format = object["DurableNameFormat"]?.string,
            let form = Self.durableNameForms[format],
            PatternTable.shared.matches(name, form) == false
        else { return }
        report(
            SchemaRules.durableName, "the name has not the form of \(format)",
            member: "DurableName", expected: form, seen: .string(name),
            definition: type.property("DurableNameFormat")?.location)
    }

    private static let durableNameForms = [
        "NAA": "^(([0-9A-Fa-f]{2}){8}){1,2}$",
        "FC_WWN": "^([0-9A-Fa-f]{2}[:-]){7}([0-9A-Fa-f]{2})$",
        "UUID":
            "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
        "EUI": "^([0-9A-Fa-f]{2}[:-]){7}([0-9A-Fa-f]{2})$",
        "NGUID": "^([0-9A-Fa-f]{2}){16}$",
        "MACAddress": "^([0-9A-Fa-f]{2}[:-]){5}([0-9A-Fa-f]{2})$",
    ]

    // MARK: Units

    mutating func judgeUnits(_ object: JSONObject, _ type: FlattenedType) {
        guard let reading = object["ReadingType"]?.string,
            case .string(let units)? = object["ReadingUnits"],
            let accepted = Self.unitsByReading[reading], !accepted.contains(units)
        else { return }
        let hint = suggestion(for: units, among: accepted)
        report(
            SchemaRules.readingUnits, "'\(units)' is no unit of \(reading)\(hint)",
            member: "ReadingUnits", expected: accepted.joined(separator: " or "),
            seen: .string(units), definition: type.property("ReadingUnits")?.location)
    }

    /// What sensors of a PDU and its surroundings read. A reading that is not listed may have any
    /// units.
    private static let unitsByReading = [
        "Temperature": ["Cel"], "Humidity": ["%"], "Power": ["W"], "EnergykWh": ["kW.h"],
        "EnergyJoules": ["J"], "EnergyWh": ["W.h"], "ChargeAh": ["A.h"], "Voltage": ["V"],
        "Current": ["A"], "Frequency": ["Hz"], "PressurekPa": ["kPa"], "PressurePa": ["Pa"],
        "AbsoluteHumidity": ["g/m3"], "Rotational": ["{rev}/min", "RPM"], "Percent": ["%"],
    ]
}
