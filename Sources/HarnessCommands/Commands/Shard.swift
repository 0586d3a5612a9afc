import ArgumentParser

/// `2/4`: the second of four parts.
struct Shard: ExpressibleByArgument {
    private(set) var number = 1
    private(set) var count = 1

    init() {}

    init?(argument: String) {
        let numbers = argument.split(separator: "/", omittingEmptySubsequences: false).map {
            Int($0)
        }
        guard numbers.count == 2, let number = numbers[0], let count = numbers[1],
            (1...1000).contains(count), (1...count).contains(number)
        else { return nil }
        self.number = number
        self.count = count
    }

    var defaultValueDescription: String { "\(number)/\(count)" }

    /// Every n-th, so that long ones that stand together are shared.
    func part<Element>(of elements: [Element]) -> [Element] {
        elements.enumerated().filter { $0.offset % count == number - 1 }.map(\.element)
    }
}
