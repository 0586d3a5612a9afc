import Dispatch
import Testing

@testable import HarnessCommands

/// Work apart from the threads that tasks share, and work that has to come after other work.
@Suite(.timeLimit(.minutes(1))) struct ApartTests {
    private struct Failure: Error, Equatable {
        var number: Int
    }

    /// More waits than there are threads for tasks: the one that ends them still has its turn.
    @Test func waitingKeepsNoTaskFromItsTurn() async {
        let released = DispatchSemaphore(value: 0)
        let waiters = 16
        let endings = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<waiters {
                group.addTask {
                    await apart { released.wait() }
                    return 1
                }
            }
            group.addTask {
                for _ in 0..<waiters { released.signal() }
                return 1
            }
            return await group.reduce(0, +)
        }
        #expect(endings == waiters + 1)
    }

    @Test func whatHasToComeAfterComesWhateverHappened() async throws {
        var ends = 0
        let value = try await ensuring {
            7
        } finally: {
            ends += 1
        }
        #expect(value == 7)
        let first = await #expect(throws: Failure.self) {
            try await ensuring {
                throw Failure(number: 1)
            } finally: {
                ends += 1
                throw Failure(number: 2)
            }
        }
        #expect(first == Failure(number: 1))
        let second = await #expect(throws: Failure.self) {
            try await ensuring {
            } finally: {
                throw Failure(number: 2)
            }
        }
        #expect(second == Failure(number: 2))
        #expect(ends == 2)
    }
}
