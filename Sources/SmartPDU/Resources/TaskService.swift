import JSONText
import VirtualTime

extension Resource {
    /// Source: DSP8010 TaskService v1_3_0.
    static let taskService: Resource = Resource(
        type: "TaskService.v1_3_0.TaskService", hasEntityTag: true,
        render: { pdu, _, _, json in
            json.head(Addresses.taskService, .taskService, id: "TaskService", name: "Task service")
            json.status()
            json.member("ServiceEnabled", true)
            json.member("CompletedTaskOverWritePolicy", "Oldest")
            json.member("LifeCycleEventOnTaskStateChange", true)
            json.member(
                "TaskAutoDeleteTimeoutMinutes", Int(pdu.tasks.autoDelete.milliseconds / 60_000))
            json.member(
                "TaskMonitorAutoExpirySeconds", Int(pdu.tasks.monitorExpiry.milliseconds / 1000))
            json.link("Tasks", Addresses.tasks)
        },
        writable: [
            .integer("TaskAutoDeleteTimeoutMinutes", in: 1...525_600) { pdu, _, minutes in
                pdu.tasks.autoDelete = .minutes(minutes)
            },
            .integer("TaskMonitorAutoExpirySeconds", in: 0...86_400) { pdu, _, seconds in
                pdu.tasks.monitorExpiry = .seconds(seconds)
            },
        ],
        actions: [
            Action(name: "TaskService.DeleteAllCompletedTasks") {
                pdu, context, _ throws(RedfishError) in
                pdu.tasks.removeAllCompleted(at: context.instant)
                return pdu.carryTasksForward(at: context.instant)
            }
        ])

    static let taskCollection = Resource.collection(
        "TaskCollection", at: Addresses.tasks, name: "Tasks",
        members: { pdu in pdu.tasks.tasks.map { "\(Addresses.tasks)/\($0.id)" } })

    /// Payloads are hidden: they may hold credentials. Source: DSP8010 Task v1_7_4.
    static let task: Resource = Resource(
        type: "Task.v1_7_4.Task",
        render: { pdu, place, instant, json in
            guard case .member(let id) = place, let task = pdu.tasks[id] else { return }
            json.head("\(Addresses.tasks)/\(id)", .task, id: id, name: task.name)
            json.member("TaskState", task.state.rawValue)
            json.member("TaskStatus", task.state == .exception ? "Critical" : "OK")
            json.member("StartTime", (task.hasBegun ? task.begins : task.created).iso8601)
            if task.outcome != nil { json.member("EndTime", task.ends.iso8601) }
            json.member("EstimatedDuration", task.duration.iso8601)
            json.member("PercentComplete", task.percentComplete(at: instant))
            if task.hasMonitor { json.member("TaskMonitor", "\(Addresses.taskMonitors)/\(id)") }
            json.member("HidePayload", true)
            json.array("Messages") { json in
                for message in task.messages { json.message(message, catalog: pdu.catalog) }
            }
        },
        exists: { pdu, place in
            guard case .member(let id) = place else { return false }
            return pdu.tasks[id] != nil
        },
        delete: removeTask)

    /// Where a client waits for the result of a task. It is no resource of its own.
    static let taskMonitor: Resource = Resource(
        type: task.type, render: task.render,
        exists: { pdu, place in
            guard case .member(let id) = place else { return false }
            return pdu.tasks[id]?.hasMonitor == true
        },
        delete: removeTask,
        respond: { pdu, context in
            guard case .member(let id) = context.place else {
                return pdu.accepted("", at: context.instant)
            }
            return pdu.monitorAnswer(id, context)
        })

    private static let removeTask: Deletion = { pdu, context throws(RedfishError) in
        guard case .member(let id) = context.place else { return }
        pdu.tasks.remove(id, at: context.instant)
    }
}

extension DeviceTask {
    /// What the task has to say of itself.
    fileprivate var messages: [RedfishMessage] {
        switch (outcome, hasBegun) {
        case (nil, false): []
        case (nil, true): [RedfishMessage("TaskEvent.TaskStarted", arguments: [id])]
        case (.succeeded, _): [RedfishMessage("TaskEvent.TaskCompletedOK", arguments: [id])]
        case (.failed(let error), _):
            error.messages + [RedfishMessage("TaskEvent.TaskAborted", arguments: [id])]
        }
    }
}
