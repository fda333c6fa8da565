import 'package:clock/clock.dart';

import '../../domain/entry_mark.dart';
import '../../domain/entry_version.dart';
import '../../domain/weight_entry.dart';
import '../../domain/who_wins.dart';
import 'outbox_line.dart';
import 'record.dart';
import 'weight_store.dart';

/// Builds the list of entries from the server's versions and the pending edits.
extension EntryList on WeightStore {
  /// All entries, newest measurement first.
  List<WeightEntry> listEntries() {
    final lastLines = <String, OutboxLine>{};
    for (final line in outbox.rows) {
      final known = lastLines[line.key];
      if (known == null || known.number < line.number) lastLines[line.key] = line;
    }
    return [
      for (final MapEntry(:key, value: record) in records.entries)
        if (!lastLines.containsKey(key)) ?_entry(key, record.version, base: record.updatedAt),
      for (final MapEntry(:key, value: line) in lastLines.entries) ?_pending(line, records[key]),
    ]..sort(_newestFirst);
  }

  static int _newestFirst(WeightEntry a, WeightEntry b) {
    final byTime = b.timestamp.compareTo(a.timestamp);
    return byTime != 0 ? byTime : a.key.compareTo(b.key);
  }

  static WeightEntry? _pending(OutboxLine line, Record? record) =>
      _entry(line.key, line.version, base: line.base, mark: _mark(line, record), line: line);

  static EntryMark _mark(OutboxLine line, Record? record) {
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
