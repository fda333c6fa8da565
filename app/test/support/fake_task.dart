import 'dart:async';

import 'package:weight_sync/core/sync/sync_task.dart';
import 'package:weight_sync/weight_sync.dart';

/// A task whose runs the test controls.
final class FakeTask implements SyncTask {
  /// The body of a run.
  Future<void> Function() onRun = () async {};

  /// Runs started.
  int runs = 0;

  /// The user of the last run.
  WeightSyncUser? user;

  /// Runs in progress.
  int inProgress = 0;

  @override
  String get name => 'fake';

  @override
  final Observed<int> pending = Observed(0);

  @override
  final Observed<int> edits = Observed(0);

  /// The user edits [entries] entries without pending edits; 0 edits a waiting one again.
  void edit([int entries = 1]) {
    pending.value += entries;
    edits.value++;
  }

  @override
  int unreadCount = 0;

  @override
  final Observed<int> conflicts = Observed(0);

  @override
  int refusedCount = 0;

  @override
  DateTime? lastSync;

  @override
  Future<void> synchronize(
    WeightSyncUser user,
    void Function(SyncRunning) onProgress, {
    required void Function(String) log,
    bool isByHand = false,
  }) async {
    runs++;
    this.user = user;
    final sent = pending.value;
    if (++inProgress > 1) throw StateError('two runs at once');
    try {
      onProgress(const SyncRunning(SyncPhase.upload));
      await onRun();
      // Edits made during the run stay pending.
      pending.value -= sent;
    } finally {
      inProgress--;
    }
  }
}
