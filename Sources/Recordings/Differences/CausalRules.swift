/// Which differences may follow from which: the physics of the unit and the protocol's own cause
/// and effect, both only forward in time.
extension DifferenceTopic {
    /// Whether an earlier difference of this topic explains a later one of the other.
    func explains(_ effect: DifferenceTopic) -> Bool {
        if self == effect { return true }
        switch aspect {
        case .header(let field): return headerExplains(field, effect)
        case .step: return effect.causalRank > causalRank
        case .fault: return effect.isReaction || isOfSameResource(effect) && effect.isShown
        case .request(let method, let part):
            guard method != "GET" else {
                // Reading changes nothing; but what was not asked for was not answered either.
                return part == "order" ? effect.isConduct && isOfSameResource(effect) : false
            }
            return effect.causalRank >= causalRank
        case .truth: return effect.causalRank > causalRank
        case .reading(let quantity): return readingExplains(quantity, effect)
        case .answer: return isOfSameResource(effect) && effect.isShown || effect.isReaction
        case .property(let leaf): return propertyExplains(leaf, effect)
        case .delivery: return effect.isDelivery || effect.isClaim
        case .claim: return false
        }
    }

    private func headerExplains(_ field: String, _ effect: DifferenceTopic) -> Bool {
        switch field {
        case "model": !effect.isConduct
        case "client": effect.isConduct || effect.isClaim || effect.isDelivery
        default: true
        }
    }

    /// A load moves all that is measured above it, and through the impedance of the supply the
    /// voltage of everything; a voltage moves every reading; energy adds up.
    private func readingExplains(_ quantity: Quantity, _ effect: DifferenceTopic) -> Bool {
        switch effect.aspect {
        case .truth: return quantity.kind == .power || quantity.kind == .current
        case .delivery, .claim: return true
        case .property(let leaf):
            return isOfSameResource(effect) && leaf.hasPrefix("hdr:ETag")
                || quantity.kind != .energy && effect.component.level >= component.level
                    && showsState(leaf)
                || effect.component.level == .other && leaf.contains("MetricValue")
        case .reading(let other):
            let isAbove = effect.component.level > component.level
            let isSame = effect.component == component
            switch quantity.kind {
            case .power: return isSame || isAbove || other.kind != .power && other.kind != .energy
            case .voltage: return true
            case .current: return isSame || isAbove
            case .energy: return other.kind == .energy && (isSame || isAbove)
            case .derived: return other.kind == .derived && isAbove && other.name == quantity.name
            }
        case .header, .fault, .step, .request, .answer: return false
        }
    }

    private func propertyExplains(_ leaf: String, _ effect: DifferenceTopic) -> Bool {
        switch effect.aspect {
        case .property("hdr:ETag"): return isOfSameResource(effect)
        case .reading, .delivery, .claim: return showsState(leaf)
        case .property(let other):
            return showsState(leaf) && showsState(other)
                && effect.component.level >= component.level
        case .header, .fault, .step, .request, .truth, .answer: return false
        }
    }

    private func showsState(_ leaf: String) -> Bool {
        let words = ["/Status", "/BreakerState", "/PowerState", "/PowerEnabled"]
        return words.contains { leaf.hasPrefix($0) }
    }

    private func isOfSameResource(_ other: DifferenceTopic) -> Bool {
        component == other.component
    }

    /// What a client does, and what comes of it, once it has met something.
    private var isReaction: Bool { isConduct || isClaim || isDelivery }

    private var isShown: Bool {
        switch aspect {
        case .reading, .property, .answer: true
        case .header, .fault, .step, .request, .truth, .delivery, .claim: false
        }
    }

    private var isClaim: Bool { if case .claim = aspect { true } else { false } }
    private var isDelivery: Bool { if case .delivery = aspect { true } else { false } }
}
