import Findings
import HTTPMessages
import HTTPTypes
import JSONText
import Synchronization
import Testing
import Validation
import Wire

@testable import HarnessCommands

/// Services that have no end, go in circles or lead away are read as far as the bounds, and the
/// reader is told so: by `validate URL` and by `record --crawl` alike.
@Suite(.timeLimit(.minutes(1))) struct WalkBoundsTests {
    private struct Walks {
        var validated: ValidatedTarget
        var crawled: ServiceCrawl.Outcome
        /// What each of the two asked for, in its order but for what goes side by side.
        var askedToValidate: [String]
        var askedByCrawl: [String]
    }

    private static let bundle = Result { try Bundle(folder: "\(packageRoot)/CSDL") }

    /// Reads a service twice. Where it answers nothing else it has nothing: 404.
    private func walk(
        _ limits: WalkExtent.Limits = .init(),
        _ answer: @escaping @Sendable (String) -> ServerReply?
    ) async throws -> Walks {
        let bundle = try Self.bundle.get()
        let asked = Mutex<[String]>([])
        let server = try await HTTPServer.start { request in
            asked.withLock { $0.append(request.path) }
            return answer(request.path) ?? .respond(ResponseMessage(status: .notFound))
        }
        let sender = HTTPSender()
        let origin = Origin(port: server.port)
        let login = ServiceLogin(.basic, user: nil)
        let validated = try await ServiceTarget(
            url: "the service", origin: origin, sender: sender, login: login,
            validator: PayloadValidator(schema: bundle.library, messages: bundle.messages),
            part: MockupTree.root, profiles: ProfileJudge(profiles: [], schema: bundle.library),
            limits: limits
        ).judge()
        let askedToValidate = asked.withLock { asked in
            defer { asked = [] }
            return asked
        }
        let crawled = try await ServiceCrawl(
            origin: origin, sender: sender, login: login, limits: limits
        ).run()
        await sender.shutdown()
        try await server.stop()
        return Walks(
            validated: validated, crawled: crawled, askedToValidate: askedToValidate,
            askedByCrawl: asked.withLock { $0 })
    }

    private static func links(
        _ uris: [String], filling: String = ""
    ) -> ServerReply {
        let payload: JSONValue = [
            "Name": .string(filling),
            "Members": .array(uris.map { ["@odata.id": .string($0)] }),
        ]
        return .respond(
            ResponseMessage(
                status: .ok, fields: [.contentType: "application/json"],
                body: payload.compactBytes))
    }

    /// Every resource names another one that nobody has seen yet.
    @Sendable private static func endless(_ path: String, filling: String = "") -> ServerReply {
        let number = path.split(separator: "/").last.flatMap { Int($0) } ?? 0
        return links(["/redfish/v1/Next/\(number + 1)"], filling: filling)
    }

    // MARK: Without end

    @Test func everNewResources() async throws {
        let walks = try await walk(.init(addresses: 200)) { Self.endless($0) }
        #expect(walks.validated.notes == ["not read to its end: left after 200 addresses"])
        #expect(walks.askedToValidate.contains("/redfish/v1/Next/199"))
        #expect(!walks.askedToValidate.contains("/redfish/v1/Next/200"))
        #expect(walks.crawled.read == 200)
        #expect(walks.crawled.reasonToLeave == "200 addresses")
        #expect(walks.askedByCrawl.count == 200)
    }

    @Test func aCollectionThatIsTooLong() async throws {
        let members = (1...5000).map { "/redfish/v1/Chassis/\($0)" }
        let walks = try await walk(.init(addresses: 300)) {
            $0 == "/redfish/v1/" ? Self.links(members) : nil
        }
        // What is asked for side by side, 64 at most, is read to its end.
        #expect(walks.validated.notes == ["not read to its end: left after 321 addresses"])
        #expect(Set(walks.askedToValidate).isSuperset(of: members.prefix(320)))
        #expect(Set(walks.askedToValidate).isDisjoint(with: members.dropFirst(320)))
        // Members that nobody asked for are not said to be missing.
        #expect(walks.validated.payloads.count < 330)
        #expect(walks.crawled.reasonToLeave == "300 addresses")
        #expect(walks.crawled.refused > 290)
    }

    @Test func moreBytesThanAnybodyReads() async throws {
        let filling = String(repeating: "x", count: 300_000)
        let walks = try await walk(.init(bytes: 1 << 20)) { Self.endless($0, filling: filling) }
        let reason = "1 MiB of payloads"
        #expect(walks.validated.notes == ["not read to its end: left after \(reason)"])
        #expect(walks.crawled.reasonToLeave == reason)
        #expect(walks.crawled.read == 4)
    }

    @Test func connectionsThatBreakOff() async throws {
        let members = (1...100).map { "/redfish/v1/Chassis/\($0)" }
        let walks = try await walk {
            $0 == "/redfish/v1/" ? Self.links(members) : .closeWithoutReply
        }
        let reason = "requests that were not answered in time or broke off"
        #expect(walks.validated.notes == ["not read to its end: left after 64 \(reason)"])
        #expect(walks.crawled.reasonToLeave == "20 \(reason)")
        #expect(walks.crawled.read == 21)
    }

    /// The bounds that hold where nobody sets others, on answers that nobody needs to send.
    @Test func theBoundsAreThese() {
        func reason(after count: Int, _ content: ServedResource.Content) -> String? {
            var extent = WalkExtent()
            for _ in 0..<count { extent.take(content) }
            return extent.reasonToLeave
        }
        #expect(reason(after: 49_999, .status(404)) == nil)
        #expect(reason(after: 50_000, .status(404)) == "50,000 addresses")
        #expect(reason(after: 19, .failure("no answer")) == nil)
        #expect(reason(after: 20, .failure("no answer"))?.hasPrefix("20 requests") == true)
        let body = ServedResource.Content.body([UInt8](repeating: 0x20, count: 64 << 20))
        #expect(reason(after: 7, body) == nil)
        #expect(reason(after: 8, body) == "512 MiB of payloads")
        let late = WalkExtent(.init(time: .zero))
        #expect(late.reasonToLeave == "0 minutes")
    }

    // MARK: In circles, and away

    @Test func circlesAreGoneRoundOnce() async throws {
        let walks = try await walk { path in
            switch path {
            case "/redfish/v1/": Self.links(["/redfish/v1/A", "/redfish/v1/"])
            case "/redfish/v1/A": Self.links(["/redfish/v1/B", "/redfish/v1/A/", "/redfish/v1"])
            case "/redfish/v1/B": Self.links(["/redfish/v1/A", "/redfish/v1/B#/Name"])
            default: nil
            }
        }
        #expect(walks.validated.notes == [])
        #expect(
            walks.askedToValidate == [
                "/redfish/v1/", "/redfish/v1/A", "/redfish/v1/B", "/redfish/v1/$metadata",
            ])
        #expect(walks.crawled.reasonToLeave == nil)
        #expect(
            walks.askedByCrawl == [
                "/redfish", "/redfish/v1/", "/redfish/v1/odata", "/redfish/v1/$metadata",
                "/redfish/v1/A", "/redfish/v1/B",
            ])
    }

    @Test func linksThatLeadAwayAreNotFollowed() async throws {
        let reached = Mutex(0)
        let other = try await HTTPServer.start { _ in
            reached.withLock { $0 += 1 }
            return .respond(ResponseMessage(status: .ok))
        }
        let host = "127.0.0.1:\(other.port)"
        let walks = try await walk { path in
            guard path == "/redfish/v1/" else { return nil }
            return Self.links([
                "http://\(host)/redfish/v1/Chassis", "//\(host)/redfish/v1/Chassis", "/elsewhere",
                "/redfish/v1/Chassis", "/redfish/v2/Chassis", "../../secret",
            ])
        }
        try await other.stop()
        #expect(reached.withLock { $0 } == 0)
        #expect(
            walks.askedToValidate == [
                "/redfish/v1/", "/redfish/v1/Chassis", "/redfish/v1/$metadata",
            ])
        #expect(walks.askedByCrawl.suffix(2) == ["/redfish/v1/$metadata", "/redfish/v1/Chassis"])
    }
}
