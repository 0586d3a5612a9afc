import VirtualTime

/// Keeps the tasks, running and done, and says when something is due. One task runs at a time, in
/// the order in which they were accepted.
///
/// Source: DSP8010 TaskService v1_3.
struct TaskDesk: Sendable {
    /// How many tasks are kept; the oldest one done makes room (`CompletedTaskOverWritePolicy`).
    static let limit = 16

    /// How long a task stays after it is done (`TaskAutoDeleteTimeoutMinutes`).
    var autoDelete = VirtualDuration.hours(24)
    /// How long a monitor stays after it has told the result (`TaskMonitorAutoExpirySeconds`).
    var monitorExpiry = VirtualDuration.seconds(60)
    private(set) var tasks: [DeviceTask] = []
    /// What subscribers have not been told yet.
    private var announcements: [DeviceEvent] = []
    private var createdCount = 0

    subscript(id: String) -> DeviceTask? { tasks.first { $0.id == id } }

    /// Accepts a task.
    ///
    /// - Throws: `Base.CreateLimitReachedForResource` where all that are kept still wait or run.
    mutating func add(
        _ name: String, _ work: DeviceTask.Work, lasting duration: VirtualDuration,
        at instant: VirtualInstant
    ) throws(RedfishError) -> DeviceTask {
        if tasks.count >= Self.limit {
            guard let oldest = tasks.firstIndex(where: { $0.outcome != nil }) else {
                throw .collectionFull
            }
            tasks.remove(at: oldest)
        }
        createdCount += 1
        let busyUntil = tasks.last { $0.outcome == nil }?.ends ?? instant
        let task = DeviceTask(
            id: String(createdCount), name: name, work: work, duration: duration,
            created: instant, begins: max(instant, busyUntil))
        tasks.append(task)
        return task
    }

    /// Removes a task; one that was not done is cancelled, and those behind it move up.
    mutating func remove(_ id: String, at instant: VirtualInstant) {
        guard let index = tasks.firstIndex(where: { $0.id == id }) else { return }
        let task = tasks.remove(at: index)
        announce(
            task.outcome == nil ? "TaskEvent.TaskCancelled" : "TaskEvent.TaskRemoved", task,
            at: instant)
        var free = instant
        for index in tasks.indices where tasks[index].outcome == nil {
            if !tasks[index].hasBegun { tasks[index].begins = free }
            free = tasks[index].ends
        }
    }

    mutating func removeAllCompleted(at instant: VirtualInstant) {
        for task in tasks where task.outcome != nil { remove(task.id, at: instant) }
    }

    mutating func noteMonitorRead(_ id: String, at instant: VirtualInstant) {
        guard let index = tasks.firstIndex(where: { $0.id == id }),
            tasks[index].outcome != nil, tasks[index].monitorRead == nil
        else { return }
        tasks[index].monitorRead = instant
    }

    // MARK: Time

    /// When something happens to a task next, or nil.
    var nextDue: VirtualInstant? {
        var next = announcements.first?.instant
        for task in tasks {
            guard let due = nextDue(of: task) else { continue }
            next = min(next ?? due, due)
        }
        return next
    }

    private func nextDue(of task: DeviceTask) -> VirtualInstant? {
        guard task.outcome != nil else { return task.hasBegun ? task.ends : task.begins }
        var due = task.ends + autoDelete
        if task.hasMonitor, let read = task.monitorRead { due = min(due, read + monitorExpiry) }
        return due
    }

    /// Takes away what has stayed long enough.
    mutating func expire(at instant: VirtualInstant) {
        for index in tasks.indices {
            guard let read = tasks[index].monitorRead, read + monitorExpiry <= instant else {
                continue
            }
            tasks[index].hasMonitor = false
        }
        for task in tasks where task.outcome != nil && task.ends + autoDelete <= instant {
            remove(task.id, at: instant)
        }
    }

    /// The task whose time is up, if there is one.
    func finishing(at instant: VirtualInstant) -> DeviceTask? {
        tasks.first { $0.hasBegun && $0.outcome == nil && $0.ends <= instant }
    }

    mutating func finish(
        _ id: String, _ outcome: DeviceTask.Outcome, at instant: VirtualInstant
    ) {
        guard let index = tasks.firstIndex(where: { $0.id == id }) else { return }
        tasks[index].outcome = outcome
        let isCompleted = tasks[index].state == .completed
        announce(
            isCompleted ? "TaskEvent.TaskCompletedOK" : "TaskEvent.TaskAborted", tasks[index],
            at: instant)
    }

    /// Begins the tasks whose turn it is.
    mutating func begin(at instant: VirtualInstant) {
        for index in tasks.indices
        where !tasks[index].hasBegun && tasks[index].begins <= instant {
            tasks[index].hasBegun = true
            announce("TaskEvent.TaskStarted", tasks[index], at: instant)
        }
    }

    // MARK: Events

    private mutating func announce(_ key: String, _ task: DeviceTask, at instant: VirtualInstant) {
        announcements.append(
            DeviceEvent(
                message: RedfishMessage(key, arguments: [task.id]),
                origin: "\(Addresses.tasks)/\(task.id)", originType: "Task", instant: instant))
    }

    mutating func takeAnnouncements() -> [DeviceEvent] {
        defer { announcements = [] }
        return announcements
    }
}
