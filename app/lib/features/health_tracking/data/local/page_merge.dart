import 'package:collection/collection.dart';

import '../services/changes_page.dart';
import '../services/server_entry.dart';
import 'outbox_line.dart';
import 'upload_merge.dart';
import 'weight_store.dart';

/// What the copy becomes by the server's changes. To be called within [WeightStore.change]. What waits in the outbox is
/// never touched: it goes to the server, which judges it.
extension PageMerge on WeightStore {
  /// Takes a page, the next of the pull under way or the first of a new one.
  void takePage(ChangesPage page) {
    if (cursor == null) {
      pull++;
      isPullingAll = true;
    }
    final keys = _keysByServerId();
    for (final entry in page.entries) {
      final key = keys[entry.id] ?? _keyOfNew(entry);
      // A deletion of what was never here.
      if (entry.version.isDeleted && records[key] == null) continue;
      takeVersion(key, entry);
    }
    cursor = page.nextSince;
    epoch = page.epoch;
    if (!page.hasMore && isPullingAll) _endPullOfAll();
  }

  Map<String, String> _keysByServerId() => {
    for (final MapEntry(:key, value: record) in records.entries) record.serverId: key,
  };

  /// Own entries have this device's key, also when the answer to their upload was lost; others the server's id.
  String _keyOfNew(ServerEntry entry) {
    final line = outbox.rows.firstWhereOrNull((line) => line.revivedAs != null && line.revivedAs == entry.origin);
    if (line != null) return line.key;
    final origin = entry.origin;
    return origin != null && origin.device == device ? origin.local : entry.id;
  }

  /// A full pull has shown all there is: the rest is not on the server any more. What has edits waiting stays until the
  /// server has spoken about them.
  void _endPullOfAll() {
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

  /// The cursor is too old: the next pull is a full one. The list stays as it is until that pull is through.
  void forgetCursor() {
    cursor = null;
    isPullingAll = false;
  }

  /// Whether a server that names its state [named] has been restored since it was last heard of.
  bool hasOtherEpoch(String? named) => named != null && epoch != null && named != epoch;

  /// The server has been restored from a backup: everything held here is offered to it, deletions too, before the next
  /// pull, which is a full one.
  ///
  /// [now] is the state that its database is in now; null when it did not say.
  void offerEverything(String? now) {
    forgetCursor();
    epoch = now;
    final waiting = {for (final line in outbox.rows) line.key};
    var number = nextNumber;
    for (final MapEntry(:key, value: record) in records.entries.toList()) {
      records[key] = record.copyWith(isOffered: true);
      if (waiting.contains(key)) continue;
      // Without a base: what the server holds is older by nature, and replacing it is no conflict.
      outbox['$number'] = OutboxLine(number: number, key: key, version: record.version, isOffered: true);
      number++;
    }
  }
}
