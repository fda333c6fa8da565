import 'dart:math';

import 'package:clock/clock.dart';

import '../../../../core/api/api_failure.dart';
import '../../../../core/auth/weight_sync_user.dart';
import '../../../../core/state/observed.dart';
import '../../../../core/state/watched.dart';
import '../../../../core/storage/storage_failure.dart';
import '../../../../core/sync/sync_task.dart';
import '../../../../core/sync/weight_sync_status.dart';
import '../../domain/live_totals.dart';
import '../local/outbox.dart';
import '../local/outbox_line.dart';
import '../local/page_merge.dart';
import '../local/upload_merge.dart';
import '../local/weight_store.dart';
import '../repositories/limits_repository.dart';
import '../repositories/offline_first_weight_repository.dart';
import 'weight_sync_service.dart';

/// One sync run for weights: uploads the outbox, then downloads the changes. Keeps no state: after an interrupted run
/// the next one simply continues.
final class WeightSyncTask implements SyncTask {
  /// Syncs [_repository] through the service that [_serviceOf] returns for a user.
  WeightSyncTask(this._repository, this._limits, this._serviceOf, this._storeOf) {
    _repository.conflicts.addListener(() => conflicts.value = _repository.conflicts.value.length);
  }

  final OfflineFirstWeightRepository _repository;
  final LimitsRepository _limits;
  final WeightSyncService Function(WeightSyncUser user) _serviceOf;

  /// The user's store if it is open. A late response must not reach another user's store.
  final WeightStore? Function(WeightSyncUser? user) _storeOf;

  /// Ends a run whose server is restored or purged again and again.
  static const _maxRestarts = 6;

  @override
  String get name => 'weights';

  @override
  Watched<int> get pending => _repository.pendingCount;

  @override
  final Observed<int> conflicts = Observed(0);

  @override
  int get refusedCount => _storeOf(null)?.lines.refusedCount ?? 0;

  @override
  Watched<int> get edits => _repository.edits;

  @override
  int get unreadCount => _storeOf(null)?.unreadCount ?? 0;

  @override
  DateTime? get lastSync => _storeOf(null)?.lastSync;

  @override
  Future<void> synchronize(
    WeightSyncUser user,
    void Function(SyncRunning) onProgress, {
    required void Function(String event) log,
    bool isByHand = false,
  }) async {
    final store = _storeOf(user) ?? (throw StateError('the data of this user is not open'));
    final service = _serviceOf(user);
    await _refreshLimits();
    if (isByHand) await store.change(store.retryRefused);
    for (var restarts = 0; restarts < _maxRestarts; restarts++) {
      await _upload(store, service, onProgress);
      if (await _download(store, service, onProgress, log)) {
        // Then there is something to upload.
        if (await _repository.adoptUnasked()) continue;
        await store.change(() => store.noteSync(clock.now().toUtc()));
        return _tidy(store, log);
      }
    }
    throw const Refused(status: 410, code: 'restarted_too_often');
  }

  /// A full disk, which a compaction needs space on, must not fail a run that is complete.
  Future<void> _tidy(WeightStore store, void Function(String event) log) async {
    try {
      await store.tidy();
    } on StorageFailure catch (failure) {
      log('not tidied: $failure');
    }
  }

  /// A failure does not stop the run: the server enforces its limits anyway.
  Future<void> _refreshLimits() async {
    try {
      await _limits.refresh();
    } on Refused {
      // The next run asks again.
    }
  }

  Future<void> _upload(WeightStore store, WeightSyncService service, void Function(SyncRunning) onProgress) async {
    await _offerRest(store);
    final total = store.lines.sendableCount;
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
      await _offerRest(store);
      done += lines.length;
    }
  }

  Future<void> _offerRest(WeightStore store) async {
    while (store.isOffering) {
      await store.change(store.offerMore);
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

  /// Whether the download is complete; otherwise there is more to upload, or a full pull to start.
  Future<bool> _download(
    WeightStore store,
    WeightSyncService service,
    void Function(SyncRunning) onProgress,
    void Function(String event) log,
  ) async {
    var done = 0;
    while (true) {
      onProgress(SyncRunning(SyncPhase.download, done: done));
      try {
        final page = await service.changes(
          since: store.cursor,
          epoch: store.epoch,
          limit: _limits.limits.value.pageEntries,
        );
        // A full pull sends no epoch, so the server could not answer 410. What this page lacks, the server may have
        // lost.
        if (store.hasOtherEpoch(page.epoch)) {
          await store.change(() => store.offerEverything(page.epoch));
          return false;
        }
        await store.change(() => store.takePage(page));
        done += page.entries.length;
        if (!page.hasMore) return await _hasAll(store, page.live, log);
      } on Refused catch (refused) {
        if (!await _restartAfterGone(store, refused)) rethrow;
        return false;
      }
    }
  }

  /// Whether this copy of everything that the server sent is what the server has. Otherwise one side has lost something:
  /// everything is pulled, once for the same difference, and the server is offered what it lacks.
  Future<bool> _hasAll(WeightStore store, LiveTotals? server, void Function(String event) log) async {
    final wasChecked = store.isChecking;
    if (wasChecked) {
      await _offerRest(store);
      final lost = store.lines.lines.where((line) => line.isOffered).length;
      if (lost > 0) log('the server had lost $lost entries, which are offered again');
      if (lost > 0) return false;
    }
    // Entries that only a later version of the app can read are not counted here.
    if (server == null || store.unreadCount > 0) return true;
    final own = await store.countLive();
    final difference = own == server ? null : '${server - own}';
    if (difference != null && difference != store.pulledFor) {
      log('the server has other entries than this device ($server, $own): pulling everything');
      await store.change(() => store.check(difference));
      return false;
    }
    if (difference != null && wasChecked) log('the server still has other entries ($server, $own)');
    if (difference == null && store.pulledFor != null) await store.change(() => store.pulledFor = null);
    return true;
  }

  Future<bool> _restartAfterGone(WeightStore store, Refused refused) async {
    if (refused.status != 410) return false;
    await store.change(() => refused.code == 'epoch_changed' ? store.offerEverything(null) : store.pullAll());
    return true;
  }
}
