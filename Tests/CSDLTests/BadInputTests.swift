import CSDL
import Schema
import Testing

@Suite struct BadInputTests {
    private func error(
        _ bytes: [UInt8], limits: XMLLimits = XMLLimits()
    ) throws -> SchemaError {
        try #require(
            #expect(throws: SchemaError.self) {
                try SchemaDocument(csdl: bytes, fileName: "A_v1.xml", limits: limits)
            })
    }

    @Test(arguments: [
        ("", 1, "Document is empty"), ("\n<a>\n<b></a>", 3, "tag mismatch"),
        ("<edmx:Edmx/>", 1, "Namespace prefix"), ("<Edmx/>", 1, "expected the root element"),
        ("<a>&nbsp;</a>", 1, "nbsp"), ("plain text", 1, "Start tag expected"),
    ])
    func namesLineAndReason(text: String, line: Int, word: String) throws {
        let error = try error(Array(text.utf8))
        #expect(error.location == DefinitionLocation(file: "A_v1.xml", line: line))
        #expect(error.message.contains(word), "\(error)")
        #expect(error.message.last?.isWhitespace == false)
    }

    @Test func truncatedFile() throws {
        let whole = csdl("<Schema Namespace=\"A\"/>")
        let error = try error(Array(whole.dropLast(30)))
        #expect(error.location.line > 1)
    }

    @Test(.timeLimit(.minutes(1)))
    func entitiesAreRefusedBeforeTheyAreRead() throws {
        var bomb = "<?xml version=\"1.0\"?>\n<!DOCTYPE a [<!ENTITY e0 \"ha\">"
        for level in 1...60 {
            bomb += "<!ENTITY e\(level) \"&e\(level - 1);&e\(level - 1);\">\n"
        }
        bomb += "]>\n<a b=\"&e60;\">&e60;</a>"
        let error = try error(Array(bomb.utf8))
        #expect(error.message == "a document type declaration is not allowed")
        #expect(error.location.line == 2)
    }

    @Test func externalDeclarationsAreRefused() throws {
        let text = "<!DOCTYPE a SYSTEM \"file:///etc/passwd\">\n<a/>"
        let error = try error(Array(text.utf8))
        #expect(error.message == "a document type declaration is not allowed")
    }

    @Test func otherEncodingsAreRefused() throws {
        var utf16: [UInt8] = [0xFF, 0xFE]
        for unit in "<a/>".utf8 { utf16 += [unit, 0] }
        #expect(try error(utf16).message.contains("UTF-16"))
        #expect(try error(Array(utf16.dropFirst(2))).message.contains("UTF-16"))
        let latin = "<?xml version='1.0' encoding='ISO-8859-1'?><a/>"
        #expect(try error(Array(latin.utf8)).message.contains("iso-8859-1"))
    }

    @Test func depthAndSizeAreBounded() throws {
        let deep = String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100)
        #expect(try error(Array(deep.utf8)).message.contains("nested too deep"))
        let deeper = String(repeating: "<a>", count: 100_000)
        #expect(try error(Array(deeper.utf8)).location.file == "A_v1.xml")
        let limits = XMLLimits(byteCount: 10)
        #expect(try error(Array(deep.utf8), limits: limits).message.contains("10 are allowed"))
    }

    @Test(arguments: [
        ("<Schema/>", "lacks its attribute Namespace"),
        ("<Schema Namespace=\"A\"/><Schema Namespace=\"A\"/>", "namespace A is defined twice"),
        ("<Schema Namespace=\"A\"><Widget/></Schema>", "Widget has no meaning in Schema"),
        ("<Schema Namespace=\"A\"><EntityType/></Schema>", "lacks its attribute Name"),
        (
            "<Schema Namespace=\"A\"><EntityType Name=\"T\" BaseType=\"B.T\"/></Schema>",
            "type B.T: no edmx:Reference includes namespace B"
        ),
        (
            "<Schema Namespace=\"A\"><Annotation Term=\"X.Y\"/></Schema>",
            "term X.Y: no edmx:Reference includes namespace X"
        ),
        (
            "<Schema Namespace=\"A\"><EntityType Name=\"T\" Abstract=\"yes\"/></Schema>",
            "true or false, not 'yes'"
        ),
    ])
    func schemasThatMakeNoSense(body: String, message: String) throws {
        let error = try error(csdl(body))
        #expect(error.message.contains(message), "\(error)")
        #expect(error.location.line == 11)
    }
}
