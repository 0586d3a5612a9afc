/// Members of an object that never change, written once and put into every object that has them.
package struct StandingMembers: Sendable {
    let bytes: [UInt8]

    package init(_ write: (inout JSONWriter) -> Void) {
        var writer = JSONWriter(capacity: 256)
        write(&writer)
        bytes = writer.finish()
    }
}
