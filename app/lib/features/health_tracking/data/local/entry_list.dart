import 'package:clock/clock.dart';

import '../../../../core/state/slices.dart';
import '../../../../core/storage/table.dart';
import '../../domain/entry_mark.dart';
import '../../domain/entry_version.dart';
import '../../domain/weight_entry.dart';
import '../../domain/who_wins.dart';
import 'outbox_index.dart';
import 'outbox_line.dart';
import 'record.dart';

/// The list of entries, built from the server's versions and the waiting edits. A change costs its own rows and a copy
/// of the list, however long that is.
final class EntryList {
  /// Lists [_records] with the edits of [_lines]. Without [hasAccount] no entry waits to be sent.
  EntryList(this._records, this._lines, {required bool hasAccount}) : _hasAccount = hasAccount;

  final bool _hasAccount;

  final Table<Record> _records;
  final OutboxIndex _lines;
  final _shown = <String, WeightEntry>{};
  final _touched = <String>{};
  List<WeightEntry> _entries = const [];

  /// Rows in a slice of [load].
  static const _slice = 1000;

  /// Notes that a row of the entry [key] has changed.
  void touch(String key) => _touched.add(key);

  /// All entries, newest measurement first. The same list as long as no entry has changed.
  List<WeightEntry> get entries {
    _update(_touched);
    _touched.clear();
    return _entries;
  }

  /// Takes in what was touched, in slices: after opening, and after a large change.
  Future<void> load() async {
    final slices = Slices();
    while (_touched.isNotEmpty) {
      final keys = _touched.take(_slice).toList();
      _update(keys);
      _touched.removeAll(keys);
      await slices.pause();
    }
  }

  void _update(Iterable<String> keys) {
    final gone = <int>[];
    final added = <WeightEntry>[];
    for (final key in keys) {
      final before = _shown[key];
      final now = _entryOf(key);
      if (before == now) continue;
      if (before != null) gone.add(_placeOf(before));
      if (now != null) added.add(now);
      now == null ? _shown.remove(key) : _shown[key] = now;
    }
    if (gone.isNotEmpty || added.isNotEmpty) _replace(gone..sort(), added..sort(_newestFirst));
  }

  /// Copies the list without the places [gone] and with [added], both in order.
  void _replace(List<int> gone, List<WeightEntry> added) {
    final old = _entries;
    final length = old.length - gone.length + added.length;
    if (length == 0) {
      _entries = const [];
      return;
    }
    final next = List.filled(length, added.firstOrNull ?? old.first);
    var (from, to, nextGone) = (0, 0, 0);
    void copy(int end) {
      next.setRange(to, to + end - from, old, from);
      to += end - from;
      from = end;
    }

    void copyRemaining(int end) {
      for (; nextGone < gone.length && gone[nextGone] < end; nextGone++) {
        copy(gone[nextGone]);
        from++;
      }
      copy(end);
    }

    for (final entry in added) {
      copyRemaining(_placeOf(entry));
      next[to++] = entry;
    }
    copyRemaining(old.length);
    _entries = next;
  }

  /// Where [entry] is in the list, or belongs.
  int _placeOf(WeightEntry entry) {
    var (low, high) = (0, _entries.length);
    while (low < high) {
      final middle = (low + high) >> 1;
      _newestFirst(_entries[middle], entry) < 0 ? low = middle + 1 : high = middle;
    }
    return low;
  }

  static int _newestFirst(WeightEntry a, WeightEntry b) {
    final byTime = b.timestamp.compareTo(a.timestamp);
    return byTime != 0 ? byTime : a.key.compareTo(b.key);
  }

  WeightEntry? _entryOf(String key) {
    final record = _records[key];
    final line = _lines.of(key).lastOrNull;
    if (line != null) return _entry(key, line.version, base: line.base, mark: _mark(line, record), line: line);
    return record == null ? null : _entry(key, record.version, base: record.updatedAt);
  }

  EntryMark _mark(OutboxLine line, Record? record) {
    if (!_hasAccount) return EntryMark.synced;
    if (!line.isSendable) return EntryMark.refused;
    if (record == null) return EntryMark.pending;
    // An entry offered after a restore was not edited.
    if (line.isOffered) return EntryMark.synced;
    final verdict = whoWins(
      stored: record.version,
      storedUpdatedAt: record.updatedAt,
      incoming: line.version,
      editedAt: line.version.editedAt,
      base: line.base,
      now: clock.now(),
    );
    return verdict.resolution == 'server_wins' ? EntryMark.overtaken : EntryMark.pending;
  }

  static WeightEntry? _entry(
    String key,
    EntryVersion version, {
    required DateTime? base,
    EntryMark mark = EntryMark.synced,
    OutboxLine? line,
  }) {
    if (version.isDeleted) return null;
    return WeightEntry(
      key: key,
      weight: version.weight!,
      timestamp: version.timestamp!,
      editedAt: version.editedAt,
      base: base,
      mark: mark,
      problems: line?.problems ?? const [],
    );
  }
}
