/// The version of a schema or a registry: major, minor, errata.
package struct SchemaVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var major: Int
    package var minor: Int
    package var errata: Int

    package init(_ major: Int, _ minor: Int, _ errata: Int) {
        self.major = major
        self.minor = minor
        self.errata = errata
    }

    /// Reads `v1_4_4` as schemas write it, `1.2.0` as registries do, and `1.2`, whose errata is 0.
    package init?(_ text: some StringProtocol) {
        let isSchemaForm = text.utf8.first == UInt8(ascii: "v")
        let separator = isSchemaForm ? UInt8(ascii: "_") : UInt8(ascii: ".")
        var parts: [Int] = []
        for part in text.utf8.dropFirst(isSchemaForm ? 1 : 0)
            .split(separator: separator, omittingEmptySubsequences: false)
        {
            guard let number = Self.number(part) else { return nil }
            parts.append(number)
        }
        guard parts.count == 3 || (parts.count == 2 && !isSchemaForm) else { return nil }
        self.init(parts[0], parts[1], parts.count == 3 ? parts[2] : 0)
    }

    private static func number(_ digits: some Collection<UInt8>) -> Int? {
        guard !digits.isEmpty, digits.count < 6 else { return nil }
        var value = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value
    }

    package static func < (left: SchemaVersion, right: SchemaVersion) -> Bool {
        (left.major, left.minor, left.errata) < (right.major, right.minor, right.errata)
    }

    /// `1.4.4`
    package var description: String { "\(major).\(minor).\(errata)" }

    /// `v1_4_4`, the last part of a versioned namespace.
    package var namespaceSuffix: String { "v\(major)_\(minor)_\(errata)" }
}
