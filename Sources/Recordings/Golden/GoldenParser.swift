import HTTPMessages
import HTTPTypes
import JSONText
import VirtualTime

/// Takes the lines of a golden after its header one by one and puts the document together.
struct GoldenParser {
    private(set) var document: GoldenDocument
    private(set) var hasEnded = false
    private var shapes = ParsedShapes()
    private let base: TargetBase
    private var fieldListIndices: [[HeadField]: Int] = [[]: 0]
    private var usualFields = 0
    /// An exchange whose leaves may go on in the next line.
    private var open: OpenExchange?
    /// The resource whose leaves may go on in the next line.
    private var openResource: UsualValues.ResourceKey?

    private struct OpenExchange {
        var exchange: GoldenExchange
        var line: Int
        var requestLeaves: [JSONObject.Member] = []
        var responseLeaves: [JSONObject.Member] = []
    }

    init(header value: JSONValue) throws(LineObject.Complaint) {
        var line = try LineObject(value, "the header")
        _ = line.optional("golden")
        let header = try GoldenHeader(&line)
        base = TargetBase(path: try line.optionalString("base") ?? "")
        try line.rejectUnknown()
        document = GoldenDocument(
            header: header, matchers: [], shapes: [], values: ValuePool(), fieldLists: [[]],
            frames: [])
    }

    mutating func take(_ value: JSONValue, line number: Int) throws(LineObject.Complaint) {
        var line = try LineObject(value, "the line")
        if try takeContinuation(&line) { return }
        try closeExchange()
        openResource = nil
        if line.object["match"] != nil {
            document.matchers.append(try GoldenMatcher(&line))
        } else if line.object["shape"] != nil {
            try shapes.take(&line, values: &document.values)
        } else if line.object["resource"] != nil {
            try takeResource(&line)
        } else if line.object["frame"] != nil {
            try takeFrame(&line)
        } else if line.object["end"] != nil {
            _ = try line.bool("end")
            document.shapes = shapes.shapes
            hasEnded = true
        } else {
            try takeItem(&line, number: number)
        }
        try line.rejectUnknown()
    }

    // MARK: Before the frames

    private mutating func takeResource(_ line: inout LineObject) throws(LineObject.Complaint) {
        let target = base.expanded(try line.string("resource"))
        let isUsual = line.object["sh"] != nil
        let shape = try shapes.index(of: try line.string(isUsual ? "sh" : "of"))
        let key = UsualValues.ResourceKey(target: target, shape: shape)
        if isUsual { shapes.usual[target] = shape }
        openResource = key
        if let values = line.optional("v") { try addToResource(values) }
    }

    private mutating func addToResource(_ values: JSONValue) throws(LineObject.Complaint) {
        guard let key = openResource, let object = values.object else {
            throw LineObject.Complaint("'v' is no object")
        }
        try shapes.setUsual(object.members, of: key, values: &document.values)
    }

    // MARK: Frames

    private mutating func takeFrame(_ line: inout LineObject) throws(LineObject.Complaint) {
        let time = try line.elapsed("frame")
        if let last = document.frames.last, last.time >= time {
            throw LineObject.Complaint(
                "the frame \(time.iso8601) is not after the one before it")
        }
        if let fields = line.optional("hd") { usualFields = try index(of: fields) }
        let isSequential = line.object["seq"] == nil ? false : try line.bool("seq")
        document.frames.append(GoldenFrame(time: time, isSequential: isSequential, items: []))
    }

    private mutating func takeItem(
        _ line: inout LineObject, number: Int
    ) throws(LineObject.Complaint) {
        guard let frame = document.frames.last else {
            throw LineObject.Complaint("this line has to stand in a frame")
        }
        let instant = document.header.start + frame.time
        if line.object["rq"] != nil {
            try takeExchange(&line, direction: .request, number: number)
        } else if line.object["dl"] != nil {
            try takeExchange(&line, direction: .delivery, number: number)
        } else if line.object["truth"] != nil {
            let truth = TruthRecord(
                instant: instant, outlet: try line.optionalOutlet("outlet"),
                isPowered: try line.bool("powered"), cause: try line.string("truth"))
            append(.truth(truth), line: number)
        } else if let claim = line.optional("claim") {
            append(.claim(ClaimRecord(instant: instant, claim: claim)), line: number)
        } else if line.object["step"] != nil {
            let step = StepRecord(
                instant: instant, action: try line.string("step"),
                outcome: try line.string("outcome"))
            append(.step(step), line: number)
        } else {
            let names = line.object.names.map { "'\($0)'" }.joined(separator: ", ")
            throw LineObject.Complaint("what this line is for is not known: it has \(names)")
        }
    }

