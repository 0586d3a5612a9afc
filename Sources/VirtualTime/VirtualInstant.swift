/// A moment on the scenario's clock, in whole milliseconds since 1970-01-01T00:00:00Z.
///
/// Everything the device says about time follows these instants. Integers, because Foundation's
/// dates print .123 s as `.122Z`.
package struct VirtualInstant: Sendable, Hashable, Comparable {
    package var millisecondsSinceEpoch: Int64

    package init(millisecondsSinceEpoch: Int64) {
        self.millisecondsSinceEpoch = millisecondsSinceEpoch
    }

    package static func < (left: VirtualInstant, right: VirtualInstant) -> Bool {
        left.millisecondsSinceEpoch < right.millisecondsSinceEpoch
    }

    package static func + (instant: VirtualInstant, span: VirtualDuration) -> VirtualInstant {
        VirtualInstant(
            millisecondsSinceEpoch: instant.millisecondsSinceEpoch + span.milliseconds)
    }

    package static func - (instant: VirtualInstant, span: VirtualDuration) -> VirtualInstant {
        VirtualInstant(
            millisecondsSinceEpoch: instant.millisecondsSinceEpoch - span.milliseconds)
    }

    package static func - (left: VirtualInstant, right: VirtualInstant) -> VirtualDuration {
        VirtualDuration(
            milliseconds: left.millisecondsSinceEpoch - right.millisecondsSinceEpoch)
    }

    /// The last instant at or before this one that is a multiple of the span after the origin.
    package func floored(
        to span: VirtualDuration,
        from origin: VirtualInstant = VirtualInstant(
            millisecondsSinceEpoch: 0)
    ) -> VirtualInstant {
        let elapsed = (self - origin).milliseconds
        let remainder = elapsed % span.milliseconds
        return self
            - VirtualDuration(
                milliseconds: remainder >= 0 ? remainder : remainder + span.milliseconds)
    }
}

/// A span of scenario time in whole milliseconds.
package struct VirtualDuration: Sendable, Hashable, Comparable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package static let zero = VirtualDuration(milliseconds: 0)

    package static func milliseconds(_ count: Int64) -> VirtualDuration {
        VirtualDuration(milliseconds: count)
    }

    package static func seconds(_ count: Int64) -> VirtualDuration {
        VirtualDuration(milliseconds: count * 1000)
    }

    package static func minutes(_ count: Int64) -> VirtualDuration { .seconds(count * 60) }

    package static func hours(_ count: Int64) -> VirtualDuration { .seconds(count * 3600) }

    package static func < (left: VirtualDuration, right: VirtualDuration) -> Bool {
        left.milliseconds < right.milliseconds
    }

    package static func + (left: VirtualDuration, right: VirtualDuration) -> VirtualDuration {
        VirtualDuration(milliseconds: left.milliseconds + right.milliseconds)
    }

    package static func - (left: VirtualDuration, right: VirtualDuration) -> VirtualDuration {
        VirtualDuration(milliseconds: left.milliseconds - right.milliseconds)
    }

    package static func * (span: VirtualDuration, factor: Int64) -> VirtualDuration {
        VirtualDuration(milliseconds: span.milliseconds * factor)
    }
}
