import 'package:meta/meta.dart';

/// Why a run failed.
@immutable
final class SyncFailure {
  /// A failure of this [kind].
  const SyncFailure(this.kind, {this.detail = '', this.code, this.requestId, this.retryAfter, this.count});

  /// What the user is shown.
  final SyncFailureKind kind;

  /// English text for the report, without private data.
  final String detail;

  /// The server's error code, if there was one.
  final String? code;

  /// Identifies the request in the server's log.
  final String? requestId;

  /// How long the server asked to wait.
  final Duration? retryAfter;

  /// Number of affected entries, for [SyncFailureKind.entriesRefused] and [SyncFailureKind.newerData].
  final int? count;

  @override
  bool operator ==(Object other) =>
      other is SyncFailure && other.kind == kind && other.code == code && other.count == count;

  @override
  int get hashCode => Object.hash(kind, code, count);

  @override
  String toString() => [kind.name, ?code, if (detail.isNotEmpty) detail, ?requestId].join(' ');
}

/// Kinds of failure.
enum SyncFailureKind {
  /// No connection: no network, unknown host, refused, interrupted or timed out.
  unreachable,

  /// The server is down or failed; the next run may succeed.
  serverTrouble,

  /// Too many requests in a minute.
  rateLimited,

  /// A later version of the app has written entries that this one cannot read. They are kept; everything else is in
  /// sync.
  newerData,

  /// The server refused single entries, which the list marks. Everything else is in sync.
  entriesRefused,

  /// The server does not understand this app, or is not a weight-sync server: one of them needs an update.
  incompatible,

  /// The device cannot store data: it is full, or the data folder is broken.
  storage,

  /// A bug in this app; the report has details.
  unexpected,
}
