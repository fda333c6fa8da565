import 'conflict_reason.dart';
import 'conflict_strategy.dart';
import 'entry_version.dart';
import 'verdict.dart';

/// The server's conflict rule (docs/PROTOCOL.md, "Who wins"), so that the app can predict the outcome. The server
/// decides: it also knows earlier edits that it accepted. Server and app both run the cases of tests/who_wins.json.
///
/// [stored] is stamped [storedUpdatedAt]; if [editedAt] is null, the edit is made at [now].
Verdict whoWins({
  required EntryVersion stored,
  required DateTime storedUpdatedAt,
  required EntryVersion incoming,
  required DateTime? editedAt,
  required DateTime? base,
  required DateTime now,
  ConflictStrategy strategy = ConflictStrategy.lastWriteWins,
  bool isBulk = true,
}) {
  if (stored.hasContentOf(incoming)) return const Verdict.unchanged();
  if (base == storedUpdatedAt) return const Verdict.applied();
  // An edit from the future counts as made now, as on the server.
  final edited = editedAt == null || editedAt.isAfter(now) ? now : editedAt;
  if (stored.editedAt.isAfter(edited)) {
    final reason = stored.isDeleted ? ConflictReason.deletedOnServer : ConflictReason.newerOnServer;
    return _kept(incoming, strategy, reason);
  }
  final isBlind = isBulk && editedAt == null;
  final reason = stored.isDeleted
      ? ConflictReason.deletedOnServer
      : (base != null || isBlind ? ConflictReason.concurrentEdit : null);
  if (reason == null || strategy == ConflictStrategy.lastWriteWins) return Verdict.applied(reason);
  return _kept(incoming, strategy, reason);
}

Verdict _kept(EntryVersion incoming, ConflictStrategy strategy, ConflictReason reason) => switch (strategy) {
  ConflictStrategy.manual => Verdict.kept('unresolved', reason),
  ConflictStrategy.keepBoth when !incoming.isDeleted => Verdict.kept('kept_both', reason),
  _ => Verdict.kept('server_wins', reason),
};
