import Testing

/// Everything that runs the built binary, one command after the other: several at once would only
/// wait for each other.
@Suite(.serialized) enum BinaryTests {}
