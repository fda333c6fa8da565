import 'package:collection/collection.dart';

import '../services/changes_page.dart';
import '../services/server_entry.dart';
import 'outbox_line.dart';
import 'upload_merge.dart';
import 'weight_store.dart';

/// Merges the server's changes into the local copy. Call within [WeightStore.change]. Leaves the outbox alone: the
/// server decides about those edits.
extension PageMerge on WeightStore {
  /// Merges the next page of the current pull, or the first of a new one.
  void takePage(ChangesPage page) {
    if (cursor == null) {
      pull++;
      isPullingAll = true;
    }
    final keys = _keysByServerId();
    for (final entry in page.entries) {
      final key = keys[entry.id] ?? _keyOfNew(entry);
      // The deletion of an entry that never reached this device.
      if (entry.version.isDeleted && records[key] == null) continue;
      takeVersion(key, entry);
    }
    cursor = page.nextSince;
    epoch = page.epoch;
    if (!page.hasMore && isPullingAll) _endFullPull();
  }

  Map<String, String> _keysByServerId() => {
    for (final MapEntry(:key, value: record) in records.entries) record.serverId: key,
  };

  /// Entries created here have this device's key, even if the answer to their upload was lost; others have the server's
  /// id.
  String _keyOfNew(ServerEntry entry) {
    final line = outbox.rows.firstWhereOrNull((line) => line.revivedAs != null && line.revivedAs == entry.origin);
    if (line != null) return line.key;
    final origin = entry.origin;
    return origin != null && origin.device == device ? origin.local : entry.id;
  }

  /// A full pull has listed all live entries: removes the others. Entries with waiting edits stay until the server has
  /// answered those.
  void _endFullPull() {
    isPullingAll = false;
    final waiting = {for (final line in outbox.rows) line.key};
    for (final MapEntry(:key, value: record) in records.entries.toList()) {
      if (record.pull != pull && !waiting.contains(key)) {
        records.remove(key);
      } else if (record.isOffered && !waiting.contains(key)) {
        records[key] = record.copyWith(isOffered: false);
      }
    }
  }

  /// The cursor has expired: the next pull is a full one. The list stays as it is until that pull ends.
  void forgetCursor() {
    cursor = null;
    isPullingAll = false;
  }

  /// Whether [named], the server's current epoch, shows that the server was restored since the last contact.
  bool hasOtherEpoch(String? named) => named != null && epoch != null && named != epoch;

  /// The server was restored from a backup: puts all entries, including deleted ones, into the outbox. The next pull is
  /// a full one.
  ///
  /// [now] is the server's current epoch; null if unknown.
  void offerEverything(String? now) {
    forgetCursor();
    epoch = now;
    final waiting = {for (final line in outbox.rows) line.key};
    var number = nextNumber;
    for (final MapEntry(:key, value: record) in records.entries.toList()) {
      records[key] = record.copyWith(isOffered: true);
      if (waiting.contains(key)) continue;
      // No base: the server's version is older, and replacing it is not a conflict.
      outbox['$number'] = OutboxLine(number: number, key: key, version: record.version, isOffered: true);
      number++;
    }
  }
}
