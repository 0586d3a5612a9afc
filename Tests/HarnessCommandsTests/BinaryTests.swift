import Testing

/// Everything that runs the built binary, one command after the other: several at once would only
/// wait for each other.
@Suite(.serialized) enum BinaryTests {}

/// Runs with programs as clients, which wait for their clocks more than they work; one of them
/// goes beside the other commands.
@Suite(.serialized) enum ClientBinaryTests {}

/// The same again, so that two of them wait side by side.
@Suite(.serialized) enum SteppedBinaryTests {}
