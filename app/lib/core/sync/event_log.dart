import 'dart:collection';

import 'package:clock/clock.dart';

/// The last events, for the report. No weights, tokens or addresses.
final class EventLog {
  final _events = Queue<String>();

  static const _maxEvents = 60;

  /// Adds an event with the current time.
  void add(String event) {
    _events.add('${clock.now().toUtc().toIso8601String()} $event');
    if (_events.length > _maxEvents) _events.removeFirst();
  }

  /// The events, oldest first.
  Iterable<String> get events => _events;
}
