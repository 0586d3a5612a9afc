import HTTPMessages
import HTTPTypes
import Recordings

/// The masks of a recording as variables of a shell script.
struct ShellMasks {
    private enum Origin {
        /// What logged in successfully.
        case password
        case credentials
        /// An answer of the service gives it.
        case issued
        /// Nobody can know it; the service refused it, or another one issued it.
        case unknown
    }

    /// In the order of appearance.
    private var names: [String] = []
    private var origins: [String: Origin] = [:]

    /// The variables that a text needs.
    func variables(in text: String) -> [String] {
        pieces(of: text).compactMap { if case .variable(let name) = $0 { name } else { nil } }
    }

    mutating func note(issued name: String) {
        if origins[name] == nil { names.append(name) }
        origins[name] = .issued
    }

    /// Looks for what the request needs, and how it can be had.
    mutating func learn(from exchange: Exchange) {
        let request = exchange.request
        let succeeded = exchange.response.map { (200..<400).contains($0.status) } ?? false
        let isLogin = request.head.method == .post && request.path.hasSuffix("/Sessions")
        let body = variables(in: String(decoding: request.body, as: UTF8.self))
        add(body, succeeded && isLogin ? .password : .unknown)
        add(variables(in: request.target), .unknown)
        for field in request.head.headerFields {
            let isBasic = field.name == .authorization && field.value.hasPrefix("Basic ")
            add(variables(in: field.value), succeeded && isBasic ? .credentials : .unknown)
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

    /// The text as one word of a shell, variables in the place of masks.
    func quoted(_ text: String) -> String {
        let words = pieces(of: text).map { piece in
            switch piece {
            case .text(let text): "'" + text.replacing("'", with: #"'\''"#) + "'"
            case .variable(let name): "\"$\(name)\""
            }
        }
        return words.isEmpty ? "''" : words.joined()
    }

    private enum Piece {
        case text(String)
        case variable(String)
    }

    private func pieces(of text: String) -> [Piece] {
        // Most texts are without a mask, and the search for one is slow.
        guard text.utf8.contains(UInt8(ascii: "#")) else {
            return text.isEmpty ? [] : [.text(text)]
        }
        var pieces: [Piece] = []
        var copied = text.startIndex
        for match in text.matches(of: /<([a-z]+)#([0-9]+)>/) {
            if copied < match.range.lowerBound {
                pieces.append(.text(String(text[copied..<match.range.lowerBound])))
            }
            pieces.append(.variable("\(match.output.1)_\(match.output.2)"))
            copied = match.range.upperBound
        }
        if copied < text.endIndex { pieces.append(.text(String(text[copied...]))) }
        return pieces
    }
}
