/// How the server should settle a conflict.
enum ConflictStrategy {
  /// The later edit wins.
  lastWriteWins('last_write_wins'),

  /// Nothing is applied.
  manual('manual'),

  /// The sent edit becomes a new entry.
  keepBoth('keep_both');

  const ConflictStrategy(this.code);

  /// The code in JSON.
  final String code;
}
