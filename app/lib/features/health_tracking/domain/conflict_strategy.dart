/// How the server is asked to settle a conflict.
enum ConflictStrategy {
  /// The later edit wins.
  lastWriteWins('last_write_wins'),

  /// Nothing is applied.
  manual('manual'),

  /// The sent edit becomes an entry of its own.
  keepBoth('keep_both');

  const ConflictStrategy(this.code);

  /// The name on the wire.
  final String code;
}
