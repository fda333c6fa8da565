import 'dart:collection';

import 'package:clock/clock.dart';

/// The last events, for the report. No weights, no tokens, no addresses.
final class EventLog {
  final _events = Queue<String>();

  static const _most = 60;

  /// Adds an event of this moment.
  void add(String event) {
    _events.add('${clock.now().toUtc().toIso8601String()} $event');
    if (_events.length > _most) _events.removeFirst();
  }

  /// Oldest first.
  Iterable<String> get events => _events;
}
