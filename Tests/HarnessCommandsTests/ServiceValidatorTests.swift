import Foundation
import Testing

/// The executable of DMTF's Redfish Service Validator 3.1.8 from PyPI, where it is installed.
private let serviceValidator = ProcessInfo.processInfo.environment["PDU_HARNESS_RSV"]

private let publication: String? = {
    let path =
        ProcessInfo.processInfo.environment["PDU_HARNESS_DMTF"] ?? packageRoot + "/../shared/dmtf"
    return FileManager.default.fileExists(atPath: path + "/mockups") ? path : nil
}()

extension BinaryTests {
    @Suite(.timeLimit(.minutes(3))) struct ServiceValidatorTests {
        /// Both read public-pdu from `serve --mockup`; `.ci/agreement.py` compares finding by
        /// finding.
        @Test(
            .enabled(
                if: serviceValidator != nil && publication != nil,
                "PDU_HARNESS_RSV names no rf_service_validator, or DMTF's publication is missing"))
        func everyFailureOfTheServiceValidatorIsFound() async throws {
            let validator = try #require(serviceValidator)
            let dmtf = try #require(publication)
            try await Harness.inFolder { harness in
                // The validator wants a folder of schemas that it may write to.
                let result = try await harness.shell(
                    """
                    cp -r '\(dmtf)/csdl' csdl && chmod -R u+w csdl
                    python3 '\(packageRoot)/.ci/agreement.py' --binary "$HARNESS" \
                        --validator '\(validator)' --mockup '\(dmtf)/mockups/public-pdu' --csdl csdl
                    """)
                #expect(result.status == 0, "\(result.output)\(result.complaint)")
                let verdict = "agree: the validator says {'FAIL': 112, 'WARN': 134}"
                #expect(result.lastLine.hasPrefix(verdict), "\(result.lastLine)")
            }
        }
    }
}
