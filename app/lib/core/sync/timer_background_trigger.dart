import 'background_trigger.dart';

/// Triggers at a fixed interval while the process runs.
final class TimerBackgroundTrigger implements BackgroundTrigger {
  /// Triggers at the interval [every].
  const TimerBackgroundTrigger({this.every = const Duration(minutes: 15)});

  /// The interval.
  final Duration every;

  @override
  Stream<void> get wakeUps => Stream.periodic(every);
}
