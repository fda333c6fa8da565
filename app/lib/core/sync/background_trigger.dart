/// Extension point: when to look for changes from other devices while the app runs. Background tasks of the system call
/// `WeightSync.syncInBackground` instead.
abstract interface class BackgroundTrigger {
  /// An event for each time to sync.
  Stream<void> get wakeUps;
}
