import ArgumentParser
import Foundation
import Wire

/// How a command gets into a service that is there already.
struct DeviceAccess: ParsableArguments {
    @Option(help: "The user to log in as at a service.")
    var user: String?

    @Option(help: "The user's password.")
    var password: String?

    @Option(help: "How to log in: session or basic.")
    var auth = ServiceLogin.Kind.session

    @Option(
        help: ArgumentHelp(
            "Certificate authorities to trust instead of this machine's, as PEM text.",
            valueName: "file"))
    var ca: String?

    @Flag(help: "Trust any certificate.")
    var insecure = false

    func validate() throws {
        guard ca == nil || !insecure else {
            throw ValidationError("--ca and --insecure exclude one another")
        }
        guard password == nil || user != nil else {
            throw ValidationError("--password goes with --user")
        }
    }

    func trust() throws -> ServerTrust {
        if insecure { return .anybody }
        guard let ca else { return .system }
        guard let trust = ServerTrust(authoritiesPEM: try Files.read(ca)) else {
            throw CommandFailure.usage("\(ca) holds no certificate in PEM form")
        }
        return trust
    }

    func login() throws -> ServiceLogin { ServiceLogin(auth, user: try credentials()) }

    /// - Throws: A usage failure where a user is named without a password.
    func credentials() throws -> (name: String, password: String)? {
        guard let user else { return nil }
        let known = ProcessInfo.processInfo.environment["PDU_HARNESS_PASSWORD"]
        guard let password = password ?? known else {
            throw CommandFailure.usage(
                "--user needs --password, or PDU_HARNESS_PASSWORD in the environment")
        }
        return (user, password)
    }

    /// The origin of a service that is named by its root.
    static func origin(_ url: String, _ option: String) throws -> Origin {
        guard let (origin, path) = Origin.service(at: url) else {
            throw CommandFailure.usage("\(option) \(url): write http://host:port or https://host")
        }
        guard ["", "/", "/redfish", "/redfish/v1"].contains(trimmed(path)) else {
            throw CommandFailure.usage("\(option) \(url): a service is named by its root")
        }
        guard !url.contains("?"), !url.contains("#") else {
            throw CommandFailure.usage(
                "\(option) \(url): a service is named by its root, without query and fragment: "
                    + "\(origin)")
        }
        return origin
    }

    private static func trimmed(_ path: String) -> String {
        path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }
}

extension ServiceLogin.Kind: ExpressibleByArgument {}
