import '../api/api_failure.dart';
import '../storage/storage_failure.dart';
import 'sync_failure.dart';

/// What people and the report are told of what a run threw.
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
  // Without the text that it was about: there are weights in it.
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
  // Not of our server: something between it and this device.
  401 => SyncFailureKind.serverTrouble,
  _ when refused.isPassing => SyncFailureKind.serverTrouble,
  _ => SyncFailureKind.incompatible,
};
