import 'package:meta/meta.dart';

import 'sync_failure.dart';

/// How sync stands: what the indicator shows.
@immutable
sealed class SyncStatus {
  const SyncStatus();
}

/// Nobody is signed in: nothing to do.
final class SyncOff extends SyncStatus {
  /// Nothing to do.
  const SyncOff();
}

/// All is in step, as far as known; the next run comes by itself.
final class SyncIdle extends SyncStatus {
  /// With [pending] edits that the next run will send, in a moment.
  const SyncIdle({this.pending = 0});

  /// Edits of the last seconds.
  final int pending;
}

/// A run is under way.
final class SyncRunning extends SyncStatus {
  /// In [phase].
  const SyncRunning(this.phase, {this.done = 0, this.total});

  /// Which half of the run.
  final SyncPhase phase;

  /// Entries sent or received in this phase.
  final int done;

  /// Of how many; null when nobody knows (downloads).
  final int? total;

  /// From 0 to 1; null when nobody knows.
  double? get progress => total == null || total == 0 ? null : done / total!;
}

/// The halves of a run.
enum SyncPhase {
  /// The outbox goes to the server.
  upload,

  /// Changes come from the server.
  download,
}

/// The server cannot be reached. Edits are kept, the next try comes by itself.
final class SyncOffline extends SyncStatus {
  /// With [pending] edits kept.
  const SyncOffline({required this.pending, required this.nextTry});

  /// Edits that wait.
  final int pending;

  /// When it is tried again; earlier when the network comes back.
  final DateTime nextTry;
}

/// The server answered, but could not do it now. The next try comes by itself.
final class SyncRetrying extends SyncStatus {
  /// Because of [failure].
  const SyncRetrying({required this.failure, required this.pending, required this.nextTry});

  /// What the server said.
  final SyncFailure failure;

  /// Edits that wait.
  final int pending;

  /// When it is tried again.
  final DateTime nextTry;
}

/// The session is over: nothing is sent until the user signs in again. Data stays.
final class SyncNeedsSignIn extends SyncStatus {
  /// With [pending] edits kept.
  const SyncNeedsSignIn({required this.pending});

  /// Edits that wait.
  final int pending;
}

/// All is in step; [count] conflicts wait for a look.
final class SyncConflictWaiting extends SyncStatus {
  /// With [count] conflicts.
  const SyncConflictWaiting({required this.count, this.pending = 0});

  /// Conflicts that nobody has looked at.
  final int count;

  /// Edits of the last seconds.
  final int pending;
}

/// Trying again soon would not help: a person has to do something ([failure] says what). It is tried again now and then,
/// and by [SyncManager.syncNow].
final class SyncStalled extends SyncStatus {
  /// Because of [failure].
  const SyncStalled({required this.failure, required this.pending});

  /// What stands in the way.
  final SyncFailure failure;

  /// Edits that wait.
  final int pending;
}
