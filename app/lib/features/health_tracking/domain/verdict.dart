import 'package:meta/meta.dart';

import 'conflict_reason.dart';

/// What the server does with an edit.
@immutable
final class Verdict {
  /// The entry already has this content.
  const Verdict.unchanged() : isApplied = false, resolution = null, reason = null;

  /// The edit is applied; [reason] is set if it overwrites somebody else's edit.
  const Verdict.applied([this.reason]) : isApplied = true, resolution = reason == null ? null : 'local_wins';

  /// The stored version stays.
  const Verdict.kept(String this.resolution, ConflictReason this.reason) : isApplied = false;

  /// Whether the edit is applied.
  final bool isApplied;

  /// The `resolution` of a conflict in JSON; null without a conflict.
  final String? resolution;

  /// Why there is a conflict.
  final ConflictReason? reason;
}
