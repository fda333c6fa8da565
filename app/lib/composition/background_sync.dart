import '../core/sync/weight_sync_status.dart';

/// How a sync in the background ended.
enum BackgroundSync {
  /// Everything is in sync, except what needs the user: conflicts and refused entries.
  done,

  /// The app itself is open. If it belongs to this process, it has synced, or its time was over.
  appIsRunning,

  /// Nobody is signed in, or the session has ended: only the user can change that.
  needsSignIn,

  /// The server could not be reached, or not in time. Try again later.
  offline,

  /// The server or this device failed; the report of the app has details. Try again later.
  failed;

  /// How a run ended that left [status].
  static BackgroundSync of(WeightSyncStatus status) => switch (status) {
    SyncOff() || SyncNeedsSignIn() => needsSignIn,
    SyncIdle() || SyncConflictWaiting() => done,
    // Single entries wait for the user; the rest is in sync.
    SyncStalled(:final failure) when failure.count != null => done,
    SyncOffline() => offline,
    SyncRetrying() || SyncStalled() || SyncRunning() => failed,
  };
}
