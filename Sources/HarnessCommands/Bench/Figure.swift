import Findings
import Foundation

/// A measured number with its unit.
struct Figure: Sendable, Hashable {
    enum Unit: String, Sendable {
        case seconds
        case perSecond
        case bytes
        case lines
        /// A ratio to the peer.
        case times
    }

    var value: Double
    var unit: Unit

    static func seconds(_ value: Double) -> Figure { Figure(value: value, unit: .seconds) }
    static func perSecond(_ value: Double) -> Figure { Figure(value: value, unit: .perSecond) }
    static func bytes(_ value: Int) -> Figure { Figure(value: Double(value), unit: .bytes) }
    static func lines(_ value: Int) -> Figure { Figure(value: Double(value), unit: .lines) }
    static func times(_ value: Double) -> Figure { Figure(value: value, unit: .times) }

    static func seconds(_ span: Duration) -> Figure {
        .seconds(Double(span.components.seconds) + Double(span.components.attoseconds) / 1e18)
    }

    /// For people: `6.21 s`, `95.3 ms`, `61,234/s`, `1.21 MB`, `0.81 ×`.
    var text: String {
        switch unit {
        case .seconds where value >= 1: String(format: "%.2f s", value)
        case .seconds: String(format: "%.1f ms", value * 1000)
        case .perSecond: "\(Int(value).grouped)/s"
        case .bytes where abs(value) >= 1_000_000: String(format: "%.2f MB", value / 1e6)
        case .bytes: String(format: "%.0f kB", value / 1e3)
        case .lines: Int(value).counted("line")
        case .times: String(format: "%.2f ×", value)
        }
    }
}

/// What a figure has to keep to.
enum Budget: Sendable, Hashable {
    case atLeast(Figure)
    case atMost(Figure)

    var figure: Figure {
        switch self {
        case .atLeast(let figure), .atMost(let figure): figure
        }
    }

    func isMet(by value: Double) -> Bool {
        switch self {
        case .atLeast(let figure): value >= figure.value
        case .atMost(let figure): value <= figure.value
        }
    }

    var text: String {
        switch self {
        case .atLeast(let figure): "≥ \(figure.text)"
        case .atMost(let figure): "≤ \(figure.text)"
        }
    }
}
