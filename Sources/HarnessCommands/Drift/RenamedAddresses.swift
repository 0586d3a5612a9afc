import HTTPMessages
import HTTPTypes
import JSONText

/// Resources that were created under one address when they were recorded, and under another here.
struct RenamedAddresses {
    private var hereByRecorded: [(recorded: String, here: String)] = []

    mutating func learn(_ recorded: ResponseMessage?, _ seen: ResponseMessage) {
        guard recorded?.status == 201, seen.status == 201, let old = recorded?.locationPath,
            let new = seen.locationPath
        else { return }
        hereByRecorded.removeAll { $0.recorded == old }
        if old != new { hereByRecorded.append((old, new)) }
    }

    func asHere(_ request: RequestMessage) -> RequestMessage {
        var request = request
        for (recorded, here) in hereByRecorded
        where request.path == recorded || request.path.hasPrefix(recorded + "/") {
            request.head.path = here + request.target.dropFirst(recorded.count)
        }
        return request
    }

    /// Links to what was created here lead to where it was recorded.
    func asRecorded(_ response: ResponseMessage) -> ResponseMessage {
        guard !hereByRecorded.isEmpty, let value = try? JSONValue(parsing: response.body) else {
            return response
        }
        var response = response
        response.body = asRecorded(value, name: "").compactBytes
        return response
    }

    private func asRecorded(_ value: JSONValue, name: String) -> JSONValue {
        switch value {
        case .object(let object):
            var result = object
            for member in object.members {
                result[member.name] = asRecorded(member.value, name: member.name)
            }
            return .object(result)
        case .array(let elements): return .array(elements.map { asRecorded($0, name: name) })
        case .string(let text):
            for (recorded, here) in hereByRecorded {
                if text == here || text.hasPrefix(here + "/") {
                    return .string(recorded + text.dropFirst(here.count))
                }
                if name == "Id", text == lastSegment(here) { return .string(lastSegment(recorded)) }
            }
            return value
        default: return value
        }
    }

    private func lastSegment(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}

extension ResponseMessage {
    /// The path that `Location` names.
    var locationPath: String? {
        head.headerFields[.location].flatMap { location in
            guard let scheme = location.firstRange(of: "://") else { return location }
            let rest = location[scheme.upperBound...]
            return rest.firstIndex(of: "/").map { String(rest[$0...]) }
        }
    }
}
