import 'dart:async';

import 'package:flutter/widgets.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

void main() {
  testWidgets('it triggers when the app comes to the front, and at the interval, until it is cancelled', (
    tester,
  ) async {
    var wakeUps = 0;
    final listening = const ForegroundTrigger(every: Duration(hours: 1)).wakeUps.listen((_) => wakeUps++);

    Future<void> sleepAndWake() async {
      for (final state in const [
        AppLifecycleState.inactive,
        AppLifecycleState.hidden,
        AppLifecycleState.paused,
        AppLifecycleState.hidden,
        AppLifecycleState.inactive,
        AppLifecycleState.resumed,
      ]) {
        tester.binding.handleAppLifecycleStateChanged(state);
      }
      await tester.pump();
    }

    await sleepAndWake();
    expect(wakeUps, 1);
    await tester.pump(const Duration(hours: 1));
    expect(wakeUps, 2);
    unawaited(listening.cancel());
    await sleepAndWake();
    expect(wakeUps, 2);
  });
}
