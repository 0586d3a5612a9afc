import CLibXML2
import Schema

/// Bounds for documents that come from outside.
package struct XMLLimits: Sendable, Hashable {
    package var byteCount: Int
    package var depth: Int

    package init(byteCount: Int = 16 << 20, depth: Int = 64) {
        self.byteCount = byteCount
        self.depth = depth
    }
}

extension XMLElement {
    /// The root element of a UTF-8 document.
    ///
    /// No network, no entity beyond XML's own five, no document type declaration: a declaration
    /// ends the parse where it begins, so what it declares is never read, let alone expanded.
    init(
        parsing bytes: [UInt8], fileName: String, limits: XMLLimits
    ) throws(SchemaError) {
        guard bytes.count <= limits.byteCount else {
            throw SchemaError(
                "the file has \(bytes.count) bytes; \(limits.byteCount) are allowed",
                at: DefinitionLocation(file: fileName, line: 1))
        }
        let document = try XMLDocumentHandle(parsing: bytes, fileName: fileName)
        self = try document.rootElement(depthLimit: limits.depth)
    }
}

/// A parsed document of the C library; what it holds is copied out before it dies.
private struct XMLDocumentHandle: ~Copyable {
    private let document: xmlDocPtr
    private let fileName: String

    init(parsing bytes: [UInt8], fileName: String) throws(SchemaError) {
        try refuseOtherEncodings(bytes, fileName: fileName)
        initializeLibraryOnce
        guard let context = xmlNewParserCtxt() else {
            throw SchemaError(
                "the XML parser has no memory", at: DefinitionLocation(file: fileName, line: 1))
        }
        defer { xmlFreeParserCtxt(context) }
        var failure: ParseFailure?
        let parsed = withUnsafeMutablePointer(to: &failure) { failure in
            Self.parse(bytes, in: context, failure)
        }
        if let failure {
            xmlFreeDoc(parsed)
            throw SchemaError(
                failure.message, at: DefinitionLocation(file: fileName, line: failure.line))
        }
        guard let parsed else {
            throw SchemaError(
                "not an XML document", at: DefinitionLocation(file: fileName, line: 1))
        }
        document = parsed
        self.fileName = fileName
    }

    /// Parses with callbacks that keep the first thing wrong; later ones mostly follow from it.
    private static func parse(
        _ bytes: [UInt8], in context: xmlParserCtxtPtr,
        _ failure: UnsafeMutablePointer<ParseFailure?>
    ) -> xmlDocPtr? {
        context.pointee._private = UnsafeMutableRawPointer(failure)
        context.pointee.sax.pointee.initialized = UInt32(XML_SAX2_MAGIC)
        context.pointee.sax.pointee.serror = { context, error in
            guard let error, error.pointee.level != XML_ERR_WARNING else { return }
            let text = error.pointee.message.map { String(cString: $0) } ?? "not an XML document"
            keepFirst(ParseFailure(message: oneLine(text), line: Int(error.pointee.line)), context)
        }
        context.pointee.sax.pointee.internalSubset = { context, _, _, _ in
            let parser = context?.assumingMemoryBound(to: xmlParserCtxt.self)
            let line = parser?.pointee.input.map { Int($0.pointee.line) } ?? 1
            keepFirst(
                ParseFailure(message: "a document type declaration is not allowed", line: line),
                context)
            xmlStopParser(parser)
        }
        let options = XML_PARSE_NONET.rawValue | XML_PARSE_BIG_LINES.rawValue
        return bytes.withUnsafeBytes { buffer in
            xmlCtxtReadMemory(
                context, buffer.baseAddress?.assumingMemoryBound(to: CChar.self),
                Int32(buffer.count), nil, nil, Int32(options))
        }
    }

    deinit { xmlFreeDoc(document) }

    func rootElement(depthLimit: Int) throws(SchemaError) -> XMLElement {
        guard let root = xmlDocGetRootElement(document) else {
            throw SchemaError(
                "the document is empty", at: DefinitionLocation(file: fileName, line: 1))
        }
        var namespaces = NamespaceText()
        return try copy(root, depthLimit: depthLimit, &namespaces)
    }

