package import VirtualTime

/// What can be said of the service without asking it as a client does.
extension SmartPDU {
    /// Every path that a client may have been led to, in order of their text. `*` stands for the
    /// segment of members that come and go.
    package var servedPaths: [String] {
        (tree.paths + documents.keys + [Addresses.eventStream]).sorted()
    }

    /// The JSON text that a GET of a resource answers, whoever asks; nil where nothing stands there,
    /// or what does is no resource.
    ///
    /// - Parameter instant: Not before the device was last woken.
    package func body(at path: String, instant: VirtualInstant) -> [UInt8]? {
        guard let node = tree.node(at: path), node.action == nil, node.resource.respond == nil,
            node.resource.exists(self, node.place)
        else { return nil }
        return representation(of: node, at: instant).body
    }

    /// How many characters the passwords have that the service takes from clients.
    package static var passwordLength: ClosedRange<Int> { AccountStore.passwordLength }
}
