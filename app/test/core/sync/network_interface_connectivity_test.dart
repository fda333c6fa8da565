import 'dart:async';

import 'package:fake_async/fake_async.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/io.dart';

void main() {
  test('only a new address is an event', () {
    fakeAsync((async) {
      var addresses = {'127.0.0.1'};
      var events = 0;
      final connectivity = NetworkInterfaceConnectivity(addresses: () async => addresses);
      final subscription = connectivity.returns.listen((_) => events++);
      async.elapse(const Duration(seconds: 12));
      expect(events, 0);
      addresses = {'127.0.0.1', '192.0.2.7'};
      async.elapse(const Duration(seconds: 12));
      expect(events, 1);
      addresses = {'127.0.0.1'};
      async.elapse(const Duration(seconds: 12));
      expect(events, 1);
      unawaited(subscription.cancel());
      async.flushMicrotasks();
      expect(async.pendingTimers, isEmpty);
    });
  });

  test('a subscription can be cancelled although no address ever changes', () async {
    var looks = 0;
    final isLooking = Completer<void>();
    final connectivity = NetworkInterfaceConnectivity(
      every: const Duration(milliseconds: 1),
      addresses: () async {
        if (++looks == 3) isLooking.complete();
        return {'127.0.0.1'};
      },
    );
    final subscription = connectivity.returns.listen((_) {});
    await isLooking.future;
    await subscription.cancel();
  });
}
