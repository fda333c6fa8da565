import 'dart:async';

import 'package:flutter/widgets.dart';

import 'background_trigger.dart';

/// Triggers when the app comes to the front, and at a fixed interval while it runs. A phone stops timers while it sleeps
/// or the app is in the background, so coming to the front is what makes its list current.
final class ForegroundTrigger implements BackgroundTrigger {
  /// Triggers at the interval [every].
  const ForegroundTrigger({this.every = const Duration(minutes: 15)});

  /// The interval.
  final Duration every;

  @override
  Stream<void> get wakeUps => Stream.multi((listener) {
    void wake([Timer? _]) => listener.add(null);
    final timer = Timer.periodic(every, wake);
    final lifecycle = AppLifecycleListener(binding: WidgetsFlutterBinding.ensureInitialized(), onResume: wake);
    listener.onCancel = () {
      timer.cancel();
      lifecycle.dispose();
    };
  });
}
