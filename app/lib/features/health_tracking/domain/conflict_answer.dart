/// How a person settles a conflict.
enum ConflictAnswer {
  /// This device's version stands.
  keepMine,

  /// The other device's version stands.
  keepTheirs,

  /// The one that stands now stays, the other becomes an entry of its own.
  keepBoth,
}
