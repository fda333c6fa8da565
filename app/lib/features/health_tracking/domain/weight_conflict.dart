import 'package:meta/meta.dart';

import 'conflict_answer.dart';
import 'conflict_reason.dart';
import 'entry_version.dart';

/// Two devices changed the same entry. The server let the later edit win; the user may decide otherwise.
@immutable
final class WeightConflict {
  /// A settled conflict that the user has not answered.
  const WeightConflict({
    required this.id,
    required this.entryKey,
    required this.mine,
    required this.theirs,
    required this.mineWon,
    required this.reason,
    required this.noticedAt,
    this.standing,
  });

  /// Identifies the conflict on this device.
  final String id;

  /// The entry's [key](WeightEntry.key).
  final String entryKey;

  /// This device's version.
  final EntryVersion mine;

  /// The other device's version; null if the server no longer knows the entry.
  final EntryVersion? theirs;

  /// Whether this device's version won. Then [theirs] was overwritten, and [ConflictAnswer.keepTheirs] restores it.
  final bool mineWon;

  /// Why there was a conflict.
  final ConflictReason reason;

  /// When this device learned of it.
  final DateTime noticedAt;

  /// The server's stamp of the winning version: an answer replaces only that version without a new conflict.
  final DateTime? standing;

  /// The possible answers. The one that changes nothing is always included.
  List<ConflictAnswer> get options => [
    ConflictAnswer.keepMine,
    ConflictAnswer.keepTheirs,
    if (!mine.isDeleted && !(theirs?.isDeleted ?? true)) ConflictAnswer.keepBoth,
  ];
}
