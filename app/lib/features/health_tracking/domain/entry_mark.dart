/// How an entry stands with the server.
enum EntryMark {
  /// The server has it as it is shown.
  synced,

  /// It waits to be sent.
  pending,

  /// It waits to be sent, and the server already has a later edit from another device, which will win.
  overtaken,

  /// The server refused it; `WeightEntry.problems` says why. It waits for a correction.
  refused,
}
