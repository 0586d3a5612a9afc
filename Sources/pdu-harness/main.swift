import Foundation
import HarnessCommands

exit(await PDUHarness.execute())
