import '../api/api_failure.dart';
import '../storage/storage_failure.dart';
import 'sync_failure.dart';

/// Classifies what a run threw, for the status and the report.
SyncFailure failureOf(Object thrown) => switch (thrown) {
  Unreachable(:final detail) => SyncFailure(SyncFailureKind.unreachable, detail: detail),
  final Refused refused => SyncFailure(
    _kindOf(refused),
    detail: refused.detail,
    code: refused.code,
    requestId: refused.requestId,
    retryAfter: refused.retryAfter,
  ),
  StorageFailure(:final detail) => SyncFailure(SyncFailureKind.storage, detail: detail),
  // Without the source text: it contains weights.
  FormatException(:final message) => SyncFailure(SyncFailureKind.unexpected, detail: 'FormatException: $message'),
  _ => SyncFailure(SyncFailureKind.unexpected, detail: _textOf(thrown)),
};

String _textOf(Object thrown) {
  try {
    return '$thrown';
  } on Object {
    return '${thrown.runtimeType}';
  }
}

SyncFailureKind _kindOf(Refused refused) => switch (refused.status) {
  429 => SyncFailureKind.rateLimited,
  // From a proxy: a 401 of the weight-sync server ends the session.
  401 => SyncFailureKind.serverTrouble,
  _ when refused.isPassing => SyncFailureKind.serverTrouble,
  _ => SyncFailureKind.incompatible,
};
