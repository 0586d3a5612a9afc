import JSONText
import Recordings
import Testing
import VirtualTime

@testable import HarnessCommands

@Suite struct EntryOrderTests {
    private func entry(_ name: String) -> RecordEntry {
        .claim(
            ClaimRecord(instant: VirtualInstant(millisecondsSinceEpoch: 0), claim: .string(name)))
    }

    @Test func whatFollowsADeliveryUnderWayWaitsForIt() {
        var order = EntryOrder()
        order.add(entry("a"))
        let delivery = order.open()
        order.add(entry("c"))
        #expect(order.takeReady() == [entry("a")])
        let other = order.open()
        order.close(delivery, with: entry("b"))
        #expect(order.takeReady() == [entry("b"), entry("c")])
        order.close(delivery, with: entry("twice"))
        #expect(order.takeReady().isEmpty)
        order.close(other, with: entry("d"))
        #expect(order.takeReady() == [entry("d")])
    }
}
