import Testing

@testable import Reports

@Suite struct DifferingTextsTests {
    @Test func shortTextsStayWhole() {
        let texts = DifferingTexts("a\n", "b", limit: 2)
        #expect(texts.left == "a\\n")
        #expect(texts.right == "b")
    }

    @Test(arguments: [(0, "x", "y"), (3, "x", "y"), (30, "x", "y"), (99, "x", ""), (99, "", "y")])
    func whereLongTextsPartIsSeen(common: Int, left: String, right: String) {
        let head = String(repeating: "-", count: common)
        let tail = String(repeating: "=", count: 60)
        let texts = DifferingTexts(head + left + tail, head + right + tail, limit: 12)
        #expect(texts.left != texts.right)
        #expect(texts.left.contains(left))
        #expect(texts.right.contains(right))
        #expect(max(texts.left.count, texts.right.count) < 12 + 30)
        #expect(texts.left.hasPrefix("…") == (common >= 8))
    }

    @Test func aChangeIsCutOnBothSides() throws {
        let same = String(repeating: "/Resource", count: 9)
        let texts = try #require(DifferingTexts(change: "\(same)/A → \(same)/B", limit: 60))
        #expect(texts.left.hasSuffix("/A"))
        #expect(texts.right.hasSuffix("/B"))
        #expect(DifferingTexts(change: "2 more", limit: 60) == nil)
    }
}
