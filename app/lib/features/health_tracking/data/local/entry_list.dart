import 'package:clock/clock.dart';

import '../../../../core/state/slices.dart';
import '../../../../core/state/sorted_pages.dart';
import '../../../../core/storage/table.dart';
import '../../domain/entry_mark.dart';
import '../../domain/entry_version.dart';
import '../../domain/weight_entry.dart';
import '../../domain/who_wins.dart';
import 'outbox_index.dart';
import 'outbox_line.dart';
import 'record.dart';

/// The list of entries, built from the server's versions and the waiting edits. A change costs its own rows,
/// however long the list is.
final class EntryList {
  /// Lists [_records] with the edits of [_lines]. Without [hasAccount] no entry waits to be sent.
  EntryList(this._records, this._lines, {required bool hasAccount}) : _hasAccount = hasAccount;

  final bool _hasAccount;

  final Table<Record> _records;
  final OutboxIndex _lines;
  final _shown = <String, WeightEntry>{};
  final _touched = <String>{};
  var _entries = SortedPages<WeightEntry>(_newestFirst);

  /// Few enough for one slice.
  static const _atOnce = 250;

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
      final keys = _touched.take(_atOnce).toList();
      _update(keys);
      // A set from which keys were removed is slow to read from its beginning; an emptied one is new.
      keys.length == _touched.length ? _touched.clear() : _touched.removeAll(keys);
      await slices.pause();
    }
  }

  void _update(Iterable<String> keys) {
    final gone = <WeightEntry>[];
    final added = <WeightEntry>[];
    for (final key in keys) {
      final before = _shown[key];
      final now = _entryOf(key);
      if (before == now) continue;
      if (before != null) gone.add(before);
      if (now != null) added.add(now);
      now == null ? _shown.remove(key) : _shown[key] = now;
    }
    if (gone.isEmpty && added.isEmpty) return;
    _entries = _entries.change(gone: gone..sort(_newestFirst), added: added..sort(_newestFirst));
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
