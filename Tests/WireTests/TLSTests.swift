import Foundation
import HTTPMessages
import HTTPTypes
import NIOCore
import NIOPosix
import NIOSSL
import SmartPDU
import Testing
import VirtualTime
import Wire

@Suite struct TLSTests {
    private let identity: TLSIdentity

    init() throws {
        let now = WallClock().now()
        identity = try .make(from: now - .hours(1), until: now + .hours(1))
    }

    /// Sends one request over TLS and returns everything that comes back.
    private func exchange(
        port: Int, trusting authorityPEM: String, name: String
    ) async throws -> String {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates(
            try NIOSSLCertificate.fromPEMBytes(Array(authorityPEM.utf8)))
        let context = try NIOSSLContext(configuration: configuration)
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        NIOSSLClientHandler(context: context, serverHostname: name))
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(
                ByteBuffer(string: "GET / HTTP/1.1\r\nHost: \(name)\r\nConnection: close\r\n\r\n"))
            var text = ""
            for try await bytes in inbound { text += String(buffer: bytes) }
            return text
        }
    }

    @Test(.timeLimit(.minutes(1))) func answersWhoTrustsTheAuthority() async throws {
        var configuration = HTTPServer.Configuration()
        configuration.identity = try ServerIdentity(identity)
        let server = try await HTTPServer.start(configuration) { _ in
            .respond(ResponseMessage(status: .ok, body: Array("hello".utf8)))
        }
        let text = try await exchange(
            port: server.port, trusting: identity.authorityCertificatePEM, name: "localhost")
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(text.hasSuffix("\r\n\r\nhello"))
        try await server.stop()
    }

    @Test(.timeLimit(.minutes(1))) func whoTrustsAnotherAuthorityIsNotServed() async throws {
        var configuration = HTTPServer.Configuration()
        configuration.identity = try ServerIdentity(identity)
        let server = try await HTTPServer.start(configuration) { _ in
            .respond(ResponseMessage(status: .ok))
        }
        let now = WallClock().now()
        let other = try TLSIdentity.make(from: now - .hours(1), until: now + .hours(1))
        await #expect(throws: (any Error).self) {
            try await exchange(
                port: server.port, trusting: other.authorityCertificatePEM, name: "localhost")
        }
        try await server.stop()
    }

    @Test(.timeLimit(.minutes(1))) func aSenderTellsWhomItDoesNotTrust() async throws {
        var configuration = HTTPServer.Configuration()
        configuration.identity = try ServerIdentity(identity)
        try await withServer(configuration, handler: echo) { server in
            let origin = Origin(host: "127.0.0.1", port: server.port, isSecure: true)
            try await withSender { sender in
                let answer = await sender.send(RequestMessage(.get, "/"), to: origin)
                #expect(answer == .failure(.untrustedCertificate))
            }
            let plain = Origin(port: server.port)
            try await withSender { sender in
                let answer = await sender.send(RequestMessage(.get, "/"), to: plain)
                #expect(answer != .failure(.untrustedCertificate))
            }
        }
        // Somebody who does not speak TLS is not one whose certificate is in doubt.
        try await withServer(handler: echo) { server in
            let origin = Origin(host: "127.0.0.1", port: server.port, isSecure: true)
            try await withSender { sender in
                let answer = await sender.send(RequestMessage(.get, "/"), to: origin)
                #expect(answer != .failure(.untrustedCertificate))
                #expect(throws: TransportFailure.self) { try answer.get() }
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func aReplacedIdentityServesTheNextConnection() async throws {
        var configuration = HTTPServer.Configuration()
        let served = try ServerIdentity(identity)
        configuration.identity = served
        let server = try await HTTPServer.start(configuration) { _ in
            .respond(ResponseMessage(status: .ok))
        }
        let now = WallClock().now()
        let other = try TLSIdentity.make(from: now - .hours(1), until: now + .hours(1))
        let replaced = try #require(
            served.identity.replaced(by: other.privateKeyPEM + "\n" + other.certificatePEM))
        try served.replace(by: replaced)
        let text = try await exchange(
            port: server.port, trusting: other.authorityCertificatePEM, name: "localhost")
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        try await server.stop()
    }

    @Test func certificatesAreReplacedByOnesWhoseKeyIsKnown() throws {
        let now = WallClock().now()
        let other = try TLSIdentity.make(from: now - .hours(1), until: now + .hours(1))
        // The key is the one in use, or comes along.
        #expect(identity.replaced(by: identity.certificatePEM) != nil)
        #expect(identity.replaced(by: other.certificatePEM) == nil)
        #expect(identity.replaced(by: identity.privateKeyPEM + "\n" + other.certificatePEM) == nil)
        for text in ["", "nonsense", other.privateKeyPEM, "-----BEGIN CERTIFICATE-----"] {
            #expect(identity.replaced(by: text) == nil)
        }
        let chain = other.privateKeyPEM + "\n" + other.certificatePEM + "\n"
        let replaced = identity.replaced(by: chain + other.authorityCertificatePEM)
        #expect(replaced?.certificatePEM.contains("PRIVATE") == false)
        #expect(try replaced?.served().pem.components(separatedBy: "BEGIN CERT").count == 3)
    }

    @Test func theDeviceIsToldWhatTheCertificateSays() throws {
        let served = try identity.served()
        #expect(served.subject.commonName == "localhost")
        #expect(served.issuer.organization == "pdu-harness")
        #expect(served.alternativeNames == ["localhost", "127.0.0.1", "0:0:0:0:0:0:0:1"])
        #expect(served.keyUsage == ["DigitalSignature", "ServerAuthentication"])
        #expect(served.fingerprint.split(separator: ":").count == 32)
        #expect(served.validNotBefore < served.validNotAfter)
        #expect(served.signatureAlgorithm == "1.2.840.10045.4.3.2")
    }
}
