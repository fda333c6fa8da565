import '../../../../core/api/field_problem.dart';
import '../../domain/conflict_reason.dart';
import 'server_entry.dart';

/// The server's answer to one edit.
sealed class UploadResult {
  const UploadResult();
}

/// The server has the edit, now or from an earlier attempt.
final class Accepted extends UploadResult {
  /// Accepted as [serverId], stamped [updatedAt]; both are null for the deletion of an entry that the server never had.
  const Accepted({this.serverId, this.updatedAt, this.overwritten, this.reason});

  /// The server's id.
  final String? serverId;

  /// The server's `updated_at`.
  final DateTime? updatedAt;

  /// Another device's version that the edit replaced; null if there was none.
  final ServerEntry? overwritten;

  /// Why that was a conflict.
  final ConflictReason? reason;
}

/// The server's version won.
final class Overruled extends UploadResult {
  /// [standing] won.
  const Overruled(this.standing, this.reason);

  /// The server's version.
  final ServerEntry standing;

  /// Why there was a conflict.
  final ConflictReason reason;
}

/// The server no longer knows the entry.
final class Gone extends UploadResult {
  /// The entry is gone.
  const Gone();
}

/// The server refused the edit.
final class Rejected extends UploadResult {
  /// Refused because of [problems].
  const Rejected(this.problems);

  /// At least one.
  final List<FieldProblem> problems;
}
