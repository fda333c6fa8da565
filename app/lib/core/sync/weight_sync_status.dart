import 'package:meta/meta.dart';

import 'sync_failure.dart';

/// The state of sync, as the indicator shows it.
@immutable
sealed class WeightSyncStatus {
  const WeightSyncStatus();
}

/// Nobody is signed in.
final class SyncOff extends WeightSyncStatus {
  /// Nobody is signed in.
  const SyncOff();
}

/// Everything is in sync as far as known; the next run starts by itself.
final class SyncIdle extends WeightSyncStatus {
  /// [pending] edits will be sent in a moment.
  const SyncIdle({this.pending = 0});

  /// Entries edited in the last seconds.
  final int pending;
}

/// A run is in progress.
final class SyncRunning extends WeightSyncStatus {
  /// A run in [phase].
  const SyncRunning(this.phase, {this.done = 0, this.total});

  /// The current phase.
  final SyncPhase phase;

  /// Entries sent or received in this phase.
  final int done;

  /// Entries in this phase; null if unknown (downloads).
  final int? total;

  /// From 0 to 1; null if unknown.
  double? get progress => total == null || total == 0 ? null : done / total!;
}

/// The phases of a run.
enum SyncPhase {
  /// Sending the outbox.
  upload,

  /// Fetching changes.
  download,
}

/// The server cannot be reached. Edits are kept, and the next run starts by itself.
final class SyncOffline extends WeightSyncStatus {
  /// [pending] edits are kept.
  const SyncOffline({required this.pending, required this.nextTry});

  /// Entries with edits waiting.
  final int pending;

  /// When the next run starts, unless the network returns earlier.
  final DateTime nextTry;
}

/// The server responded but failed. The next run starts by itself.
final class SyncRetrying extends WeightSyncStatus {
  /// Retrying because of [failure].
  const SyncRetrying({required this.failure, required this.pending, required this.nextTry});

  /// The server's failure.
  final SyncFailure failure;

  /// Entries with edits waiting.
  final int pending;

  /// When the next run starts.
  final DateTime nextTry;
}

/// The session has ended: nothing is sent until the user signs in again. The data is kept.
final class SyncNeedsSignIn extends WeightSyncStatus {
  /// [pending] edits are kept.
  const SyncNeedsSignIn({required this.pending});

  /// Entries with edits waiting.
  final int pending;
}

/// [count] conflicts need a decision. Everything else is in sync, except entries that the server refused.
final class SyncConflictWaiting extends WeightSyncStatus {
  /// [count] conflicts are open.
  const SyncConflictWaiting({required this.count, this.pending = 0});

  /// Conflicts that the user has not answered.
  final int count;

  /// Entries edited in the last seconds.
  final int pending;
}

/// A retry will not help soon: the user has to act, as [failure] says. Sync still retries from time to time, and on
/// [SyncManager.syncNow].
final class SyncStalled extends WeightSyncStatus {
  /// Stalled because of [failure].
  const SyncStalled({required this.failure, required this.pending});

  /// The cause.
  final SyncFailure failure;

  /// Entries with edits waiting.
  final int pending;
}
