import JSONText
import SmartPDU

/// Faults that have nothing to play on, and expected requests that lead nowhere.
extension ScenarioReview {
    var faultRemarks: [Remark] {
        scenario.faults.enumerated().flatMap { index, fault -> [Remark] in
            let place = JSONPointer("faults", String(index))
            if let miss = pathMiss(fault.requests.path) {
                return [Remark(.error, miss, at: place.appending("on").appending("path"))]
            }
            guard case .edit(let edits) = fault.effect,
                [.get, .any].contains(fault.requests.method)
            else { return [] }
            return editRemark(edits, fault.requests.path, at: place.appending("edit")).map { [$0] }
                ?? []
        }
    }

    /// That a client must not ask for something can be said of anything.
    var requestRemarks: [Remark] {
        scenario.expectation.requests.enumerated().compactMap { index, request in
            guard request.atLeast > 0, let miss = pathMiss(request.pattern.path) else { return nil }
            let place = JSONPointer("expect", "requests", String(index), "path")
            return Remark(.warning, miss, at: place)
        }
    }

    // MARK: Paths

    /// What is wrong with a pattern that matches nothing the device has.
    private func pathMiss(_ pattern: PathPattern) -> String? {
        guard !device.paths.contains(where: pattern.mayMatch) else { return nil }
        let words = "the device has nothing at \(pattern.text)"
        guard let near = nearPath(pattern) else { return words }
        return "\(words); did you mean \(near)?"
    }

    /// The pattern with the one segment put right for which no path has another.
    private func nearPath(_ pattern: PathPattern) -> String? {
        for (index, segment) in pattern.segments.enumerated()
        where segment != "*" && !segment.allSatisfy(\.isNumber) {
            let known = device.paths.compactMap { path -> String? in
                guard let parts = pattern.comparedParts(of: path) else { return nil }
                let isRightElsewhere = zip(parts, pattern.segments).enumerated().allSatisfy {
                    $0.offset == index || $0.element.1 == "*" || $0.element.0 == $0.element.1
                }
                return isRightElsewhere ? String(parts[parts.startIndex + index]) : nil
            }
            if let near = nearMiss(for: segment, among: known) {
                return pattern.replacing(index, with: near)
            }
        }
        return nil
    }

    // MARK: Edits

    private func editRemark(
        _ edits: [FaultRule.BodyEdit], _ pattern: PathPattern, at place: JSONPointer
    ) -> Remark? {
        // Members that come and go show nothing yet.
        guard let example = device.body(matching: pattern) else { return nil }
        let pointers = edits.map(\.pointer)
        let isPlain = { (body: JSONValue) in
            firstFailure(of: edits, in: body) == nil && pointers.allSatisfy { body[$0] != nil }
        }
        guard device.body(matching: pattern, where: isPlain) == nil else { return nil }
        if let body = device.body(
            matching: pattern, where: { firstFailure(of: edits, in: $0) == nil })
        {
            return additionRemark(pointers, in: body, at: place)
        }
        guard let index = firstFailure(of: edits, in: example) else { return nil }
        let pointer = pointers[index]
        let place = place.appending(index).appending("at")
        guard example[pointer] == nil else {
            return Remark(
                .warning,
                "what stands at \(pointer) is no number in any answer at \(pattern.text), so "
                    + "nothing can be added to it", at: place)
        }
        let words = "no answer at \(pattern.text) has \(pointer)"
        guard let near = nearPointer(pointer, in: example) else {
            return Remark(.warning, "\(words), unless the client makes it so", at: place)
        }
        return Remark(.error, "\(words); did you mean \(near)?", at: place)
    }

    /// A new member is meant as a rule, but not where one much like it is there.
    private func additionRemark(
        _ pointers: [JSONPointer], in body: JSONValue, at place: JSONPointer
    ) -> Remark? {
        for (index, pointer) in pointers.enumerated() where body[pointer] == nil {
            guard let near = nearPointer(pointer, in: body) else { continue }
            return Remark(
                .warning,
                "\(pointer) is added to answers that have \(near); did you mean that?",
                at: place.appending(index).appending("at"))
        }
        return nil
    }

    private func firstFailure(of edits: [FaultRule.BodyEdit], in body: JSONValue) -> Int? {
        var body = body
        return edits.firstIndex { !body.apply($0) }
    }

    /// The pointer with its first wrong token put right.
    private func nearPointer(_ pointer: JSONPointer, in body: JSONValue) -> JSONPointer? {
        for (index, token) in pointer.tokens.enumerated() {
            let parent = JSONPointer(tokens: Array(pointer.tokens[..<index]))
            guard body[parent.appending(token)] == nil else { continue }
            guard let near = nearMiss(for: token, among: body[parent]?.object?.names ?? []) else {
                return nil
            }
            var tokens = pointer.tokens
            tokens[index] = near
            return JSONPointer(tokens: tokens)
        }
        return nil
    }
}

extension PathPattern {
    /// Whether it matches a path of which segments that are `*` may be anything.
    fileprivate func mayMatch(_ path: String) -> Bool {
        guard let parts = comparedParts(of: path) else { return false }
        return zip(parts, segments).allSatisfy { $1 == "*" || $0 == "*" || $0 == $1 }
    }
}
