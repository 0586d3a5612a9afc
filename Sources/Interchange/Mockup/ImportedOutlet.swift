import JSONText

/// An outlet of the unit that is imported.
struct ImportedOutlet {
    let uri: String
    let document: JSONValue
    /// The id where it can stand in a URI as it is, else the outlet's number.
    let name: String
    var branch: Int?

    init(uri: String, document: JSONValue, number: Int) {
        self.uri = uri
        self.document = document
        let id = document["Id"]?.string ?? ""
        name = isIdentifier(id) ? id : String(number)
    }

    var isMetered: Bool { document["PowerWatts"] != nil || document["EnergykWh"] != nil }
    var isSwitchable: Bool { document["Actions"]?["#Outlet.PowerControl"] != nil }
    var isOff: Bool { document["PowerState"]?.string == "Off" }
    var isLocked: Bool { document["PowerControlLocked"]?.bool ?? false }
    var milliwatts: Int64? { document.thousandths("PowerWatts") }

    /// Fed between two lines rather than from a line to neutral.
    var isFedByTwoLines: Bool {
        document["PhaseWiringType"]?.string?.hasPrefix("TwoPhase") ?? false
    }

    /// In thousandths: watts by volt-amperes where both are given and make sense, else as stated.
    var powerFactorThousandths: Int64 {
        let power = document["PowerWatts"]
        if let watts = milliwatts, let apparent = power?.thousandths("ApparentVA"), watts > 0,
            apparent > watts
        {
            return max(1, (watts * 1000 + apparent / 2) / apparent)
        }
        let stated = power?.thousandths("PowerFactor") ?? 1000
        return (1...1000).contains(stated) ? stated : 1000
    }
}

/// Whether a text can stand in a URI as it is.
func isIdentifier(_ text: String) -> Bool {
    !text.isEmpty
        && text.utf8.allSatisfy { byte in
            byte &- 48 < 10 || (byte | 0x20) &- 97 < 26 || [0x2E, 0x5F, 0x2D].contains(byte)
        }
}
