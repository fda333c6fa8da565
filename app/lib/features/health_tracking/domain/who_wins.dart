import 'conflict_reason.dart';
import 'conflict_strategy.dart';
import 'entry_version.dart';
import 'verdict.dart';

/// The server's rule of who wins (docs/PROTOCOL.md), in Dart, so that the app can say beforehand how it will end. The
/// server has the last word: it also knows edits that it accepted before. Both run the cases of tests/who_wins.json.
///
/// [stored] was stamped [storedUpdatedAt]; [editedAt] null is an edit of [now].
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
  // A clock that runs ahead wins nothing by it.
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
