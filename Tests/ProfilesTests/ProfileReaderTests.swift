import Findings
import Foundation
import JSONText
import Profiles
import Testing

@Suite struct ProfileReaderTests {
    @Test(arguments: [
        ("[]", "test.json:1:1: expected an object, found array (at the document)"),
        (
            "{}",
            "test.json:1:1: this is no interoperability profile: it has no 'Resources'"
                + " (at the document)"
        ),
        (#"{"Resources": {"Outlet": {}}"#, "test.json:1:29: expected ',' or '}'"),
        (
            #"{"Resources": {"Outlet": {"ReadRequirement": "Mandatry"}}}"#,
            "test.json:1:46: 'Mandatry' is not known here; did you mean 'Mandatory'? "
                + "(at /Resources/Outlet/ReadRequirement)"
        ),
        (
            #"{"Resources": {"Outlet": {"MinVersion": "one"}}}"#,
            "test.json:1:41: a version reads 1.2.0 or 1.2 (at /Resources/Outlet/MinVersion)"
        ),
        (
            #"{"Resources": {"Outlet": {"PropertyRequirements": {"A": {"Comparison": "Equal"}}}}}"#,
            "test.json:1:57: Equal compares with values, and none are given "
                + "(at /Resources/Outlet/PropertyRequirements/A)"
        ),
        (
            #"{"Resources": {"Outlet": {"URIs": ["^/redfish/("]}}}"#,
            "test.json:1:35: '^/redfish/(' is no regular expression that can be read "
                + "(at /Resources/Outlet/URIs)"
        ),
        (
            #"{"Resources": {"Outlet": {"PropertyRequirements": {"A": {}, "A": {}}}}}"#,
            "test.json:1:57: 'A' stands here twice (at /Resources/Outlet/PropertyRequirements/A)"
        ),
    ])
    func whatIsWrongIsSaidWithItsPlace(_ text: String, _ complaint: String) {
        let error = #expect(throws: ProfileError.self) { try profile(text) }
        #expect(error?.description.hasPrefix(complaint) == true, "\(error?.description ?? "")")
    }

    @Test func whatNoProfileHasIsReadOverAndSaid() throws {
        let profile = try profile(
            text(
                resources: """
                    "Outlet": {
                      "PropertyRequirement": {},
                      "PropertyRequirements": {"PowerWats": {}, "Oem": {}, "@odata.etag": {},
                        "PowerWatts": {"PropertyRequirements": {"Readng": {}}}},
                      "ActionRequirements": {"PowerControl": {"Parameters": {
                          "PowerState": {"MinSupportValues": []}, "State": {}}}, "Explode": {}}
                    },
                    "Outlets": {}
                    """, #", "@Redfish.Copyright": "nobody""#))
        #expect(
            profile.review(library).map { "\($0.position?.line ?? 0) \($0.message)" } == [
                "9 'MinSupportValues' is no key of a profile here",
                "5 'PropertyRequirement' is no key of a profile here; "
                    + "did you mean 'PropertyRequirements'?",
                "6 Outlet.v1_4_4.Outlet has no property 'PowerWats'; did you mean 'PowerWatts'?",
                "7 Sensor.v1_12_0.Sensor has no property 'Readng'; did you mean 'Reading'?",
                "9 the action Outlet.PowerControl has no parameter 'State'",
                "9 Outlet has no action 'Explode'", "11 no schema has a type 'Outlets'",
            ])
    }

    /// Keys that published profiles have are known.
    @Test func aPublishedShapeIsRead() throws {
        let profile = try profile(
            """
            {"SchemaDefinition": "RedfishInteroperabilityProfile.v1_0_0", "ProfileName": "A",
             "ProfileVersion": "2019.1", "Purpose": "p", "OwningEntity": "o", "ContactInfo": "c",
             "RequiredProfiles": {"B": {"MinVersion": "1.1.0", "Repository": "r"}, "C": {}},
             "Resources": {"Outlet": {"RequiredResourceProfile": {"Name": "D"}}},
             "Registries": {"Base": {"OwningEntity": "DMTF", "Messages": {"Success": {}}},
                "X": {"OwningEntity": "Other", "OwningEntityName": "X", "Repository": "r"}}}
            """)
        #expect(profile.unknownKeys.isEmpty)
        #expect(
            profile.requiredProfiles.map { "\($0.name) \($0.minVersion) \($0.type ?? "all")" } == [
                "B 1.1.0 all", "C 1.0.0 all", "D 1.0.0 Outlet",
            ])
        #expect(profile.title == "A 2019.1")
    }

    /// The harness's own profiles name nothing that the schemas do not have.
    @Test func theShippedProfilesAreSound() throws {
        let folder = packageRoot.appendingPathComponent("CSDL/Profiles")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(!names.isEmpty)
        for name in names {
            let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
            let profile = try Profile(parsing: bytes, file: name)
            #expect(profile.review(library).isEmpty, "\(profile.review(library))")
            let version = profile.version.replacing(".", with: "_")
            #expect(name == "\(profile.name).v\(version).json")
        }
    }
}
