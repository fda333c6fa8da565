import 'dart:async';

import 'package:weight_sync/core/sync/sync_task.dart';
import 'package:weight_sync/weight_sync.dart';

/// A task that does as the test says.
final class FakeTask implements SyncTask {
  /// What a run does.
  Future<void> Function() onRun = () async {};

  /// Runs begun.
  int runs = 0;

  /// Whose data the last run was to keep in step.
  User? user;

  /// Whether the last run was asked for by a person.
  bool wasByHand = false;

  /// Runs at this moment.
  int atOnce = 0;

  @override
  String get name => 'fake';

  @override
  final Observed<int> pending = Observed(0);

  @override
  final Observed<int> edits = Observed(0);

  /// A person edits [entries] that nobody had edited.
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
  Future<void> synchronize(User user, void Function(SyncRunning) onProgress, {bool isByHand = false}) async {
    runs++;
    this.user = user;
    wasByHand = isByHand;
    final sent = pending.value;
    if (++atOnce > 1) throw StateError('two runs at once');
    try {
      onProgress(const SyncRunning(SyncPhase.upload));
      await onRun();
      // Edits made meanwhile are not in it.
      pending.value -= sent;
    } finally {
      atOnce--;
    }
  }
}
