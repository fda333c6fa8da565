/// An entry's sync state.
enum EntryMark {
  /// The server has it as shown.
  synced,

  /// Waiting to be sent.
  pending,

  /// Waiting to be sent, but another device's edit on the server is later and will win.
  overtaken,

  /// Refused by the server, for the reasons in `WeightEntry.problems`. Waits for a correction.
  refused,
}
