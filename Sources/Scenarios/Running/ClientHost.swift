package import HTTPMessages
import HTTPTypes
package import ReferenceClient
import Synchronization
package import VirtualTime

/// Owns the built-in client of a run. Its actions are collected, and the driver carries them out.
package final class ClientHost: Sendable {
    private struct State {
        var client: EnergyAggregator?
        var actions: [EnergyAggregator.Action] = []
    }

    private let state: Mutex<State>
    private let now: @Sendable () -> VirtualInstant

    package init(now: @escaping @Sendable () -> VirtualInstant) {
        state = Mutex(State())
        self.now = now
    }

    /// Takes the client in; it can be made only once the address of its listener is known.
    package func install(_ client: EnergyAggregator) {
        state.withLock { $0.client = client }
    }

    /// Puts a new client in the place of one that has ended, with what that has kept.
    package func restart() {
        state.withLock { state in
            state.client = state.client.map {
                EnergyAggregator(configuration: $0.configuration, memory: $0.memory)
            }
        }
    }

    /// What the client keeps for its next run.
    package var memory: EnergyAggregator.Memory? { state.withLock { $0.client?.memory } }

    package func receive(_ input: EnergyAggregator.Input) {
        state.withLock { $0.actions += $0.client?.receive(input, at: now()) ?? [] }
    }

    /// The client's answer to a delivery: what its listener is for.
    package func answer(_ request: RequestMessage) -> ResponseMessage {
        state.withLock { state in
            var answer = ResponseMessage(status: .serviceUnavailable)
            for action in state.client?.receive(.delivery(request), at: now()) ?? [] {
                if case .answer(let response) = action {
                    answer = response
                } else {
                    state.actions.append(action)
                }
            }
            return answer
        }
    }

    /// What the client wants done since the last call.
    package func takeActions() -> [EnergyAggregator.Action] {
        state.withLock { state in
            defer { state.actions = [] }
            return state.actions
        }
    }
}