    private mutating func append(_ content: GoldenItem.Content, line: Int) {
        guard !document.frames.isEmpty else { return }
        document.frames[document.frames.count - 1].items.append(
            GoldenItem(content: content, line: line))
    }

    private mutating func takeExchange(
        _ line: inout LineObject, direction: Exchange.Direction, number: Int
    ) throws(LineObject.Complaint) {
        let subject = try line.string(direction == .request ? "rq" : "dl")
        guard let space = subject.firstIndex(of: " "),
            let method = HTTPRequest.Method(String(subject[..<space]))
        else { throw LineObject.Complaint("'\(subject)' is no method and target") }
        let target = base.expanded(String(subject[subject.index(after: space)...]))
        let failure = try line.optionalString("failure")
        if let failure, TransportFailure(rawValue: failure) == nil {
            throw LineObject.Complaint("the failure '\(failure)' is not known")
        }
        var exchange = GoldenExchange(
            direction: direction, method: method.rawValue, target: target,
            requestFields: direction == .request ? usualFields : 0, request: .empty, status: 200,
            response: .empty, failure: failure, fault: try line.optionalString("fault"))
        if let fields = line.optional("hd") { exchange.requestFields = try index(of: fields) }
        exchange.status = try status(&line, hasFailure: failure != nil)
        if let name = try line.optionalString("bs") {
            exchange.request.shape = try shapes.index(of: name)
        }
        if let name = try line.optionalString("sh") {
            exchange.response.shape = name == "none" ? nil : try shapes.index(of: name)
        } else if exchange.status != nil, exchange.isGet {
            exchange.response.shape = shapes.usual[target]
        }
        let requestLeaves = try line.optional("b").map(members) ?? []
        let responseLeaves = try line.optional("v").map(members) ?? []
        open = OpenExchange(
            exchange: exchange, line: number, requestLeaves: requestLeaves,
            responseLeaves: responseLeaves)
    }

    private func status(
        _ line: inout LineObject, hasFailure: Bool
    ) throws(LineObject.Complaint) -> Int? {
        guard let value = line.optional("st") else { return hasFailure ? nil : 200 }
        if value.isNull { return nil }
        let status = try line.integer("st")
        guard (100...999).contains(status) else {
            throw LineObject.Complaint("'st' is no HTTP status: \(status)")
        }
        return status
    }

    private mutating func index(of fields: JSONValue) throws(LineObject.Complaint) -> Int {
        let list = try members(fields).map { HeadField(name: $0.name, value: $0.value.compactText) }
        if let index = fieldListIndices[list] { return index }
        let index = document.fieldLists.count
        document.fieldLists.append(list)
        fieldListIndices[list] = index
        return index
    }

    private func members(
        _ value: JSONValue
    ) throws(LineObject.Complaint) -> [JSONObject.Member] {
        guard let object = value.object else {
            throw LineObject.Complaint("expected an object of leaves, found \(value.typeName)")
        }
        return object.members
    }

    // MARK: Continuations

    /// Takes a line that goes on with the one before it.
    private mutating func takeContinuation(
        _ line: inout LineObject
    ) throws(LineObject.Complaint) -> Bool {
        guard let member = line.object.members.first, member.name.hasPrefix("+"),
            line.object.members.count == 1
        else { return false }
        let leaves = try members(member.value)
        switch member.name {
        case "+v" where open != nil: open?.responseLeaves += leaves
        case "+b" where open != nil: open?.requestLeaves += leaves
        case "+v" where openResource != nil: try addToResource(member.value)
        case "+claim": try addToClaim(leaves)
        default:
            throw LineObject.Complaint("'\(member.name)' goes on with nothing")
        }
        return true
    }

    private mutating func addToClaim(
        _ members: [JSONObject.Member]
    ) throws(LineObject.Complaint) {
        guard let item = document.frames.last?.items.last, case .claim(var claim) = item.content,
            var object = claim.claim.object
        else { throw LineObject.Complaint("'+claim' goes on with nothing") }
        object.members += members
        claim.claim = .object(object)
        document.frames[document.frames.count - 1].items.removeLast()
        append(.claim(claim), line: item.line)
    }

    /// Fills the leaves of the exchange in, the usual ones from its resource.
    private mutating func closeExchange() throws(LineObject.Complaint) {
        guard let open else { return }
        self.open = nil
        var exchange = open.exchange
        do {
            exchange.request.values = try shapes.fill(
                exchange.request.shape, target: exchange.target, members: open.requestLeaves,
                values: &document.values)
            exchange.response.values = try shapes.fill(
                exchange.response.shape, target: exchange.target, members: open.responseLeaves,
                values: &document.values)
        } catch {
            var complaint = error
            complaint.line = open.line
            throw complaint
        }
        append(.exchange(exchange), line: open.line)
    }
}
