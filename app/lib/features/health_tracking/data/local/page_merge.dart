import '../services/changes_page.dart';
import '../services/server_entry.dart';
import 'outbox_line.dart';
import 'record.dart';
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
    for (final entry in page.entries) {
      final key = keyOf(entry.id) ?? keyOfIdentity(entry.origin) ?? _keyOfNew(entry);
      // The deletion of an entry that never reached this device.
      if (entry.version.isDeleted && records[key] == null) continue;
      takeVersion(key, entry);
    }
    cursor = page.nextSince;
    epoch = page.epoch;
    if (!page.hasMore && isPullingAll) isChecking ? _offerMissing() : _endFullPull();
  }

  /// Entries created here have this device's key, even if the answer to their upload was lost; others have the server's
  /// id.
  String _keyOfNew(ServerEntry entry) {
    final origin = entry.origin;
    if (lines.keyOfRevived(origin) case final key?) return key;
    return origin != null && origin.device == device ? origin.local : entry.id;
  }

  /// A full pull has listed all live entries: removes the others. Entries with waiting edits stay until the server has
  /// answered those.
  void _endFullPull() {
    isPullingAll = false;
    final affected = [
      for (final row in records.entries)
        if ((row.value.pull != pull || row.value.isOffered) && linesOf(row.key).isEmpty) row,
    ];
    for (final MapEntry(:key, value: record) in affected) {
      record.pull == pull ? records[key] = record.copyWith(offer: 0) : records.remove(key);
    }
  }

  /// The server has other live entries than this copy of all it has sent: one side has lost something. Pulls everything
  /// and keeps what the server does not list.
  void check(String difference) {
    pullAll(isCheck: true);
    pulledFor = difference;
    offer++;
  }

  /// The full pull has listed all live entries. What it did not list and this copy has, the server has lost: the deletions
  /// of others had been taken before. [offerMore] puts it into the outbox.
  void _offerMissing() {
    isPullingAll = false;
    isOffering = true;
  }

  /// Whether [named], the server's current epoch, shows that the server was restored since the last contact.
  bool hasOtherEpoch(String? named) => named != null && epoch != null && named != epoch;

  /// The server was restored from a backup: puts all entries, including deleted ones, into the outbox. The next pull is
  /// a full one. If there are many entries, [offerMore] puts the rest there; nothing may be sent or pulled before.
  ///
  /// [now] is the server's current epoch; null if unknown.
  void offerEverything(String? now) {
    pullAll();
    epoch = now;
    offer++;
    isOffering = true;
    offerMore();
  }

  /// Puts the next entries into the outbox, and ends [isOffering] with the last one.
  void offerMore() {
    final rest = records.entries.where((row) => _isToOffer(row.value)).take(_offeredAtOnce).toList();
    if (isChecking) lostByServer += rest.where((row) => linesOf(row.key).isEmpty).length;
    for (final MapEntry(:key, value: record) in rest) {
      offerAgain(key, record);
    }
    if (rest.length == _offeredAtOnce) return;
    isOffering = false;
    isChecking = false;
  }

  /// Puts an entry into the outbox that the server has lost, or may have lost.
  void offerAgain(String key, Record record) {
    records[key] = record.copyWith(offer: offer);
    if (linesOf(key).isNotEmpty) return;
    final number = nextNumber;
    // No base: the server's version is older, and replacing it is not a conflict.
    outbox['$number'] = OutboxLine(number: number, key: key, version: record.version, isOffered: true);
  }

  bool _isToOffer(Record record) {
    if (record.offer == offer) return false;
    return !isChecking || (record.pull != pull && !record.version.isDeleted);
  }

  static const _offeredAtOnce = 300;
}
