import 'dart:async';

import 'package:weight_sync/weight_sync.dart';

/// Connectivity and background trigger, controlled by the test.
final class Hints implements SyncConnectivity, BackgroundTrigger {
  /// Adding an event gives a hint.
  // ignore: close_sinks, it ends with the test
  final StreamController<void> events = StreamController.broadcast();

  @override
  Stream<void> get returns => events.stream;

  @override
  Stream<void> get wakeUps => const Stream.empty();
}
