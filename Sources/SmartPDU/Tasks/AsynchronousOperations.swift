import HTTPMessages
import HTTPTypes
import JSONText
import VirtualTime

// An action that takes its time is answered 202 with its task and the task's monitor; the monitor
// says 202 until the task is done, then what the action itself would have answered.
//
// Source: DSP0266 "Redfish Specification" 1.8.1, 12.2 Asynchronous operations.

extension Action {
    /// An action whose result comes later, by way of a task.
    static func asynchronous(
        _ name: String, parameters: [Parameter],
        start:
            @escaping @Sendable (inout SmartPDU, RequestContext, JSONObject) throws(RedfishError)
            -> DeviceTask
    ) -> Action {
        Action(name: name, parameters: parameters, start: start) {
            _, _, _ throws(RedfishError) in []
        }
    }
}

extension SmartPDU {
    /// The answer to a request that a task carries out.
    func accepted(_ id: String, at instant: VirtualInstant) -> ResponseMessage {
        var fields = StandingHeaders.common
        fields[.contentType] = "application/json; charset=utf-8"
        fields[.link] = Resource.task.describedBy
        fields[.location] = "\(Addresses.taskMonitors)/\(id)"
        fields[.date] = instant.httpDate
        if let task = tasks[id] {
            let left = (task.ends - instant).milliseconds
            fields[.retryAfter] = String(max(1, (left + 999) / 1000))
        }
        var json = JSONWriter()
        json.object { Resource.task.render(self, .member(id), instant, &$0) }
        return ResponseMessage(status: .accepted, fields: fields, body: json.bytes)
    }

    /// What a task's monitor answers.
    mutating func monitorAnswer(_ id: String, _ context: RequestContext) -> ResponseMessage {
        guard let outcome = tasks[id]?.outcome else { return accepted(id, at: context.instant) }
        tasks.noteMonitorRead(id, at: context.instant)
        var result = RedfishError(.ok, "Base.Success")
        switch outcome {
        case .failed(let error): result = error
        case .succeeded(let location):
            if let location { result.fields[.location] = location }
        }
        return refusal(
            result, of: RequestMessage(.get, context.path), at: context.instant)
    }

    /// Ends, begins and removes tasks whose time has come, and says so.
    mutating func carryTasksForward(at instant: VirtualInstant) -> [Effect] {
        tasks.expire(at: instant)
        while let task = tasks.finishing(at: instant) {
            tasks.finish(task.id, carryOut(task.work, at: instant), at: instant)
        }
        tasks.begin(at: instant)
        var effects: [Effect] = []
        for event in tasks.takeAnnouncements() {
            effects += events.publish([event], at: instant, catalog: catalog)
        }
        return effects
    }

    private mutating func carryOut(
        _ work: DeviceTask.Work, at instant: VirtualInstant
    ) -> DeviceTask.Outcome {
        switch work {
        case .exportConfiguration(let request):
            .succeeded(location: exportConfiguration(request, at: instant))
        case .installFirmware(let imageURI): installFirmware(from: imageURI)
        }
    }
}
