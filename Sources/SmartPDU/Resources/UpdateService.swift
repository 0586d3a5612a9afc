import HTTPTypes
import JSONText
import VirtualTime

extension Resource {
    /// Source: DSP8010 UpdateService v1_17_0.
    static let updateService: Resource = Resource(
        type: "UpdateService.v1_17_0.UpdateService", hasEntityTag: true,
        render: { _, _, _, json in
            json.head(
                Addresses.updateService, .updateService, id: "UpdateService",
                name: "Update service")
            json.status()
            json.member("ServiceEnabled", true)
            json.link("FirmwareInventory", Addresses.firmwareInventory)
        },
        actions: [.simpleUpdate])

    static let firmwareInventoryCollection = Resource.collection(
        "SoftwareInventoryCollection", at: Addresses.firmwareInventory, name: "Firmware",
        members: { _ in [Addresses.controllerFirmware] })

    /// Source: DSP8010 SoftwareInventory v1_13_0.
    static let controllerFirmware: Resource = Resource(
        type: "SoftwareInventory.v1_13_0.SoftwareInventory", hasEntityTag: true,
        render: { pdu, _, _, json in
            let identity = pdu.configuration.identity
            json.head(
                Addresses.controllerFirmware, .controllerFirmware, id: "Controller",
                name: "Controller firmware")
            json.status()
            json.member("Manufacturer", identity.manufacturer)
            json.member(
                "SoftwareId", ifPresent: identity.partNumber.isEmpty ? nil : identity.partNumber)
            json.member("Version", pdu.firmwareVersion)
            json.member("Updateable", true)
            json.links("RelatedItem", [Addresses.manager, pdu.addresses.rackPDU])
        })
}

extension Action {
    private static let simpleUpdateName = "UpdateService.SimpleUpdate"
    private static let protocols = ["HTTP", "HTTPS"]
    private static let imageURILimitBytes = 2048

    /// How long an image takes to be fetched and installed.
    static let updateDuration = VirtualDuration.seconds(20)

    static let simpleUpdate = Action.asynchronous(
        simpleUpdateName,
        parameters: [
            Parameter(name: "ImageURI"),
            Parameter(name: "TransferProtocol", allowableValues: protocols, isRequired: false),
            Parameter(name: "Targets", isRequired: false),
            Parameter(name: "Username", isRequired: false),
            Parameter(name: "Password", isRequired: false),
            Parameter(name: "ForceUpdate", isRequired: false),
        ]
    ) { pdu, context, arguments throws(RedfishError) in
        let uri = try imageURI(arguments)
        for name in ["Username", "Password"] {
            // The value may be a credential and is never echoed.
            guard arguments[name]?.string != nil || arguments[name] == nil else {
                throw .actionParameterType(simpleUpdateName, name, "")
            }
        }
        if let force = arguments["ForceUpdate"], force.bool == nil {
            throw .actionParameterType(simpleUpdateName, "ForceUpdate", force.compactText)
        }
        try pdu.checkUpdateTargets(arguments["Targets"], simpleUpdateName)
        return try pdu.tasks.add(
            "Firmware update", .installFirmware(imageURI: uri), lasting: updateDuration,
            at: context.instant)
    }

    /// The image's URI, whose scheme the service can fetch by; without a scheme it is HTTP.
    private static func imageURI(_ arguments: JSONObject) throws(RedfishError) -> String {
        let value = arguments["ImageURI"] ?? .null
        guard let uri = value.string else {
            throw .actionParameterType(simpleUpdateName, "ImageURI", value.compactText)
        }
        guard (1...imageURILimitBytes).contains(uri.utf8.count),
            uri.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw .actionParameterFormat(simpleUpdateName, "ImageURI", String(uri.prefix(80))) }
        if let colon = uri.firstRange(of: "://") {
            let scheme = uri[..<colon.lowerBound].uppercased()
            guard protocols.contains(scheme) else {
                throw .actionParameterFormat(simpleUpdateName, "ImageURI", uri)
            }
        }
        return uri
    }
}

extension SmartPDU {
    fileprivate func checkUpdateTargets(
        _ value: JSONValue?, _ action: String
    ) throws(RedfishError) {
        guard let value else { return }
        guard let targets = value.array else {
            throw .actionParameterType(action, "Targets", value.compactText)
        }
        let known = [
            Addresses.firmwareInventory, Addresses.controllerFirmware, Addresses.manager,
            addresses.rackPDU,
        ]
        for target in targets {
            guard let path = target.string else {
                throw .actionParameterType(action, "Targets", target.compactText)
            }
            guard known.contains(path) else {
                throw .actionParameterNotInList(action, "Targets", path)
            }
        }
    }

    /// Puts the version of an image into service. The image is not fetched, for the device does no
    /// I/O: its version is what its name says, and a name without one is no image of this device.
    mutating func installFirmware(from imageURI: String) -> DeviceTask.Outcome {
        let name = imageURI.split(separator: "/").last ?? ""
        guard let version = versionNumber(in: name.prefix { $0 != "?" && $0 != "#" }) else {
            return .failed(
                RedfishError(.badRequest, "Base.ResourceAtUriInUnknownFormat", imageURI))
        }
        firmwareVersion = version
        return .succeeded(location: Addresses.controllerFirmware)
    }
}

/// The last `2.1` or `2.1.0` in a text, or nil.
func versionNumber(in text: some StringProtocol) -> String? {
    let runs = text.split { !($0.isASCII && $0.isNumber) && $0 != "." }
    for run in runs.reversed() {
        let parts = run.split(separator: ".")
        if parts.count > 1 { return parts.joined(separator: ".") }
    }
    return nil
}
