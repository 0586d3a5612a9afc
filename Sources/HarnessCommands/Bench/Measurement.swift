import Foundation

/// One thing that `bench` measures, with its budgets.
protocol Measurement: Sendable {
    /// What `--only` calls it.
    var name: String { get }

    /// - Throws: ``NotMeasurable`` where something it needs is absent; any other error means that
    ///   what was to be measured did not work.
    func measure(_ bench: BenchSetting) async throws -> [BenchRow]
}

/// What every measurement is given.
struct BenchSetting: Sendable {
    let folders: DataFolders
    let bundle: Bundle
    /// Smaller counts, for a first look and for tests.
    let isQuick: Bool

    var store: ScenarioStore { ScenarioStore(folders: folders) }

    /// The folder of DMTF's publication, or nil where it is not at hand.
    var publication: String? {
        let named = ProcessInfo.processInfo.environment["PDU_HARNESS_DMTF"]
        let folder = named ?? "\(folders.home)/../shared/dmtf"
        return Files.isDirectory(folder) ? folder : nil
    }
}

enum Measurements {
    /// In this order: what looks at the memory of this process comes before what fills it.
    static let all: [any Measurement] = [
        ColdStart(), MockupValidation(), SteadyValidation(), SchemaLoading(), ServedGet(),
        ScenarioDay(usesSockets: false), ScenarioDay(usesSockets: true), GoldenSize(),
        GoldenFormats(),
        ServeMemory(),
    ]
}

/// Seconds of processor time that this process has used on all its threads. Beside the wall's time
/// they tell a busy machine from slow work.
func processorSeconds() -> Double {
    return Double(clock()) / Double(CLOCKS_PER_SEC)
}

/// How long something took, and what came of it.
func timed<Result>(_ work: () throws -> Result) rethrows -> (seconds: Double, result: Result) {
    var result: Result?
    let span = try ContinuousClock().measure { result = try work() }
    guard let result else { preconditionFailure("work gave nothing back") }
    return (Figure.seconds(span).value, result)
}
