import '../../../../core/api/field_problem.dart';
import '../../domain/conflict_reason.dart';
import 'server_entry.dart';

/// What became of one edit of an upload.
sealed class UploadResult {
  const UploadResult();
}

/// The server has it now, or had it already.
final class Accepted extends UploadResult {
  /// As [serverId], stamped [updatedAt]; both null for a deletion of what the server never saw.
  const Accepted({this.serverId, this.updatedAt, this.overwritten, this.reason});

  /// The server's id.
  final String? serverId;

  /// The server's stamp.
  final DateTime? updatedAt;

  /// Another device's version that it replaced; null when there was none.
  final ServerEntry? overwritten;

  /// Why that was a conflict.
  final ConflictReason? reason;
}

/// The server's version stays.
final class Overruled extends UploadResult {
  /// By [standing].
  const Overruled(this.standing, this.reason);

  /// What stands on the server.
  final ServerEntry standing;

  /// Why.
  final ConflictReason reason;
}

/// The server knows the entry no more.
final class Gone extends UploadResult {
  /// It is gone.
  const Gone();
}

/// The server will not take it as it is.
final class Rejected extends UploadResult {
  /// For these reasons.
  const Rejected(this.problems);

  /// At least one.
  final List<FieldProblem> problems;
}
