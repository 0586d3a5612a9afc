import Glibc
import Testing

@testable import Wire

/// Signals belong to the whole process, so each test is a process of its own.
@Suite(.timeLimit(.minutes(1)))
struct TerminationSignalsTests {
    @Test func firstSignalAsksForAGracefulEnd() async {
        await #expect(processExitsWith: .exitCode(7)) {
            let watch = TerminationSignals()
            kill(getpid(), SIGTERM)
            for await signal in watch.signals {
                exit(signal == .terminate ? 7 : 1)
            }
        }
    }

    @Test func secondSignalEndsTheProcess() async {
        await #expect(processExitsWith: .exitCode(130)) {
            let watch = TerminationSignals()
            kill(getpid(), SIGTERM)
            for await _ in watch.signals {
                kill(getpid(), SIGINT)
                while true { sleep(1) }
            }
        }
    }

    @Test func signalsDoAfterwardsWhatTheyDidBefore() async {
        await #expect(processExitsWith: .signal(SIGTERM)) {
            let watch = TerminationSignals()
            watch.stop()
            for await _ in watch.signals { exit(1) }
            kill(getpid(), SIGTERM)
            while true { sleep(1) }
        }
    }

    @Test func childrenDoNotInheritTheWatch() async {
        await #expect(processExitsWith: .exitCode(0)) {
            let watch = TerminationSignals()
            // Swift's worker threads block signals, and a child would inherit that; what is tested
            // here is the disposition, so the child starts with nothing blocked.
            var attributes = posix_spawnattr_t()
            posix_spawnattr_init(&attributes)
            posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
            var nothing = sigset_t()
            sigemptyset(&nothing)
            posix_spawnattr_setsigmask(&attributes, &nothing)
            let arguments = [strdup("sh"), strdup("-c"), strdup("kill -TERM $$"), nil]
            var child = pid_t()
            posix_spawn(&child, "/bin/sh", nil, &attributes, arguments, nil)
            var status: CInt = 0
            waitpid(child, &status, 0)
            watch.stop()
            exit(status & 0x7f == SIGTERM ? 0 : 1)
        }
    }

    @Test func canBeWatchedAgain() async {
        await #expect(processExitsWith: .exitCode(7)) {
            TerminationSignals().stop()
            let watch = TerminationSignals()
            kill(getpid(), SIGINT)
            for await signal in watch.signals {
                exit(signal == .interrupt ? 7 : 1)
            }
        }
    }

    @Test func exitStatusesAreThoseOfShells() {
        #expect(TerminationSignal.interrupt.exitStatus == 130)
        #expect(TerminationSignal.terminate.exitStatus == 143)
    }
}
