import Foundation
import FoundationXML

/// What an independent parser makes of a document: elements in order, with their attributes.
final class ParsedXML: NSObject, XMLParserDelegate {
    private(set) var elements: [(name: String, attributes: [String: String])] = []

    init(_ text: String) throws {
        super.init()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = self
        guard parser.parse() else { throw parser.parserError ?? CocoaError(.coderReadCorrupt) }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String]
    ) {
        elements.append((name, attributes))
    }

    var counts: [String: Int] {
        elements.reduce(into: [:]) { $0[$1.name, default: 0] += 1 }
    }

    func attributes(of name: String) -> [String: String]? {
        elements.first { $0.name == name }?.attributes
    }
}
