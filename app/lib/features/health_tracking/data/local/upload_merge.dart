import 'package:clock/clock.dart';

import '../../../../core/api/field_problem.dart';
import '../../domain/conflict_reason.dart';
import '../../domain/entry_version.dart';
import '../../domain/weight_conflict.dart';
import '../services/server_entry.dart';
import '../services/upload_result.dart';
import 'identity.dart';
import 'outbox.dart';
import 'outbox_line.dart';
import 'page_merge.dart';
import 'record.dart';
import 'weight_store.dart';

/// Applies the server's answers to the outbox and the local copy. Call within [WeightStore.change].
extension UploadMerge on WeightStore {
  /// Applies the [results] of uploading [lines]; [epoch] is the server's current epoch.
  void takeUpload(List<OutboxLine> lines, List<UploadResult> results, {String? epoch}) {
    // After a restore the server reports entries as gone that the user still wants; they are offered with all others.
    final isRestored = hasOtherEpoch(epoch);
    for (final (index, line) in lines.indexed) {
      switch (results[index]) {
        case final Accepted accepted:
          _takeAccepted(line, accepted);
        case Overruled(:final standing, :final reason):
          _takeOverruled(line, standing, reason);
        case Gone() when records[line.key]?.isOffered ?? false:
          _sendAsNew(line);
        case Gone() when isRestored:
          break;
        case Gone():
          _reportGone(line);
        case Rejected(:final problems):
          _takeRejected(line, problems);
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
    // Edits waiting behind this one are based on it.
    for (final waiting in linesOf(line.key).toList()) {
      outbox['${waiting.number}'] = waiting.copyWith(base: updatedAt);
    }
    if (overwritten == null || line.isOffered) return;
    _report(line, theirs: overwritten.version, mineWon: true, reason: reason, standing: updatedAt);
  }

  void _takeOverruled(OutboxLine line, ServerEntry standing, ConflictReason reason) {
    outbox.remove('${line.number}');
    final known = records[line.key];
    takeVersion(
      line.key,
      standing,
      origin: known == null ? line.revivedAs ?? (device: device, local: line.key) : known.origin,
    );
    for (final waiting in linesOf(line.key).toList()) {
      // The waiting edit is based on the one that lost, not on the server's version. The server must report what it
      // overwrites.
      if (waiting.base == null) outbox['${waiting.number}'] = waiting.copyWith(base: Outbox.unknownBase);
    }
    if (line.isOffered || standing.version.hasContentOf(line.version)) return;
    _report(line, theirs: standing.version, mineWon: false, reason: reason, standing: standing.updatedAt);
  }

  /// Keeps the refused edit for a correction, unless the user has already made one: it has the same base, and takes the
  /// refused edit's place.
  void _takeRejected(OutboxLine line, List<FieldProblem> problems) {
    final isCorrected = linesOf(line.key).any((waiting) => waiting.number > line.number);
    if (isCorrected) return outbox.remove('${line.number}');
    outbox['${line.number}'] = outbox['${line.number}']!.copyWith(isSent: false, problems: problems);
  }

  /// The restored server has lost the entry: sends it as a new one, under the identity that every device uses.
  void _sendAsNew(OutboxLine line) {
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

  /// The server no longer knows the entry, although it was not restored: the deletion was purged. Reports the user's
  /// edits as a conflict, so that they are not lost.
  void _reportGone(OutboxLine line) {
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
    WeightConflict(
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

  /// Stores the server's version of an entry. Known versions, for example echoes of own edits, change nothing.
  /// A long answer to an upload leaves out an entry's origin: it is [origin] then.
  void takeVersion(String key, ServerEntry entry, {Identity? origin}) {
    final known = records[key];
    final named = entry.origin ?? origin;
    if (known != null && known.serverId == entry.id && !known.updatedAt.isBefore(entry.updatedAt)) {
      final isSame = known.version == entry.version && known.origin == named;
      // The server has lost the version that it had acknowledged.
      if (isChecking && known.updatedAt.isAfter(entry.updatedAt)) return offerAgain(key, known);
      if (isSame || known.updatedAt.isAfter(entry.updatedAt)) return _markListed(key, known);
    }
    records[key] = Record(
      serverId: entry.id,
      version: entry.version,
      updatedAt: entry.updatedAt,
      origin: named,
      pull: isPullingAll ? pull : known?.pull ?? 0,
      offer: known?.offer ?? 0,
    );
  }

  void _markListed(String key, Record known) {
    if (isPullingAll && known.pull != pull) records[key] = known.copyWith(pull: pull);
  }
}
