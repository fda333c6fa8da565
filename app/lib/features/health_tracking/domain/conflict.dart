import 'package:meta/meta.dart';

import 'conflict_answer.dart';
import 'conflict_reason.dart';
import 'entry_version.dart';

/// Two devices changed the same entry. The server has settled it by the later edit; a person may settle it otherwise.
@immutable
final class Conflict {
  /// A settled conflict that nobody has looked at yet.
  const Conflict({
    required this.id,
    required this.entryKey,
    required this.mine,
    required this.theirs,
    required this.mineWon,
    required this.reason,
    required this.noticedAt,
    this.standing,
  });

  /// Names the conflict on this device.
  final String id;

  /// The entry's [key](WeightEntry.key).
  final String entryKey;

  /// What was done on this device.
  final EntryVersion mine;

  /// What another device had done; null when the server knows the entry no more.
  final EntryVersion? theirs;

  /// Whether this device's version is the one that stands now. Then [theirs] was overwritten, and
  /// [ConflictAnswer.keepTheirs] brings it back.
  final bool mineWon;

  /// Why it came to this.
  final ConflictReason reason;

  /// When this device heard of it.
  final DateTime noticedAt;

  /// The server's stamp of the version that stood when this was reported: an answer is an answer to that one.
  final DateTime? standing;

  /// The answers that make sense. The one that changes nothing is always among them.
  List<ConflictAnswer> get options => [
    ConflictAnswer.keepMine,
    ConflictAnswer.keepTheirs,
    if (!mine.isDeleted && !(theirs?.isDeleted ?? true)) ConflictAnswer.keepBoth,
  ];
}
