import 'package:meta/meta.dart';

import 'conflict_reason.dart';

/// What the server does with an edit.
@immutable
final class Verdict {
  /// The entry is already as the edit wants it.
  const Verdict.unchanged() : isApplied = false, resolution = null, reason = null;

  /// The edit is written; [reason] is set where somebody else's edit is overwritten.
  const Verdict.applied([this.reason]) : isApplied = true, resolution = reason == null ? null : 'local_wins';

  /// The stored version stays.
  const Verdict.kept(String this.resolution, ConflictReason this.reason) : isApplied = false;

  /// Whether the edit is written.
  final bool isApplied;

  /// How a conflict was settled, in the word of the wire; null without a conflict.
  final String? resolution;

  /// Why there is a conflict.
  final ConflictReason? reason;
}
