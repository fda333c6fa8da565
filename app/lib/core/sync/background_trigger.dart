/// Extension point: when to look for changes from other devices. On a phone, implement it with WorkManager or
/// BGTaskScheduler and the app's return to the foreground.
abstract interface class BackgroundTrigger {
  /// An event for each time to sync.
  Stream<void> get wakeUps;
}
