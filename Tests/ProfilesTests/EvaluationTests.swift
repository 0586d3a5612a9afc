import Findings
import JSONText
import Profiles
import Testing
import Validation

/// A requirement that the small service does not meet: what is found, and that no other is.
struct Miss: Sendable, CustomTestStringConvertible {
    var resources: String
    /// `level rule uri#pointer`, the profile's family and the PDU's address left out.
    var found: [String]
    /// The line of the profile that demands it, from its first resource on.
    var others = ""

    var testDescription: String { "\(resources) \(others)" }
}

private let misses: [Miss] = [
    // Resources.
    Miss(resources: #""Battery": {}"#, found: ["fail resource /redfish/v1"]),
    Miss(
        resources: #""Battery": {"ReadRequirement": "Recommended"}"#,
        found: ["info recommended /redfish/v1"]),
    Miss(resources: #""Battery": {"ReadRequirement": "IfImplemented"}"#, found: []),
    Miss(
        resources: #""Outlet": {"URIs": ["/redfish/v1/Outlets/{OutletId}"]}"#,
        found: ["fail resource /redfish/v1"]),
    Miss(resources: #""Outlet": {"URIs": ["^/redfish/v1/.+/Outlets/[0-9]$"]}"#, found: []),
    Miss(
        resources: #""Chassis": {"ReadRequirement": "Excluded"}"#,
        found: ["fail excluded-resource /redfish/v1/Chassis/1"]),
    Miss(
        resources: #""PowerDistribution": {"MinVersion": "1.3.1"}"#,
        found: ["fail resource-version #/@odata.type"]),
    Miss(resources: #""PowerDistribution": {"MinVersion": "1.2"}"#, found: []),
    Miss(
        resources: #""OutletCollection": {"CreateResource": true, "UpdateResource": true}"#,
        found: ["fail capability /Outlets"]),
    Miss(
        resources: #""OutletCollection": {"DeleteResource": true}"#,
        found: ["fail capability /Outlets"]),
    // Presence of properties.
    Miss(resources: property("SerialNumber", "{}"), found: ["fail property #/SerialNumber"]),
    Miss(resources: property("Model", "{}"), found: []),
    Miss(resources: property("AssetTag", "{}"), found: []),
    Miss(
        resources: property("SerialNumber", #"{"ReadRequirement": "Recommended"}"#),
        found: ["info recommended #/SerialNumber"]),
    Miss(resources: property("SerialNumber", #"{"ReadRequirement": "None"}"#), found: []),
    Miss(
        resources: property("Model", #"{"ReadRequirement": "Excluded"}"#),
        found: ["fail excluded-property #/Model"]),
    Miss(
        resources: property("SerialNumber", #"{"ReadRequirement": "IfPopulated"}"#),
        found: ["fail property #/SerialNumber"]),
    Miss(
        resources: outlet("OutletType", #"{"ReadRequirement": "IfPopulated"}"#),
        found: ["fail property /Outlets/1#/OutletType"]),
    Miss(resources: outlet("PowerRestorePolicy", #"{"ReadRequirement": "Supported"}"#), found: []),
    Miss(
        resources: outlet("OutletType", #"{"ReadRequirement": "Supported"}"#),
        found: ["fail supported /Outlets/1#/OutletType"]),
    Miss(resources: property("SerialNumber", #"{"ReplacedByProperty": "Model"}"#), found: []),
    Miss(
        resources: property("SerialNumber", #"{"ReplacesProperty": "/Status/State"}"#),
        found: ["warn replaced-property #/SerialNumber"]),
    // Writing.
    Miss(
        resources: property("Model", #"{"WriteRequirement": "Mandatory"}"#),
        found: ["fail writable #/Model"]),
    Miss(resources: property("UserLabel", #"{"WriteRequirement": "Mandatory"}"#), found: []),
    Miss(
        resources: outlet("RatedCurrentAmps", #"{"WriteRequirement": "Mandatory"}"#),
        found: [
            "fail writable /Outlets/1#/RatedCurrentAmps",
            "fail writable /Outlets/2#/RatedCurrentAmps",
        ]),
    Miss(
        resources: outlet("RatedCurrentAmps", #"{"WriteRequirement": "Supported"}"#),
        found: ["fail supported /Outlets/1#/RatedCurrentAmps"]),
    Miss(
        resources: metrics("EnergykWh", #"{"WriteRequirement": "Recommended"}"#),
        found: ["info recommended /Metrics#/EnergykWh"]),
    // Arrays.
    Miss(
        resources: links("Chassis", #"{"MinCount": 2}"#),
        found: ["fail min-count #/Links/Chassis"]),
    Miss(resources: links("ManagedBy", "{}"), found: ["warn min-count #/Links/ManagedBy"]),
    Miss(resources: links("ManagedBy", #"{"MinCount": 0}"#), found: []),
    Miss(resources: property("Model", #"{"MinCount": 1}"#), found: ["warn min-count #/Model"]),
    Miss(
        resources: outlet(
            "PowerRestorePolicy",
            #"{"ReadRequirement": "IfImplemented", "MinSupportValues": ["LastState", "AlwaysOff"]}"#
        ),
        found: [
            "fail supported-values "
                + "/Outlets/2#/PowerRestorePolicy@Redfish.AllowableValues"
        ]),
    // Comparisons.
    Miss(
        resources: property("EquipmentType", #"{"Comparison": "Equal", "Values": ["FloorPDU"]}"#),
        found: ["fail comparison #/EquipmentType"]),
    Miss(
        resources: property("EquipmentType", #"{"Comparison": "Pattern", "Values": ["Rack"]}"#),
        found: []),
    Miss(
        resources: property("EquipmentType", #"{"Comparison": "Pattern", "Values": ["PDU"]}"#),
        found: ["fail comparison #/EquipmentType"]),
    Miss(
        resources: outlet("RatedCurrentAmps", #"{"Comparison": "GreaterThan", "Values": [10]}"#),
        found: ["fail comparison /Outlets/1#/RatedCurrentAmps"]),
    Miss(
        resources: outlet("RatedCurrentAmps", #"{"Comparison": "LessThan", "Values": [16.0]}"#),
        found: ["fail comparison /Outlets/2#/RatedCurrentAmps"]),
    Miss(
        resources: outlet("RatedCurrentAmps", #"{"Comparison": "Range", "Values": [10, 12, 11]}"#),
        found: ["fail comparison /Outlets/2#/RatedCurrentAmps"]),
    Miss(
        resources: outlet("RatedCurrentAmps", #"{"Comparison": "NotEqual", "Values": [1.6e1]}"#),
        found: ["fail comparison /Outlets/2#/RatedCurrentAmps"]),
    Miss(
        resources: outlet("PowerState", #"{"Comparison": "GreaterThan", "Values": [1]}"#),
        found: [
            "fail comparison /Outlets/1#/PowerState",
            "fail comparison /Outlets/2#/PowerState",
        ]),
    Miss(resources: outlet("PowerState", #"{"Values": ["On"]}"#), found: []),
    Miss(
        resources: outlet("PowerState", #"{"Comparison": "AllOf", "Values": ["On", "Paused"]}"#),
        found: ["fail comparison /Outlets/1#/PowerState"]),
    Miss(
        resources: property("Model", #"{"Comparison": "Absent"}"#),
        found: ["fail comparison #/Model"]),
    Miss(resources: property("SerialNumber", #"{"Comparison": "Absent"}"#), found: []),
    Miss(
        resources: property(
            "Metrics",
            #"{"Comparison": "LinkToResource", "Values": ["Chassis"]}"#),
        found: ["fail comparison #/Metrics"]),
    Miss(
        resources: links("Chassis", #"{"Comparison": "LinkToResource", "Values": ["Chassis"]}"#),
        found: []),
    // Objects.
    Miss(
        resources: property("Model", #"{"PropertyRequirements": {"X": {}}}"#),
        found: ["warn object #/Model"]),
    Miss(
        resources: metrics(
            "EnergykWh",
            #"{"PropertyRequirements": {"LifetimeReading": {}, "Reading": {}}}"#),
        found: ["fail property /Metrics#/EnergykWh/LifetimeReading"]),
    Miss(
        resources: metrics(
            "PowerWatts",
            #"""
            {"PropertyRequirements": {"Reading": {"Comparison": "GreaterThan", "Values": [0]}}}
            """#), found: []),
    // Conditions.
    Miss(
        resources: conditional(#""CompareProperty": "EnergykWh", "CompareType": "Present""#),
        found: ["fail property /Outlets/1#/PowerRestorePolicy"]),
    Miss(
        resources: conditional(
            #""CompareProperty": "PowerState", "CompareType": "Equal", "CompareValues": ["Off"]"#),
        found: []),
    Miss(
        resources: conditional(#""URIs": ["\#(SmallService.pdu)/Outlets/1"]"#),
        found: ["fail property /Outlets/1#/PowerRestorePolicy"]),
    Miss(
        resources: conditional(
            #""SubordinateToResource": ["PowerDistribution", "OutletCollection"]"#),
        found: ["fail property /Outlets/1#/PowerRestorePolicy"]),
    Miss(
        resources: conditional(#""SubordinateToResource": ["Chassis", "OutletCollection"]"#),
        found: []),
    Miss(
        resources: outlet(
            "PowerState",
            #"""
            {"ConditionalRequirements": [{"CompareProperty": "RatedCurrentAmps",
              "CompareType": "GreaterThan", "CompareValues": [10], "ReadRequirement": "None",
              "Comparison": "Equal", "Values": ["On"]}]}
            """#), found: ["fail comparison /Outlets/2#/PowerState"]),
    Miss(
        resources: #"""
            "Sensor": {"ReadRequirement": "None", "ConditionalRequirements": [
              {"SubordinateToResource": ["Chassis"], "ReadRequirement": "Mandatory"}]}
            """#, found: ["fail resource /redfish/v1/Chassis/1"]),
    // Use cases.
    Miss(
        resources: #"""
            "Circuit": {"UseCases": [{"UseCaseTitle": "Bus", "UseCaseKeyProperty": "CircuitType",
              "UseCaseComparison": "Equal", "UseCaseKeyValues": ["Bus"]},
             {"UseCaseKeyProperty": "CircuitType", "UseCaseKeyValues": ["Mains"],
              "PropertyRequirements": {"CurrentAmps": {}}}]}
            """#, found: ["fail resource /redfish/v1", "fail property /Mains/AC1#/CurrentAmps"]),
    Miss(
        resources: #"""
            "Outlet": {"UseCases": [{"UseCaseType": "AbsentResource",
              "PropertyRequirements": {"EnergykWh": {"ReadRequirement": "Mandatory"}}}]}
            """#, found: ["fail property /Outlets/2#/EnergykWh"]),
    // Actions.
    Miss(
        resources: action("ResetMetrics", "{}"),
        found: [
            "fail action /Outlets/1#/Actions/#Outlet.ResetMetrics",
            "fail action /Outlets/2#/Actions/#Outlet.ResetMetrics",
        ]),
    Miss(
        resources: action("PowerControl", #"{"ActionInfo": "Mandatory"}"#),
        found: ["fail action-info /Outlets/1#/Actions/#Outlet.PowerControl"]),
    Miss(
        resources: action("PowerControl", #"{"Parameters": {"Delay": {}}}"#),
        found: [
            "fail parameter /Outlets/1#/Actions/#Outlet.PowerControl",
            "fail parameter /Outlets/2#/Actions/#Outlet.PowerControl",
        ]),
    Miss(
        resources: action(
            "PowerControl",
            #"{"Parameters": {"PowerState": {"ParameterValues": ["On", "PowerCycle"]}}}"#),
        found: ["fail parameter /Outlets/1#/Actions/#Outlet.PowerControl"]),
    Miss(
        resources: action(
            "PowerControl",
            #"{"Parameters": {"PowerState": {"RecommendedValues": ["PowerCycle"]}}}"#),
        found: ["info recommended /Outlets/1#/Actions/#Outlet.PowerControl"]),
    // Protocol and registries.
    Miss(
        resources: "", found: ["fail protocol /redfish/v1#/RedfishVersion"],
        others: #", "Protocol": {"MinVersion": "1.16"}"#),
    Miss(
        resources: "",
        found: ["fail protocol /redfish/v1#/ProtocolFeaturesSupported/FilterQuery"],
        others: #"""
            , "Protocol": {"FilterQuery": "Mandatory", "SelectQuery": "Mandatory",
              "ExpandQuery": "Mandatory", "ErrorResponse": {"Resolution": "Mandatory"}}
            """#),
    Miss(
        resources: "",
        found: [
            "info recommended /redfish/v1", "fail registry /redfish/v1/Registries/Power#/Registry",
            "fail registry /redfish/v1/Registries/Power/Registry#/Messages",
        ],
        others: #"""
            , "Registries": {"Base": {"ReadRequirement": "Recommended"},
              "Power": {"MinVersion": "1.2.0", "Messages": {"BreakerTripped": {}, "BreakerReset": {}}}}
            """#),
]

private func property(_ name: String, _ requirement: String) -> String {
    #""PowerDistribution": {"PropertyRequirements": {"\#(name)": \#(requirement)}}"#
}

private func links(_ name: String, _ requirement: String) -> String {
    property("Links", #"{"PropertyRequirements": {"\#(name)": \#(requirement)}}"#)
}

private func metrics(_ name: String, _ requirement: String) -> String {
    #""PowerDistributionMetrics": {"PropertyRequirements": {"\#(name)": \#(requirement)}}"#
}

private func outlet(_ name: String, _ requirement: String) -> String {
    #""Outlet": {"PropertyRequirements": {"\#(name)": \#(requirement)}}"#
}

private func conditional(_ condition: String) -> String {
    outlet(
        "PowerRestorePolicy",
        #"{"ReadRequirement": "Conditional", "ConditionalRequirements": [{\#(condition)}]}"#)
}

private func action(_ name: String, _ requirement: String) -> String {
    #""Outlet": {"ActionRequirements": {"\#(name)": \#(requirement)}}"#
}

@Suite struct EvaluationTests {
    @Test(arguments: misses)
    func whatIsNotMetIsFoundAndNothingElse(_ miss: Miss) throws {
        let result = try evaluate(text(resources: miss.resources, miss.others))
        let found = result.findings.map { uri, finding in
            let rule = finding.ruleID.dropFirst("profile/".count)
            let place = uri.replacing(SmallService.pdu, with: "")
            return "\(finding.level.rawValue) \(rule) \(place)"
                + (finding.pointer.map { "#\($0)" } ?? "")
        }
        #expect(found == miss.found)
        let fails = result.findings.contains { $0.finding.level == .fail }
        #expect((result.profile.count(of: .fail) > 0) == fails)
    }

    @Test func everyRuleOnServicesIsPutToTheTest() {
        let found = misses.flatMap(\.found).map { $0.split(separator: " ")[1] }
        let rules = ProfileRules.all.map { $0.id.dropFirst("profile/".count) }
        #expect(Set(rules).subtracting(found) == ["unknown-key", "unknown-name"])
    }

    @Test func aFindingNamesItsPlaceInBothFiles() throws {
        let result = try evaluate(
            text(
                resources: """
                    "PowerDistribution": {
                      "PropertyRequirements": {
                        "EquipmentType": {
                          "Purpose": "so it is",
                          "Comparison": "Equal",
                          "Values": ["FloorPDU"]
                        }
                      }
                    }
                    """))
        let finding = try #require(result.findings.first?.finding)
        #expect(finding.position?.line == 2)
        #expect(finding.message == "'EquipmentType' has another value (so it is)")
        #expect(finding.expected == #"Equal "FloorPDU""#)
        #expect(finding.seen == #""RackPDU""#)
        let pointer = "/Resources/PowerDistribution/PropertyRequirements/EquipmentType/Values"
        #expect(finding.definition?.description == "test.json:9#\(pointer)")
        let requirement = try #require(result.profile.requirements.last)
        #expect(requirement.demand == #"PowerDistribution EquipmentType: Equal "FloorPDU""#)
        #expect((requirement.missed, requirement.verdict) == (1, .fail))
        // The property is there, which is a requirement of its own.
        #expect(result.profile.count(of: .pass) == 2)
    }

    @Test func whatWasNotReadIsNotMissed() throws {
        let result = try evaluate(
            text(
                resources: #""Battery": {}, "# + outlet("PowerState", #"{"Values": ["Paused"]}"#),
                #", "Registries": {"Base": {}}, "Protocol": {"FilterQuery": "Mandatory"}"#),
            isWhole: false)
        #expect(result.findings.isEmpty)
        #expect(result.profile.count(of: .notExercised) == 4)
    }

    @Test func settingsAreNoInstances() throws {
        let uri = "\(SmallService.pdu)/Settings"
        var service = try SmallService.read().resources
        let main = try #require(service.firstIndex { $0.uri == SmallService.pdu })
        var settings = service[main]
        settings.uri = uri
        settings.payload = ["@odata.type": "#PowerDistribution.v1_3_0.PowerDistribution"]
        service.append(settings)
        let profile = try profile(text(resources: property("Model", "{}")))
        func count() -> Int {
            ProfileEvaluation.evaluate(
                profile, on: SurveyedService(service, isWhole: true), schema: library
            ).findings.count
        }
        #expect(count() == 1)
        guard case .object(var object) = service[main].payload else { return }
        object["@Redfish.Settings"] = ["SettingsObject": ["@odata.id": .string(uri)]]
        service[main].payload = .object(object)
        #expect(count() == 0)
    }
}
