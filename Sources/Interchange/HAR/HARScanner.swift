package import JSONText

/// Finds where the entries of an HTTP archive stand while it is read in pieces, so that its size does
/// not matter: each entry can then be read and parsed by itself.
package struct HARScanner: Sendable {
    /// Where an entry stands, in bytes from the beginning.
    package struct Place: Sendable, Hashable {
        package var offset: Int
        package var length: Int
    }

    package private(set) var places: [Place] = []
    /// The archive without its entries.
    private var shell: [UInt8] = []
    private var offset = 0
    /// How many objects and arrays are open.
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var lastString: [UInt8] = []
    /// The latest names of members of the outermost object and of those in it.
    private var names: [[UInt8]] = [[], [], []]
    private var isInEntries = false
    private var entryStart: Int?
    /// Whether a comma stood last, after which an entry has to come.
    private var awaitsEntry = false

    /// What an archive says beside its entries is short.
    private static let shellLimitBytes = 64 << 20
    private static let entryLimitBytes = 256 << 20
    private static let entriesDepth = 3

    package init() {}

    /// Takes the next bytes of the archive.
    package mutating func add(_ bytes: [UInt8]) throws(HARError) {
        for byte in bytes {
            take(byte)
            offset += 1
        }
        guard shell.count <= Self.shellLimitBytes else {
            throw HARError(
                "this is no HTTP archive: there are more than \(Self.shellLimitBytes >> 20) MiB "
                    + "outside of log/entries")
        }
    }

    /// The archive has ended.
    ///
    /// - Returns: All of it but the entries, whose array is empty.
    package func finish() throws -> JSONValue {
        guard !isInEntries else {
            throw HARError("the archive breaks off in log/entries/\(places.count)")
        }
        if let large = places.firstIndex(where: { $0.length > Self.entryLimitBytes }) {
            throw HARError("log/entries/\(large) has more than \(Self.entryLimitBytes >> 20) MiB")
        }
        // Some tools write a byte-order mark before the archive.
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        return try JSONValue(
            parsing: shell.starts(with: mark) ? Array(shell.dropFirst(mark.count)) : shell)
    }

    private mutating func take(_ byte: UInt8) {
        let isOfEntry = isInEntries
        if isInString {
            takeInString(byte)
        } else if isInEntries, depth == Self.entriesDepth {
            takeBetweenEntries(byte)
        } else {
            takeStructure(byte)
        }
        if !isOfEntry || !isInEntries { shell.append(byte) }
    }

    private mutating func takeInString(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            isInString = false
            return
        }
        if depth < Self.entriesDepth { lastString.append(byte) }
    }

    private mutating func takeStructure(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""):
            isInString = true
            lastString = []
        case UInt8(ascii: ":"):
            if depth < Self.entriesDepth { names[depth] = lastString }
        case UInt8(ascii: "["), UInt8(ascii: "{"):
            isInEntries =
                isInEntries
                || byte == UInt8(ascii: "[") && depth == 2 && names[1] == Array("log".utf8)
                    && names[2] == Array("entries".utf8)
            depth += 1
        case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
        default: break
        }
    }

    private mutating func takeBetweenEntries(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: ","):
            closeEntry()
            awaitsEntry = true
        case UInt8(ascii: "]"):
            if entryStart != nil || awaitsEntry { closeEntry() }
            isInEntries = false
            depth -= 1
        case 0x20, 0x09, 0x0A, 0x0D: break
        default:
            entryStart = entryStart ?? offset
            awaitsEntry = false
            takeStructure(byte)
        }
    }

    /// An entry of no bytes, where there should be one, fails to parse.
    private mutating func closeEntry() {
        let start = entryStart ?? offset
        places.append(Place(offset: start, length: offset - start))
        entryStart = nil
        awaitsEntry = false
    }
}