    private func copy(
        _ node: xmlNodePtr, depthLimit: Int, _ namespaces: inout NamespaceText
    ) throws(SchemaError) -> XMLElement {
        let line = Int(xmlGetLineNo(node))
        guard depthLimit > 0 else {
            throw SchemaError(
                "elements are nested too deep", at: DefinitionLocation(file: fileName, line: line))
        }
        var element = XMLElement(
            name: string(node.pointee.name), namespace: namespaces.text(of: node.pointee.ns),
            line: line)
        var attribute = node.pointee.properties
        while let current = attribute {
            element.attributes.append(
                XMLElement.Attribute(
                    name: string(current.pointee.name),
                    value: joinedText(current.pointee.children)))
            attribute = current.pointee.next
        }
        var child = node.pointee.children
        while let current = child {
            switch current.pointee.type {
            case XML_ELEMENT_NODE:
                element.children.append(
                    try copy(current, depthLimit: depthLimit - 1, &namespaces))
            case XML_TEXT_NODE, XML_CDATA_SECTION_NODE:
                // The blanks between elements say nothing; most text is that.
                if current.pointee.next != nil || current.pointee.prev != nil { break }
                element.text = string(current.pointee.content)
            default: break
            }
            child = current.pointee.next
        }
        return element
    }
}

/// The URI of the namespace seen last: nearly every element of a document has the same one.
private struct NamespaceText {
    private var last: xmlNsPtr?
    private var lastText = ""

    mutating func text(of namespace: xmlNsPtr?) -> String {
        if namespace != last {
            last = namespace
            lastText = string(namespace?.pointee.href)
        }
        return lastText
    }
}

private struct ParseFailure {
    var message: String
    var line: Int
}

/// What the library's callbacks get is the parser, whose private field points at the failure.
private func keepFirst(_ failure: ParseFailure, _ context: UnsafeMutableRawPointer?) {
    let kept = context?.assumingMemoryBound(to: xmlParserCtxt.self).pointee._private?
        .assumingMemoryBound(to: ParseFailure?.self)
    guard let kept, kept.pointee == nil else { return }
    kept.pointee = ParseFailure(message: failure.message, line: max(1, failure.line))
}

/// Global state of the library; initialised before the first use, by one thread.
private let initializeLibraryOnce: Void = xmlInitParser()

private func string(_ text: UnsafePointer<xmlChar>?) -> String {
    text.map { String(cString: $0) } ?? ""
}

/// The text of an attribute, which the library may keep in several pieces.
private func joinedText(_ first: xmlNodePtr?) -> String {
    guard let first else { return "" }
    guard first.pointee.next != nil else { return string(first.pointee.content) }
    var text = ""
    var piece: xmlNodePtr? = first
    while let current = piece {
        text += string(current.pointee.content)
        piece = current.pointee.next
    }
    return text
}

/// As one line; the library ends its messages with a line feed and puts some on two.
private func oneLine(_ message: String) -> String {
    message.split(whereSeparator: \.isNewline).joined(separator: "; ")
}

/// CSDL is read as UTF-8 only: one encoding, one meaning of every byte.
private func refuseOtherEncodings(_ bytes: [UInt8], fileName: String) throws(SchemaError) {
    let location = DefinitionLocation(file: fileName, line: 1)
    let marks: [[UInt8]] = [[0xFE, 0xFF], [0xFF, 0xFE], [0x00, 0x3C], [0x3C, 0x00]]
    for mark in marks where bytes.starts(with: mark) {
        throw SchemaError("the document is UTF-16; only UTF-8 is read", at: location)
    }
    guard bytes.starts(with: Array("<?xml".utf8)) else { return }
    let declaration = String(
        decoding: bytes.prefix(200).prefix { $0 != UInt8(ascii: ">") }, as: UTF8.self)
    guard let range = declaration.firstRange(of: "encoding=") else { return }
    let rest = declaration[range.upperBound...].dropFirst()
    let encoding = rest.prefix { $0 != "\"" && $0 != "'" }.lowercased()
    guard ["utf-8", "us-ascii", "ascii"].contains(encoding) else {
        throw SchemaError("the document is \(encoding); only UTF-8 is read", at: location)
    }
}
