import 'dart:collection';
import 'dart:math';

import 'package:collection/collection.dart';

import 'identity.dart';
import 'outbox_line.dart';

/// Finds the lines of the outbox by entry, by identity and in the order of sending. Follows the outbox's table and
/// changes nothing.
final class OutboxIndex {
  final _byNumber = <int, OutboxLine>{};
  bool _isInOrder = true;

  // To grow a large map takes milliseconds. A HashMap grows at other sizes than the map above, so not in the same step.
  final _byKey = HashMap<String, List<OutboxLine>>();
  final _keysOfRevived = HashMap<Identity, String>();
  int _refusedCount = 0;
  int _lastNumber = 0;

  /// All lines, oldest first.
  Iterable<OutboxLine> get lines {
    if (!_isInOrder) {
      final sorted = _byNumber.values.sortedBy((line) => line.number);
      _byNumber.clear();
      for (final line in sorted) {
        _byNumber[line.number] = line;
      }
      _isInOrder = true;
    }
    return _byNumber.values;
  }

  /// The lines of one entry, oldest first.
  List<OutboxLine> of(String key) => _byKey[key] ?? const [];

  /// The key of the entry that is created again as [identity]; null if none is waiting for that.
  String? keyOfRevived(Identity? identity) => _keysOfRevived[identity];

  /// Number of entries with lines.
  int get entryCount => _byKey.length;

  /// Number of lines that can be sent.
  int get sendableCount => _byNumber.length - _refusedCount;

  /// Number of lines that the server refused.
  int get refusedCount => _refusedCount;

  /// The greatest number that any line has had.
  int get lastNumber => _lastNumber;

  /// Replaces the line [before] by [now], which has the same number.
  void follow(OutboxLine? before, OutboxLine? now) {
    if (before != null) _remove(before);
    now == null ? _byNumber.remove(before?.number) : _add(now);
  }

  void _add(OutboxLine line) {
    // A new line usually has the greatest number; one that a failed change had removed is put back behind the others.
    if (line.number < _lastNumber && !_byNumber.containsKey(line.number)) _isInOrder = false;
    _byNumber[line.number] = line;
    final lines = _byKey[line.key] ??= [];
    final at = lines.indexWhere((other) => other.number > line.number);
    lines.insert(at < 0 ? lines.length : at, line);
    if (line.revivedAs case final identity?) _keysOfRevived[identity] = line.key;
    if (!line.isSendable) _refusedCount++;
    _lastNumber = max(_lastNumber, line.number);
  }

  void _remove(OutboxLine line) {
    final lines = _byKey[line.key]!..removeWhere((other) => other.number == line.number);
    if (!lines.any((other) => other.revivedAs == line.revivedAs)) _keysOfRevived.remove(line.revivedAs);
    if (lines.isEmpty) _byKey.remove(line.key);
    if (!line.isSendable) _refusedCount--;
  }
}
