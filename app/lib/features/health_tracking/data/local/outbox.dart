import '../../domain/entry_version.dart';
import 'identity.dart';
import 'outbox_line.dart';
import 'weight_store.dart';

/// Adds the user's edits to the outbox and selects edits for upload. Call within [WeightStore.change].
extension Outbox on WeightStore {
  /// A stamp that no entry ever had, as the base of an edit whose real base is unknown: the server then reports
  /// whatever the edit overwrites.
  static final DateTime unknownBase = DateTime.utc(2000);

  /// Changes the entry [key] to [version]. [seenContent] and [seenBase] are the content and the base that the user saw
  /// while editing.
  void put(String key, EntryVersion version, {EntryVersion? seenContent, DateTime? seenBase}) {
    noteEdit();
    final last = linesOf(key).lastOrNull;
    if (last != null && !last.isSent) {
      if (version.isDeleted && _isUnknownToServer(key, last)) return outbox.remove('${last.number}');
      // The older edit was never sent, so the new one replaces it.
      _add(last.number, key, version, base: last.isOffered ? records[key]?.updatedAt : last.base, before: last);
      return;
    }
    final record = records[key];
    var base = last?.base ?? record?.updatedAt;
    if (last == null && record != null && seenContent != null && !record.version.hasContentOf(seenContent)) {
      // An edit by another device arrived while the user was editing.
      base = seenBase ?? unknownBase;
    }
    _add(nextNumber, key, version, base: base, before: last);
  }

  /// Adds an entry that was recorded in another store as [identity], under which the server gets it.
  void putAs(Identity identity, String key, EntryVersion version) {
    noteEdit();
    final number = nextNumber;
    outbox['$number'] = OutboxLine(number: number, key: key, version: version, revivedAs: identity);
  }

  bool _isUnknownToServer(String key, OutboxLine last) {
    final isDeletedThere = records[key]?.version.isDeleted ?? true;
    return isDeletedThere && linesOf(key).length == 1 && last.revivedAs == null;
  }

  void _add(int number, String key, EntryVersion version, {DateTime? base, OutboxLine? before}) {
    outbox['$number'] = OutboxLine(
      number: number,
      key: key,
      version: version,
      base: base,
      revivedAs: before?.revivedAs,
    );
  }

  /// Makes refused edits sendable again: the server's limits or the clock may have changed.
  void retryRefused() {
    if (lines.refusedCount == 0) return;
    for (final line in lines.lines.where((line) => !line.isSendable).toList()) {
      outbox['${line.number}'] = line.copyWith(problems: const []);
    }
  }

  /// Up to [most] edits that can be sent in one request: the oldest of each entry, all with the same `device_id`. Marks
  /// them as sent, after which they no longer change.
  List<OutboxLine> takeForUpload(int most) {
    final batch = <OutboxLine>[];
    final marked = <OutboxLine>[];
    final keys = <String>{};
    String? sender;
    for (final line in lines.lines) {
      if (!keys.add(line.key) || !line.isSendable) continue;
      sender ??= senderOf(line);
      if (senderOf(line) != sender) continue;
      batch.add(line);
      if (!line.isSent) marked.add(line.copyWith(isSent: true));
      if (batch.length == most) break;
    }
    for (final line in marked) {
      outbox['${line.number}'] = line;
    }
    return batch;
  }

  /// The `device_id` under which a line is sent.
  String senderOf(OutboxLine line) => line.revivedAs?.device ?? device;
}
