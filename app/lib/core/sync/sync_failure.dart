import 'package:meta/meta.dart';

/// What went wrong in a run, in kinds that people can be told about.
@immutable
final class SyncFailure {
  /// Of that [kind].
  const SyncFailure(this.kind, {this.detail = '', this.code, this.requestId, this.retryAfter, this.count});

  /// What people are told.
  final SyncFailureKind kind;

  /// For the report; English, without anything private.
  final String detail;

  /// The server's `code`, where there was one.
  final String? code;

  /// Names the request in the server's log.
  final String? requestId;

  /// How long the server asked to be left alone.
  final Duration? retryAfter;

  /// Entries concerned, for [SyncFailureKind.entriesRefused] and [SyncFailureKind.newerData].
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
  /// No way to the server: no network, unknown host, refused, broken off, too slow.
  unreachable,

  /// The server is away or has trouble: it will be tried again.
  serverTrouble,

  /// Too many requests in a minute.
  rateLimited,

  /// A later version of this app has written entries here that this one cannot read. They are kept; all else is in step.
  newerData,

  /// The server refused single entries; the list marks them. All else is in step.
  entriesRefused,

  /// The server does not understand this app (or is no weight-sync server): one of the two needs an update.
  incompatible,

  /// The device cannot store: full, or the data folder is broken.
  storage,

  /// A fault in this app; the report tells more.
  unexpected,
}
