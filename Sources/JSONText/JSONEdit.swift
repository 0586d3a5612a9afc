extension JSONValue {
    /// Replaces the value at a pointer, or adds a member there. Returns whether the pointer's
    /// parent exists and could take it.
    @discardableResult
    package mutating func replace(_ pointer: JSONPointer, with value: JSONValue) -> Bool {
        edit(pointer.tokens[...]) { $0 = value }
    }

    /// Removes the member or element at a pointer. Returns whether there was one.
    @discardableResult
    package mutating func remove(_ pointer: JSONPointer) -> Bool {
        guard self[pointer] != nil else { return false }
        return edit(pointer.tokens[...]) { $0 = nil }
    }

    private mutating func edit(
        _ tokens: ArraySlice<String>, _ change: (inout JSONValue?) -> Void
    ) -> Bool {
        guard let token = tokens.first else {
            var value: JSONValue? = self
            change(&value)
            self = value ?? .null
            return true
        }
        let isLast = tokens.count == 1
        switch self {
        case .object(var object):
            var member = object[token]
            if isLast {
                change(&member)
            } else {
                guard var inner = member, inner.edit(tokens.dropFirst(), change) else {
                    return false
                }
                member = inner
            }
            object[token] = member
            self = .object(object)
        case .array(var elements):
            guard let index = JSONPointer.index(token), elements.indices.contains(index) else {
                return false
            }
            if isLast {
                var element: JSONValue? = elements[index]
                change(&element)
                if let element {
                    elements[index] = element
                } else {
                    elements.remove(at: index)
                }
            } else {
                guard elements[index].edit(tokens.dropFirst(), change) else { return false }
            }
            self = .array(elements)
        default: return false
        }
        return true
    }
}
