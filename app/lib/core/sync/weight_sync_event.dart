import 'package:meta/meta.dart';

/// Something that happened in sync or sign-in, for the app's own log or crash reports. Contains no weights, tokens or
/// addresses of people.
@immutable
final class WeightSyncEvent {
  /// An event at [time].
  const WeightSyncEvent(this.time, this.message, {this.error, this.stackTrace});

  /// When it happened, in UTC.
  final DateTime time;

  /// What happened, in English.
  final String message;

  /// The unexpected error, which means a bug; null for everything that can happen.
  final Object? error;

  /// Where [error] was thrown.
  final StackTrace? stackTrace;

  @override
  String toString() => [
    '${time.toIso8601String()} $message',
    if (stackTrace != null) '$stackTrace'.trimRight().replaceAll('\n', '\n  '),
  ].join('\n  ');
}
