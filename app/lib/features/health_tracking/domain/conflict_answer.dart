/// How the user settles a conflict.
enum ConflictAnswer {
  /// This device's version wins.
  keepMine,

  /// The other device's version wins.
  keepTheirs,

  /// The current version stays, and the other becomes a new entry.
  keepBoth,
}
