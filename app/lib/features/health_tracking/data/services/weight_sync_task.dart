import 'dart:math';

import 'package:clock/clock.dart';

import '../../../../core/api/api_failure.dart';
import '../../../../core/auth/user.dart';
import '../../../../core/state/observed.dart';
import '../../../../core/state/watched.dart';
import '../../../../core/sync/sync_status.dart';
import '../../../../core/sync/sync_task.dart';
import '../local/outbox.dart';
import '../local/outbox_line.dart';
import '../local/page_merge.dart';
import '../local/upload_merge.dart';
import '../local/weight_store.dart';
import '../repositories/limits_repository.dart';
import '../repositories/offline_first_weight_repository.dart';
import 'weight_sync_service.dart';

/// One run of sync for weights: the outbox goes up, then the changes come down. Remembers nothing itself: a run that was
/// broken off at any point is simply followed by the next.
final class WeightSyncTask implements SyncTask {
  /// Keeps [_repository] in step, through what [_serviceOf] gives for a user.
  WeightSyncTask(this._repository, this._limits, this._serviceOf, this._storeOf) {
    _repository.conflicts.addListener(() => conflicts.value = _repository.conflicts.value.length);
  }

  final OfflineFirstWeightRepository _repository;
  final LimitsRepository _limits;
  final WeightSyncService Function(User user) _serviceOf;

  /// The store of a user, if it is the one that is open; a late answer must not reach another's.
  final WeightStore? Function(User? user) _storeOf;

  /// A server that is restored, or purged, over and over while we pull.
  static const _mostRestarts = 4;

  @override
  String get name => 'weights';

  @override
  Watched<int> get pending => _repository.pendingCount;

  @override
  final Observed<int> conflicts = Observed(0);

  @override
  int get refusedCount => _storeOf(null)?.outbox.rows.where((line) => !line.isSendable).length ?? 0;

  @override
  Watched<int> get edits => _repository.edits;

  @override
  int get unreadCount => _storeOf(null)?.unreadCount ?? 0;

  @override
  DateTime? get lastSync => _storeOf(null)?.lastSync;

  @override
  Future<void> synchronize(User user, void Function(SyncRunning) onProgress, {bool isByHand = false}) async {
    final store = _storeOf(user) ?? (throw StateError('the store of this user is not open'));
    final service = _serviceOf(user);
    await _askLimits();
    if (isByHand) await store.change(store.retryRefused);
    for (var restarts = 0; restarts < _mostRestarts; restarts++) {
      await _upload(store, service, onProgress);
      if (await _download(store, service, onProgress)) {
        await store.change(() => store.lastSync = clock.now().toUtc());
        await store.tidy();
        return;
      }
    }
    throw const Refused(status: 410, code: 'restarted_too_often');
  }

  /// Entries can be kept in step without: the server judges by its limits itself.
  Future<void> _askLimits() async {
    try {
      await _limits.refresh();
    } on Refused {
      // It is asked again in the next run.
    }
  }

  Future<void> _upload(WeightStore store, WeightSyncService service, void Function(SyncRunning) onProgress) async {
    final total = store.outbox.rows.where((line) => line.isSendable).length;
    var most = _limits.limits.value.batchEntries;
    var done = 0;
    while (true) {
      final lines = await store.change(() => store.takeForUpload(most));
      if (lines.isEmpty) return;
      onProgress(SyncRunning(SyncPhase.upload, done: done, total: max(total, done + lines.length)));
      try {
        await _uploadBatch(store, service, lines);
      } on Refused catch (refused) {
        if (refused.status != 413 || lines.length == 1) rethrow;
        most = lines.length ~/ 2;
        continue;
      }
      done += lines.length;
    }
  }

  Future<void> _uploadBatch(WeightStore store, WeightSyncService service, List<OutboxLine> lines) async {
    final answer = await service.upload(
      lines,
      device: store.senderOf(lines.first),
      serverIdOf: (line) => store.records[line.key]?.serverId,
    );
    await store.change(() => store.takeUpload(lines, answer.results, epoch: answer.epoch));
  }

  /// Whether it came to the end; else there is something to upload again, or a full pull to begin.
  Future<bool> _download(WeightStore store, WeightSyncService service, void Function(SyncRunning) onProgress) async {
    var done = 0;
    while (true) {
      onProgress(SyncRunning(SyncPhase.download, done: done));
      try {
        final page = await service.changes(
          since: store.cursor,
          epoch: store.epoch,
          limit: _limits.limits.value.pageEntries,
        );
        // A full pull names no epoch, so nobody has told: what this page does not show may be what the server has lost.
        if (store.hasOtherEpoch(page.epoch)) {
          await store.change(() => store.offerEverything(page.epoch));
          return false;
        }
        await store.change(() => store.takePage(page));
        done += page.entries.length;
        if (!page.hasMore) return true;
      } on Refused catch (refused) {
        if (!await _startOver(store, refused)) rethrow;
        return false;
      }
    }
  }

  Future<bool> _startOver(WeightStore store, Refused refused) async {
    if (refused.status != 410) return false;
    await store.change(() => refused.code == 'epoch_changed' ? store.offerEverything(null) : store.forgetCursor());
    return true;
  }
}
