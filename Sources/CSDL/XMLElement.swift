/// An element of an XML document as a value, without the C library's memory behind it.
struct XMLElement: Sendable, Hashable {
    struct Attribute: Sendable, Hashable {
        var name: String
        var value: String
    }

    /// The local name.
    var name: String
    /// The namespace's URI; empty where the element has none.
    var namespace: String
    /// Without namespace declarations, in the order written.
    var attributes: [Attribute] = []
    var children: [XMLElement] = []
    /// The text directly inside, where there are no child elements.
    var text = ""
    /// From 1.
    var line: Int

    subscript(attribute: String) -> String? {
        for candidate in attributes where candidate.name == attribute { return candidate.value }
        return nil
    }
}
