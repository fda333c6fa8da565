import 'package:clock/clock.dart';

import '../../domain/conflict.dart';
import '../../domain/conflict_reason.dart';
import '../../domain/entry_version.dart';
import '../services/server_entry.dart';
import '../services/upload_result.dart';
import 'outbox.dart';
import 'outbox_line.dart';
import 'page_merge.dart';
import 'record.dart';
import 'weight_store.dart';

/// What the outbox and the copy become by the server's answer. To be called within [WeightStore.change].
extension UploadMerge on WeightStore {
  /// Takes the [results] of an upload of [lines] to a server whose database is in the state [epoch].
  void takeUpload(List<OutboxLine> lines, List<UploadResult> results, {String? epoch}) {
    // After a restore much is gone that people still want: it is offered with all the rest.
    final isRestored = hasOtherEpoch(epoch);
    for (final (index, line) in lines.indexed) {
      switch (results[index]) {
        case final Accepted accepted:
          _takeAccepted(line, accepted);
        case Overruled(:final standing, :final reason):
          _takeOverruled(line, standing, reason);
        case Gone() when records[line.key]?.isOffered ?? false:
          _revive(line);
        case Gone() when isRestored:
          break;
        case Gone():
          _giveUp(line);
        case Rejected(:final problems):
          outbox['${line.number}'] = outbox['${line.number}']!.copyWith(isSent: false, problems: problems);
      }
    }
    if (isRestored) {
      offerEverything(epoch);
    } else {
      this.epoch ??= epoch;
    }
  }

  void _takeAccepted(OutboxLine line, Accepted accepted) {
    final Accepted(:serverId, :updatedAt, :overwritten, :reason) = accepted;
    outbox.remove('${line.number}');
    if (serverId == null || updatedAt == null) return records.remove(line.key);
    final origin = records[line.key]?.origin ?? line.revivedAs ?? (device: device, local: line.key);
    records[line.key] = Record(
      serverId: serverId,
      version: line.version,
      updatedAt: updatedAt,
      origin: origin,
      pull: records[line.key]?.pull ?? 0,
    );
    // What was made on top of this edit is based on it.
    for (final waiting in linesOf(line.key).toList()) {
      outbox['${waiting.number}'] = waiting.copyWith(base: updatedAt);
    }
    if (overwritten == null || line.isOffered) return;
    _report(line, theirs: overwritten.version, mineWon: true, reason: reason, standing: updatedAt);
  }

  void _takeOverruled(OutboxLine line, ServerEntry standing, ConflictReason reason) {
    outbox.remove('${line.number}');
    takeVersion(line.key, standing);
    for (final waiting in linesOf(line.key).toList()) {
      // Its base is that of the edit that lost, not of what has won: so the server reports whatever it overwrites.
      if (waiting.base == null) outbox['${waiting.number}'] = waiting.copyWith(base: Outbox.unknownBase);
    }
    if (line.isOffered || standing.version.hasContentOf(line.version)) return;
    _report(line, theirs: standing.version, mineWon: false, reason: reason, standing: standing.updatedAt);
  }

  /// The restored server has lost the entry: it is made anew, under the name that every device takes for it.
  void _revive(OutboxLine line) {
    final name = records[line.key]!.revivedAs;
    records.remove(line.key);
    if (line.version.isDeleted) outbox.remove('${line.number}');
    for (final waiting in linesOf(line.key).toList()) {
      outbox['${waiting.number}'] = OutboxLine(
        number: waiting.number,
        key: waiting.key,
        version: waiting.version,
        isOffered: waiting.isOffered,
        revivedAs: name,
      );
    }
  }

  /// The server knows the entry no more, and nothing else has happened to it: it was deleted so long ago that the server
  /// has forgotten it. What a person did since is shown to them, and not lost.
  void _giveUp(OutboxLine line) {
    final last = linesOf(line.key).last;
    for (final waiting in linesOf(line.key).toList()) {
      outbox.remove('${waiting.number}');
    }
    records.remove(line.key);
    if (last.version.isDeleted) return;
    _report(last, theirs: null, mineWon: false, reason: ConflictReason.gone, standing: null);
  }

  void _report(
    OutboxLine line, {
    required EntryVersion? theirs,
    required bool mineWon,
    required ConflictReason? reason,
    required DateTime? standing,
  }) => report(
    Conflict(
      id: WeightStore.freshKey(),
      entryKey: line.key,
      mine: line.version,
      theirs: theirs,
      mineWon: mineWon,
      reason: reason ?? ConflictReason.concurrentEdit,
      noticedAt: clock.now().toUtc(),
      standing: standing,
    ),
  );

  /// The server holds [entry]. An own echo, or what is known already, changes nothing.
  void takeVersion(String key, ServerEntry entry) {
    final known = records[key];
    if (known != null && known.serverId == entry.id && !known.updatedAt.isBefore(entry.updatedAt)) {
      final isSame = known.version == entry.version && known.origin == entry.origin;
      if (isSame || known.updatedAt.isAfter(entry.updatedAt)) return _markShown(key, known);
    }
    records[key] = Record(
      serverId: entry.id,
      version: entry.version,
      updatedAt: entry.updatedAt,
      origin: entry.origin,
      pull: isPullingAll ? pull : known?.pull ?? 0,
      isOffered: known?.isOffered ?? false,
    );
  }

  void _markShown(String key, Record known) {
    if (isPullingAll && known.pull != pull) records[key] = known.copyWith(pull: pull);
  }
}
