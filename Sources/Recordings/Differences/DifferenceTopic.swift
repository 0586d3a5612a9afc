/// What a difference is about: of which part of the PDU, client or scenario which aspect. All
/// differences of one topic are one story.
package struct DifferenceTopic: Sendable, Hashable {
    package enum Aspect: Sendable, Hashable {
        /// A field of the header: `seed`, `start`, `model`, …
        case header(String)
        case step
        /// A fault that was played on an exchange, or was not.
        case fault
        /// The client sent a request more or less, or in another order, or with other contents.
        case request(method: String, part: String)
        /// Power came or went.
        case truth
        case reading(Quantity)
        /// The status, or why there was none.
        case answer
        /// Any other leaf of a response, or one of its header fields.
        case property(String)
        /// Events on their way to the client.
        case delivery(String)
        case claim(String, unit: String)
    }

    package var component: Component
    package var aspect: Aspect

    package init(_ difference: RecordingDifference) {
        let place = difference.place
        switch difference.site {
        case .header: self.init(.scenario, .header(place))
        case .truth: self.init(Component(truth: difference.golden ?? difference.run), .truth)
        case .step: self.init(.scenario, .step)
        case .claim(let scope, let unit):
            self.init(Component(scope: scope), .claim(place, unit: unit))
        case .exchange(.delivery, _, _):
            self.init(Component(level: .other, name: "event delivery"), .delivery(place))
        case .exchange(.request, let method, let target):
            let component = Component(target: target)
            switch place {
            case "fault": self.init(component, .fault)
            case "status": self.init(component, .answer)
            case "exchange", "order": self.init(component, .request(method: method, part: place))
            case _ where place.hasPrefix("request "):
                self.init(component, .request(method: method, part: place))
            default:
                if let quantity = Quantity(leaf: place, target: target) {
                    self.init(component, .reading(quantity))
                } else {
                    self.init(component, .property(place))
                }
            }
        }
    }

    package init(_ component: Component, _ aspect: Aspect) {
        self.component = component
        self.aspect = aspect
    }

    /// The rank among topics that begin at the same moment: what may cause stands before what may
    /// follow.
    var causalRank: Int {
        switch aspect {
        case .header: 0
        case .fault: 1
        case .step: 2
        case .request(let method, _): method == "GET" ? 13 : 3
        case .truth: 4
        case .reading(let quantity):
            switch quantity.kind {
            case .power: 6
            case .voltage: 7
            case .current: 8
            case .energy: 9
            case .derived: 10
            }
        case .answer: 5
        case .property: 11
        case .delivery: 12
        case .claim: 14
        }
    }

    /// Whether what the client does differs, rather than what the device shows.
    package var isConduct: Bool {
        switch aspect {
        case .request: true
        case .header(let field): field == "client"
        case .fault, .step, .truth, .reading, .answer, .property, .delivery, .claim: false
        }
    }

    /// The topic in words: `outlet 24 power`.
    package func words(of components: [Component]) -> String {
        let subject = Component.words(components)
        switch aspect {
        case .header(let field): return "\(field) of the recording"
        case .step: return "step of the scenario"
        case .fault: return "fault played on \(subject)"
        case .request(let method, let part):
            switch part {
            case "exchange": return "\(method) of \(subject)"
            case "order": return "order of \(method) of \(subject)"
            default: return "\(part.dropFirst("request ".count)) in \(method) of \(subject)"
            }
        case .truth: return "power supply"
        case .reading(let quantity): return "\(subject) \(quantity.name)"
        case .answer: return "answer of \(subject)"
        case .property(let leaf):
            return "\(subject) \(leaf.hasPrefix("hdr:") ? "header \(leaf.dropFirst(4))" : leaf)"
        case .delivery(let part):
            return part == "exchange" ? "event delivery" : "event delivery \(part)"
        case .claim("claim", _): return "\(subject) claim"
        case .claim(let part, _): return "\(subject) claimed \(part.drop { $0 == "/" })"
        }
    }
}

extension Component {
    fileprivate static let scenario = Component(level: .other, name: "")

    /// Of what a truth is about: `outlet 3 off: breaker A`.
    fileprivate init(truth words: String?) {
        let pieces = (words ?? "").split(separator: " ")
        if pieces.count > 1, pieces[0] == "outlet" {
            self.init(level: .outlet, name: String(pieces[1]))
        } else {
            self.init(level: .unit, name: "")
        }
    }

    /// Of a claim: `pdu`, `mains`, `branch A`, `outlet 7`, or a resource's URI.
    fileprivate init(scope: String) {
        if scope.hasPrefix("/") {
            self.init(target: scope)
            return
        }
        let pieces = scope.split(separator: " ", maxSplits: 1).map(String.init)
        let name = pieces.count > 1 ? pieces[1] : ""
        switch pieces.first {
        case "pdu": self.init(level: .unit, name: "")
        case "mains": self.init(level: .mains, name: name)
        case "branch": self.init(level: .branch, name: name)
        case "outlet": self.init(level: .outlet, name: name)
        default: self.init(level: .other, name: scope.isEmpty ? "client" : scope)
        }
    }
}
