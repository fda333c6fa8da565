import 'package:weight_sync/weight_sync.dart';

/// A trigger without events.
final class NoBackground implements BackgroundTrigger {
  /// Creates the trigger.
  const NoBackground();

  @override
  Stream<void> get wakeUps => const Stream.empty();
}
