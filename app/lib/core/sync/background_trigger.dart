/// Plug point: when to look for changes of other devices. An app on a phone gives one that is woken by the system
/// (WorkManager, BGTaskScheduler) and by the app coming to the front.
abstract interface class BackgroundTrigger {
  /// An event each time.
  Stream<void> get wakeUps;
}
