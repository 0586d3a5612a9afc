import CLibXML2

/// Whether libxml2 takes the bytes for an XML document: its own parse and nothing else, the
/// measure that our reading is held against.
package func isWellFormedXML(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { buffer in
        let document = xmlReadMemory(
            buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count), nil, nil,
            Int32(XML_PARSE_NONET.rawValue))
        defer { xmlFreeDoc(document) }
        return document != nil
    }
}
