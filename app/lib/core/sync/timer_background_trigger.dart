import 'background_trigger.dart';

/// Wakes up at equal intervals, as long as the process runs.
final class TimerBackgroundTrigger implements BackgroundTrigger {
  /// Wakes up [every] so often.
  const TimerBackgroundTrigger({this.every = const Duration(minutes: 15)});

  /// The interval.
  final Duration every;

  @override
  Stream<void> get wakeUps => Stream.periodic(every);
}
