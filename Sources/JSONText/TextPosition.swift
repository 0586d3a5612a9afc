/// A place in a text: byte offset from 0, line and column from 1, the column counted in bytes.
package struct TextPosition: Sendable, Hashable, CustomStringConvertible {
    package var offset: Int
    package var line: Int
    package var column: Int

    package init(offset: Int, line: Int, column: Int) {
        self.offset = offset
        self.line = line
        self.column = column
    }

    /// The line and column of a byte offset.
    package init(offset: Int, in bytes: some Sequence<UInt8>) {
        var line = 1
        var column = 1
        for byte in bytes.prefix(offset) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else {
                column += 1
            }
        }
        self.init(offset: offset, line: line, column: column)
    }

    package var description: String { "\(line):\(column)" }
}
