import '../../domain/entry_version.dart';
import 'outbox_line.dart';
import 'weight_store.dart';

/// Puts a person's edits into the outbox. To be called within [WeightStore.change].
extension Outbox on WeightStore {
  /// Some time at which no entry was stamped, where the version a person saw is not known any more: the server then
  /// reports whatever the edit overwrites.
  static final DateTime unknownBase = DateTime.utc(2000);

  /// Notes that the entry [key] shall be [version], on top of what the person [seenContent] saw at [seenBase].
  void put(String key, EntryVersion version, {EntryVersion? seenContent, DateTime? seenBase}) {
    noteEdit();
    final last = linesOf(key).lastOrNull;
    if (last != null && !last.isSent) {
      if (version.isDeleted && _isUnknownToServer(key, last)) return outbox.remove('${last.number}');
      // The server has not seen the older edit, and need not.
      _add(last.number, key, version, base: last.isOffered ? records[key]?.updatedAt : last.base, before: last);
      return;
    }
    final record = records[key];
    var base = last?.base ?? record?.updatedAt;
    if (last == null && record != null && seenContent != null && !record.version.hasContentOf(seenContent)) {
      // Another device's edit came in between the person's look and their tap.
      base = seenBase ?? unknownBase;
    }
    _add(nextNumber, key, version, base: base, before: last);
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

  /// Refused edits may be tried again: the server's limits or the clock may have changed.
  void retryRefused() {
    for (final line in outbox.rows.where((line) => !line.isSendable).toList()) {
      outbox['${line.number}'] = line.copyWith(problems: const []);
    }
  }

  /// The first edits that can be sent together: the oldest of each entry, all from one device's name. They are marked as
  /// sent, and don't change from now on.
  List<OutboxLine> takeForUpload(int most) {
    final lines = <OutboxLine>[];
    final keys = <String>{};
    String? sender;
    for (final line in outbox.rows.toList()..sort((a, b) => a.number.compareTo(b.number))) {
      if (!keys.add(line.key) || !line.isSendable) continue;
      sender ??= senderOf(line);
      if (senderOf(line) != sender) continue;
      lines.add(line);
      if (!line.isSent) outbox['${line.number}'] = line.copyWith(isSent: true);
      if (lines.length == most) break;
    }
    return lines;
  }

  /// The device that a line names as the entry's maker.
  String senderOf(OutboxLine line) => line.revivedAs?.device ?? device;
}
