import 'dart:async';
import 'dart:collection';
import 'dart:convert';

import 'package:clock/clock.dart';

import 'failure_of.dart';
import 'log_file.dart';
import 'sync_failure.dart';
import 'weight_sync_event.dart';

/// The last events, for the report, also those before the last restart if there is a file. No weights, tokens or
/// addresses.
final class EventLog {
  /// Passes each event to [onEvent].
  EventLog({void Function(WeightSyncEvent event)? onEvent}) : this._(onEvent, null);

  EventLog._(this._onEvent, this._file);

  /// A log that continues that in [file], and writes each event there too.
  static Future<EventLog> open(LogFile file, {void Function(WeightSyncEvent event)? onEvent}) async {
    final earlier = await file.lastLines(_maxLines);
    return EventLog._(onEvent, file).._lines.addAll(earlier);
  }

  final void Function(WeightSyncEvent event)? _onEvent;
  final LogFile? _file;
  final _lines = Queue<String>();

  static const _maxLines = 200;

  /// Adds an event with the current time. An unexpected [error] is a bug.
  void add(String message, {Object? error, StackTrace? stackTrace}) {
    final event = WeightSyncEvent(clock.now().toUtc(), message, error: error, stackTrace: stackTrace);
    const LineSplitter().convert('$event').forEach(_lines.add);
    while (_lines.length > _maxLines) {
      _lines.removeFirst();
    }
    _file?.add('$event');
    try {
      _onEvent?.call(event);
    } on Object catch (thrown, trace) {
      // A bug of the app's own log must not stop sync.
      Zone.current.handleUncaughtError(thrown, trace);
    }
  }

  /// Adds that [what] happened because of [thrown]. With a [trace], what is unexpected counts as a bug.
  void addFailure(String what, Object thrown, [StackTrace? trace]) {
    final failure = failureOf(thrown);
    final isBug = trace != null && failure.kind == SyncFailureKind.unexpected;
    add('$what: $failure', error: isBug ? thrown : null, stackTrace: isBug ? trace : null);
  }

  /// The lines of the events, oldest first.
  Iterable<String> get lines => _lines;

  /// Waits until the events are in the file.
  Future<void> close() async => _file?.close();
}
