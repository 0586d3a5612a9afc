/// Writes canonical JSON text straight into bytes: members in the order given, no blanks, numbers
/// from scaled integers, the shortest escapes.
///
/// The device renders every resource through this, so it avoids intermediate trees.
package struct JSONWriter: Sendable {
    // A buffer that grows by doubling, and how much of it is written: a token is then put down with
    // one look at the buffer, however many pieces it has.
    private var buffer: [UInt8]
    private var count = 0
    private var needsComma = false

    package init(capacity: Int = 1024) {
        buffer = [UInt8](repeating: 0, count: max(capacity, 64))
    }

    /// What is written so far.
    package var bytes: [UInt8] { Array(buffer[..<count]) }

    /// What is written, where nothing more will be.
    package consuming func finish() -> [UInt8] {
        buffer.removeLast(buffer.count - count)
        return buffer
    }

    // MARK: Containers

    @inline(__always)
    package mutating func object(_ body: (inout JSONWriter) throws -> Void) rethrows {
        open(UInt8(ascii: "{"))
        try body(&self)
        close(UInt8(ascii: "}"))
    }

    @inline(__always)
    package mutating func array(_ body: (inout JSONWriter) throws -> Void) rethrows {
        open(UInt8(ascii: "["))
        try body(&self)
        close(UInt8(ascii: "]"))
    }

    // MARK: Members

    @inline(__always)
    package mutating func object(
        _ name: String, _ body: (inout JSONWriter) throws -> Void
    ) rethrows {
        key(name)
        try object(body)
    }

    @inline(__always)
    package mutating func array(
        _ name: String, _ body: (inout JSONWriter) throws -> Void
    ) rethrows {
        key(name)
        try array(body)
    }

    package mutating func member(_ name: String, _ text: String) {
        key(name)
        string(text)
    }

    package mutating func member(_ name: String, _ flag: Bool) {
        key(name)
        bool(flag)
    }

    package mutating func member(_ name: String, _ value: Int) {
        key(name)
        number(units: Int64(value), decimals: 0)
    }

    /// A member whose value is `units` × 10^−`decimals`.
    package mutating func member(_ name: String, units: Int64, decimals: Int) {
        key(name)
        number(units: units, decimals: decimals)
    }

    package mutating func member(_ name: String, _ value: JSONValue) {
        key(name)
        self.value(value)
    }

    package mutating func memberNull(_ name: String) {
        key(name)
        null()
    }

    /// A member that is left out where the text is nil.
    package mutating func member(_ name: String, ifPresent text: String?) {
        if let text { member(name, text) }
    }

    package mutating func key(_ name: String) {
        quoted(name, followedBy: UInt8(ascii: ":"))
        needsComma = false
    }

    // MARK: Values

    package mutating func string(_ text: String) {
        quoted(text)
        needsComma = true
    }

    package mutating func bool(_ flag: Bool) {
        raw(flag ? "true" : "false")
    }

    package mutating func null() {
        raw("null")
    }

    /// A number of `units` × 10^−`decimals`, without trailing zeros after the point.
    package mutating func number(units: Int64, decimals: Int) {
        reserve(max(decimals, 20) + 4)
        let needsComma = needsComma
        count = buffer.withUnsafeMutableBufferPointer { [count] buffer in
            var count = count
            if needsComma { count = buffer.put(UInt8(ascii: ","), at: count) }
            return buffer.putDecimal(units: units, decimals: decimals, at: count)
        }
        self.needsComma = true
    }

    package mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let flag): bool(flag)
        case .number(let number): raw(number.text)
        case .string(let text): string(text)
        case .array(let elements):
            array { writer in
                for element in elements { writer.value(element) }
            }
        case .object(let object):
            self.object { writer in
                for member in object.members { writer.member(member.name, member.value) }
            }
        }
    }

    /// Appends text that is JSON already, as one value.
    package mutating func raw(_ json: String) {
        var json = json
        json.withUTF8 { put($0) }
        needsComma = true
    }

    package mutating func raw(_ json: [UInt8]) {
        json.withUnsafeBufferPointer { put($0) }
        needsComma = true
    }

    /// Appends members that were written before.
    package mutating func standing(_ members: StandingMembers) {
        guard !members.bytes.isEmpty else { return }
        members.bytes.withUnsafeBufferPointer { put($0) }
        needsComma = true
    }

    /// Ends the line, so that the next value begins one of its own: JSON Lines.
    package mutating func endLine() {
        needsComma = false
        put(UInt8(ascii: "\n"))
    }

    // MARK: Private

    private mutating func open(_ bracket: UInt8) {
        put(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        needsComma = false
        put(bracket)
        needsComma = true
    }

    /// Makes room for so many bytes more.
    private mutating func reserve(_ room: Int) {
        guard buffer.count - count < room else { return }
        buffer += [UInt8](repeating: 0, count: max(buffer.count, room))
    }

    /// Puts a byte down, after a comma where one is due.
    private mutating func put(_ byte: UInt8) {
        reserve(2)
        if needsComma {
            buffer[count] = UInt8(ascii: ",")
            count += 1
        }
        buffer[count] = byte
        count += 1
    }

    private mutating func put(_ text: UnsafeBufferPointer<UInt8>) {
        reserve(text.count + 1)
        let needsComma = needsComma
        count = buffer.withUnsafeMutableBufferPointer { [count] buffer in
            var count = count
            if needsComma { count = buffer.put(UInt8(ascii: ","), at: count) }
            return buffer.put(text, at: count)
        }
    }

    /// Puts a text down in quotes, after a comma where one is due.
    private mutating func quoted(_ text: String, followedBy last: UInt8? = nil) {
        var text = text
        text.withUTF8 { text in
            let isPlain = needsNoEscape(text)
            // An escaped byte becomes six at most.
            reserve((isPlain ? text.count : text.count * 6) + 4)
            let needsComma = needsComma
            count = buffer.withUnsafeMutableBufferPointer { [count] buffer in
                var count = count
                if needsComma { count = buffer.put(UInt8(ascii: ","), at: count) }
                count = buffer.put(UInt8(ascii: "\""), at: count)
                count = isPlain ? buffer.put(text, at: count) : buffer.putEscaped(text, at: count)
                count = buffer.put(UInt8(ascii: "\""), at: count)
                return last.map { buffer.put($0, at: count) } ?? count
            }
        }
    }
}
