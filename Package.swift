// swift-tools-version: 6.2
import PackageDescription

// The parts and who may import whom: see README.md, "How the code is laid out".

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let certificates = Target.Dependency.product(name: "X509", package: "swift-certificates")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let asyncHTTPClient = Target.Dependency.product(
    name: "AsyncHTTPClient", package: "async-http-client")

func nio(_ product: String) -> Target.Dependency { .product(name: product, package: "swift-nio") }

func part(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(
    of name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies,
        exclude: exclude, swiftSettings: strict)
}

let package = Package(
    name: "pdu-harness",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "pdu-harness", targets: ["pdu-harness"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CLibXML2", pkgConfig: "libxml-2.0",
            providers: [
                .apt(["libxml2-dev"]), .yum(["libxml2-devel"]), .brew(["libxml2"]),
            ]),

        // Leaves.
        part("JSONText"),
        part("VirtualTime"),
        part("Schema", ["JSONText"]),
        part("Findings", ["JSONText"]),
        part("HTTPMessages", [httpTypes]),

        // What stands on the leaves.
        part("CSDL", ["Schema", "JSONText", "CLibXML2"]),
        part("Electrical", ["VirtualTime"]),
        part("Validation", ["Schema", "JSONText", "Findings"]),
        part("Profiles", ["Validation", "Schema", "JSONText", "Findings"]),
        part(
            "SmartPDU",
            ["Electrical", "Schema", "JSONText", "VirtualTime", "HTTPMessages", httpTypes, deque]),
        part("ReferenceClient", ["JSONText", "VirtualTime", "HTTPMessages", httpTypes]),
        part("Recordings", ["JSONText", "VirtualTime", "HTTPMessages", httpTypes]),
        part(
            "Judging",
            [
                "Recordings", "Validation", "Schema", "Findings", "Electrical", "JSONText",
                "VirtualTime",
                "HTTPMessages", httpTypes,
            ]),
        part(
            "Interchange", ["Recordings", "JSONText", "VirtualTime", "HTTPMessages", httpTypes]),
        part(
            "Replaying",
            ["Recordings", "Findings", "JSONText", "VirtualTime", "HTTPMessages", httpTypes]),
        part("Reports", ["Findings", "JSONText"]),
        part(
            "Fuzzing",
            [
                "CSDL", "Validation", "Judging", "Replaying", "Recordings", "Electrical", "Reports",
                "Schema", "Findings", "JSONText", "VirtualTime", "HTTPMessages",
            ]),
        part(
            "Scenarios",
            [
                "SmartPDU", "ReferenceClient", "Judging", "Recordings", "Electrical", "Schema",
                "Findings",
                "JSONText", "VirtualTime", "HTTPMessages", httpTypes, deque,
            ]),

        // The edge: sockets, files, processes and clocks.
        part(
            "Wire",
            [
                "SmartPDU", "Recordings", "VirtualTime", "HTTPMessages", httpTypes, asyncHTTPClient,
                nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"), nioSSL, certificates, asn1,
                crypto,
            ]),
        part(
            "HarnessCommands",
            [
                "Wire", "Scenarios", "Reports", "CSDL", "Validation", "Profiles", "Schema",
                "SmartPDU", "Judging", "Replaying", "Fuzzing", "Recordings", "Interchange",
                "ReferenceClient", "Electrical", "Findings", "JSONText", "VirtualTime",
                "HTTPMessages", httpTypes, crypto, arguments,
            ]),
        .executableTarget(
            name: "pdu-harness", dependencies: ["HarnessCommands"], swiftSettings: strict),

        tests(of: "JSONText"),
        tests(of: "VirtualTime"),
        tests(of: "Findings", ["JSONText"]),
        tests(of: "Schema", ["JSONText"]),
        tests(of: "CSDL", ["JSONText", "Schema"]),
        tests(of: "Electrical", ["VirtualTime"]),
        tests(of: "Validation", ["CSDL", "Findings", "JSONText", "Schema"]),
        tests(of: "Profiles", ["CSDL", "Findings", "JSONText", "Schema", "Validation"]),
        tests(
            of: "SmartPDU",
            ["Electrical", "HTTPMessages", "JSONText", "Schema", "VirtualTime", httpTypes]),
        tests(of: "ReferenceClient", ["HTTPMessages", "JSONText", "VirtualTime", httpTypes]),
        tests(of: "Recordings", ["HTTPMessages", "JSONText", "VirtualTime", httpTypes]),
        tests(
            of: "Judging",
            [
                "Electrical", "Findings", "HTTPMessages", "JSONText", "Recordings", "VirtualTime",
                httpTypes,
            ]),
        tests(
            of: "Interchange",
            ["HTTPMessages", "JSONText", "Recordings", "VirtualTime", httpTypes]),
        tests(
            of: "Replaying",
            ["Findings", "HTTPMessages", "JSONText", "Recordings", "VirtualTime", httpTypes]),
        tests(of: "Reports", ["Findings", "JSONText"]),
        tests(
            of: "Fuzzing", ["CSDL", "JSONText", "Schema"], exclude: ["Corpus"]),
        tests(
            of: "Scenarios",
            [
                "CSDL", "Electrical", "Findings", "HTTPMessages", "JSONText", "Judging",
                "Recordings", "ReferenceClient", "Schema", "SmartPDU", "Validation", "VirtualTime",
                httpTypes,
            ]),
        tests(
            of: "Wire",
            [
                "HTTPMessages", "SmartPDU", "VirtualTime", httpTypes, nio("NIOCore"),
                nio("NIOPosix"), nioSSL,
            ]),
        // Runs the built binary as a user would, so it depends on it.
        tests(
            of: "HarnessCommands",
            [
                "pdu-harness", "Scenarios", "ReferenceClient", "SmartPDU", "Electrical", "Findings",
                "HTTPMessages", "JSONText", "Recordings", "VirtualTime", "Wire", arguments,
            ]),
    ]
)
