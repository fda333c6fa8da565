import 'dart:async';
import 'dart:math';

import 'package:clock/clock.dart';
import 'package:fake_async/fake_async.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/core/api/api_failure.dart';
import 'package:weight_sync/core/auth/sign_in_required.dart';
import 'package:weight_sync/weight_sync.dart';

import '../../support/fake_authentication.dart';
import '../../support/fake_task.dart';
import '../../support/hints.dart';

/// An exception whose text cannot be read.
final class _Mute implements Exception {
  @override
  String toString() => throw StateError('no words');
}

void main() {
  const user = WeightSyncUser(id: 'u1', email: 'u1@example.org');
  late FakeAuthentication authentication;
  late FakeTask task;
  late Hints hints;
  late SyncManager sync;
  late Duration clockAhead;

  /// Runs [body] in fake time after the run at launch, with a user signed in. The body can set the device's clock.
  void launched(void Function(FakeAsync async) body) => fakeAsync((async) {
    clockAhead = Duration.zero;
    final passing = async.getClock(DateTime.utc(2026, 3));
    withClock(Clock(() => passing.now().add(clockAhead)), () {
      authentication = FakeAuthentication()..state.value = const SignedIn(user);
      task = FakeTask();
      hints = Hints();
      sync = SyncManager(
        authentication,
        task,
        connectivity: hints,
        background: hints,
        backOff: BackOff(random: Random(7)),
      )..start();
      async.flushMicrotasks();
      task.runs = 0;
      body(async);
      unawaited(sync.dispose());
      async.flushMicrotasks();
      expect(async.pendingTimers, isEmpty);
    });
  });

  void failWith(Object thrown) => task.onRun = () => Future.error(thrown);

  void run(FakeAsync async) {
    unawaited(sync.syncNow());
    async.flushMicrotasks();
  }

  test(
    'a run that needs a sign-in while the user is signed in is a failure, and is tried again',
    () => launched((async) {
      failWith(const SignInRequired());
      task.edit();
      async.elapse(const Duration(seconds: 2));
      expect(sync.status.value, isA<SyncRetrying>());
      task.onRun = () async {};
      async.elapse(const Duration(minutes: 1));
      expect((sync.status.value as SyncIdle).pending, 0);
    }),
  );

  test(
    'an address that changes during a run changes nothing else',
    () => launched((async) {
      const renamed = WeightSyncUser(id: 'u1', email: 'new@example.org');
      for (final end in [() async {}, () => Future<void>.error(const Unreachable('refused'))]) {
        task.onRun = () {
          authentication.state.value = const SignedIn(renamed);
          return end();
        };
        run(async);
        expect(task.runs, 1);
        authentication.state.value = const SignedIn(user);
        task.runs = 0;
      }
      expect(sync.status.value, isA<SyncOffline>());
    }),
  );

  test(
    'a further edit of a waiting entry is sent as soon as any other',
    () => launched((async) {
      failWith(const Unreachable('refused'));
      task.edit();
      // The next retry is minutes away by now.
      async.elapse(const Duration(minutes: 30));
      final before = task.runs;
      task.onRun = () async {};
      task.edit(0);
      async.elapse(const Duration(seconds: 2));
      expect((task.runs, task.pending.value), (before + 1, 0));
    }),
  );

  test(
    'a corrected entry is sent soon, and so is an edit made during a run despite refused entries',
    () => launched((async) {
      task
        ..pending.value = 1
        ..refusedCount = 1
        ..edit(0);
      async.elapse(const Duration(seconds: 2));
      expect(task.runs, 1);

      final go = Completer<void>();
      task.onRun = () => go.future;
      run(async);
      task.edit();
      task.onRun = () async {};
      go.complete();
      async.elapse(const Duration(seconds: 2));
      expect((task.runs, task.pending.value), (3, 0));
    }),
  );

  test(
    'edits left after a successful run cause no further run, since they cannot be sent',
    () => launched((async) {
      task
        ..onRun = (() async => task.pending.value = 3)
        ..edit();
      async.elapse(const Duration(hours: 5));
      expect(task.runs, 1);
    }),
  );

  test(
    'nothing causes a run while signed out',
    () => launched((async) {
      authentication.state.value = const SignedOut();
      for (var hour = 0; hour < 48; hour++) {
        hints.events.add(null);
        async.elapse(const Duration(hours: 1));
      }
      run(async);
      expect(task.runs, 0);
      expect(sync.status.value, isA<SyncOff>());
    }),
  );

  test(
    'an idle app syncs only when it is woken',
    () => launched((async) {
      async.elapse(const Duration(days: 2));
      expect(task.runs, 0);
      hints.events.add(null);
      async.flushMicrotasks();
      expect(task.runs, 1);
    }),
  );

  test(
    'a failing server gets a few requests an hour despite edits and network changes',
    () => launched((async) {
      failWith(const Refused(status: 503, code: 'service_unavailable', retryAfter: Duration(minutes: 10)));
      run(async);
      for (var minute = 0; minute < 600; minute++) {
        hints.events.add(null);
        task.edit(0);
        async.elapse(const Duration(minutes: 1));
      }
      expect(task.runs, inInclusiveRange(30, 61));
    }),
  );

  test(
    'a clock set back a day does not extend the wait',
    () => launched((async) {
      failWith(const Refused(status: 429, code: 'rate_limited', retryAfter: Duration(seconds: 50)));
      run(async);
      task.onRun = () async {};
      clockAhead = const Duration(days: -1);
      task.edit();
      async.elapse(const Duration(minutes: 2));
      expect((task.runs, task.pending.value), (2, 0));
      expect(sync.status.value, isA<SyncIdle>());
    }),
  );

  test(
    'an exception whose toString throws does not stop sync',
    () => launched((async) {
      failWith(_Mute());
      run(async);
      expect(sync.status.value, isA<SyncRetrying>());
      expect(sync.report(), contains('_Mute'));
      task.onRun = () async {};
      async.elapse(const Duration(minutes: 1));
      expect(sync.status.value, isA<SyncIdle>());
    }),
  );

  test(
    'the report does not contain the source text of a FormatException',
    () => launched((async) {
      failWith(const FormatException('no number', '{"weight_value": 71.5}'));
      run(async);
      expect(sync.report(), allOf(contains('no number'), isNot(contains('71.5'))));
    }),
  );
}
