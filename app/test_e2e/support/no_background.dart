import 'package:weight_sync/weight_sync.dart';

/// Never wakes the app.
final class NoBackground implements BackgroundTrigger {
  /// Never.
  const NoBackground();

  @override
  Stream<void> get wakeUps => const Stream.empty();
}
