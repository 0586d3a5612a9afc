import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The process groups of our children, for whoever ends this process at once: nobody else would end
/// them.
///
/// A signal handler reads them, which must neither lock nor allocate, so they stand in a table that
/// is made once and never grows.
enum ChildGroups {
    /// More children than this at one time are not remembered.
    private static let capacity = 1024

    /// Zero is none. Atomics may be used from anywhere; a pointer's type does not say so.
    nonisolated(unsafe) private static let groups = {
        let groups = UnsafeMutablePointer<Atomic<pid_t>>.allocate(capacity: capacity)
        for place in 0..<capacity { (groups + place).initialize(to: Atomic(0)) }
        return groups
    }()

    /// Makes the table, so that the handler does not have to.
    static func prepare() { _ = groups }

    static func add(_ group: pid_t) { exchange(0, for: group) }

    /// To be called before the group's leader is reaped: afterwards its number may be a stranger's.
    static func remove(_ group: pid_t) { exchange(group, for: 0) }

    /// Puts a value in the first place that holds another.
    private static func exchange(_ old: pid_t, for new: pid_t) {
        for place in 0..<capacity {
            let (isExchanged, _) = groups[place].compareExchange(
                expected: old, desired: new, ordering: .sequentiallyConsistent)
            if isExchanged { return }
        }
    }

    /// May be called in a signal handler.
    static func killAll() {
        var place = 0
        while place < capacity {
            let group = groups[place].load(ordering: .sequentiallyConsistent)
            if group != 0 { kill(-group, SIGKILL) }
            place += 1
        }
    }
}
