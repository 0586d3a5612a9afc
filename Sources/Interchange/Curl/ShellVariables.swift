import HTTPMessages
import HTTPTypes
import Recordings

/// What a shell script says in variables: what the recording holds masked, and what the service
/// gives away only in its answers.
struct ShellVariables {
    /// What an answer gives beside masked tokens.
    enum Kind: String {
        /// The path of what a request has created.
        case location
        case entityTag = "etag"
    }

    private enum Origin {
        /// What logged in successfully.
        case password
        case credentials
        /// An answer of the service gives it.
        case issued
        /// Nobody can know it; the service refused it, or another one issued it.
        case unknown
    }

    /// Of masks, in the order of appearance.
    private var names: [String] = []
    private var origins: [String: Origin] = [:]
    /// Variables by the texts that they stand for.
    private var answered: [String: String] = [:]
    private var counts: [Kind: Int] = [:]
    /// Those that a text has asked for.
    private(set) var used: Set<String> = []

    // MARK: Where they come from

    /// The variables of the masks in a text.
    func masks(in text: String) -> [String] {
        pieces(of: text).compactMap { if case .variable(let name) = $0 { name } else { nil } }
    }

    mutating func note(issued name: String) {
        if origins[name] == nil { names.append(name) }
        origins[name] = .issued
    }

    /// The variable that stands for the text from now on.
    mutating func note(_ text: String, as kind: Kind) -> String {
        if let name = answered[text] { return name }
        counts[kind, default: 0] += 1
        let name = "\(kind.rawValue)_\(counts[kind, default: 0])"
        answered[text] = name
        return name
    }

    /// Looks for what the request needs, and how it can be had.
    mutating func learn(from exchange: Exchange) {
        let request = exchange.request
        let succeeded = exchange.response.map { (200..<400).contains($0.status) } ?? false
        let isLogin = request.head.method == .post && request.path.hasSuffix("/Sessions")
        let body = masks(in: String(decoding: request.body, as: UTF8.self))
        add(body, succeeded && isLogin ? .password : .unknown)
        add(masks(in: request.target), .unknown)
        for field in request.head.headerFields {
            let isBasic = field.name == .authorization && field.value.hasPrefix("Basic ")
            add(masks(in: field.value), succeeded && isBasic ? .credentials : .unknown)
        }
    }

    private mutating func add(_ variables: [String], _ origin: Origin) {
        for name in variables {
            if origins[name] == nil { names.append(name) }
            if origins[name] == nil || origins[name] == .unknown { origins[name] = origin }
        }
    }

    /// The lines that set the variables before the first request.
    var declarations: [String] {
        names.map { name in
            switch origins[name] {
            case .password: "\(name)=$password"
            case .credentials:
                "\(name)=$(printf '%s:%s' \"$user\" \"$password\" | base64 | tr -d '\\n')"
            case .issued: "\(name)="
            case .unknown, nil: "\(name)=${\(name.uppercased()):-not-the-one}"
            }
        }
    }

    // MARK: Where they stand

    /// The text as one word of a shell, variables in the place of what they stand for.
    mutating func quoted(_ text: String) -> String { word(of: located(in: text)) }

    /// A header field as one word of a shell. Only as a whole can a value be an entity tag.
    mutating func quoted(name: String, value: String) -> String {
        let start = Piece.text("\(name): ")
        if let variable = answered[value] { return word(of: [start, .variable(variable)]) }
        return word(of: [start] + located(in: value))
    }

    private mutating func word(of pieces: [Piece]) -> String {
        var words: [String] = []
        var text = ""
        func quoted() -> [String] {
            text.isEmpty ? [] : ["'" + text.replacing("'", with: #"'\''"#) + "'"]
        }
        for piece in pieces {
            switch piece {
            case .text(let more): text += more
            case .variable(let name):
                used.insert(name)
                words += quoted() + ["\"$\(name)\""]
                text = ""
            }
        }
        words += quoted()
        return words.isEmpty ? "''" : words.joined()
    }

    private enum Piece {
        case text(String)
        case variable(String)
    }

    /// Masks, and the paths of what was created: a path begins the text or a string within it.
    private func located(in text: String) -> [Piece] {
        guard !answered.isEmpty else { return pieces(of: text) }
        let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
        return parts.enumerated().flatMap { index, part in
            let start = index == 0 ? [] : [Piece.text("\"")]
            guard let (variable, rest) = location(of: part) else {
                return start + pieces(of: String(part))
            }
            return start + [.variable(variable)] + pieces(of: String(rest))
        }
    }

    /// The longest path that the text begins with and that an answer has named, and what follows.
    private func location(of text: Substring) -> (variable: String, rest: Substring)? {
        guard text.hasPrefix("/") else { return nil }
        var end = text.firstIndex { $0 == "?" || $0 == "#" } ?? text.endIndex
        while end > text.startIndex {
            if let variable = answered[String(text[..<end])] { return (variable, text[end...]) }
            end = text[..<end].lastIndex(of: "/") ?? text.startIndex
        }
        return nil
    }

    private func pieces(of text: String) -> [Piece] {
        var pieces: [Piece] = []
        var copied = text.startIndex
        for place in Mask.places(in: text) {
            if copied < place.range.lowerBound {
                pieces.append(.text(String(text[copied..<place.range.lowerBound])))
            }
            // A variable's name has no hyphen.
            let label = place.mask.label.replacing("-", with: "_")
            pieces.append(.variable("\(label)_\(place.mask.number)"))
            copied = place.range.upperBound
        }
        if copied < text.endIndex { pieces.append(.text(String(text[copied...]))) }
        return pieces
    }
}
