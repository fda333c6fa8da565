import 'dart:async';
import 'dart:math';

import 'package:fake_async/fake_async.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/core/api/api_failure.dart';
import 'package:weight_sync/core/auth/sign_in_required.dart';
import 'package:weight_sync/weight_sync.dart';

import '../../support/fake_authentication.dart';
import '../../support/fake_task.dart';
import '../../support/hints.dart';

void main() {
  const user = WeightSyncUser(id: 'u1', email: 'u1@example.org');
  late FakeAuthentication authentication;
  late FakeTask task;
  late Hints hints;
  late SyncManager sync;

  /// Runs [body] in fake time after the run at launch, with a user signed in.
  void launched(void Function(FakeAsync async) body) => fakeAsync((async) {
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
    expect(task.runs, 1);
    expect(sync.status.value, isA<SyncIdle>());
    task.runs = 0;
    body(async);
    unawaited(sync.dispose());
    async.flushMicrotasks();
    expect(async.pendingTimers, isEmpty);
  });

  void run(FakeAsync async) {
    unawaited(sync.syncNow());
    async.flushMicrotasks();
  }

  Future<void> failing(Object thrown) => Future.error(thrown);

  test('it syncs at launch only if a user is signed in', () {
    launched((_) {});
    fakeAsync((async) {
      authentication = FakeAuthentication();
      task = FakeTask();
      sync = SyncManager(authentication, task, connectivity: Hints(), background: Hints())..start();
      async.flushMicrotasks();
      expect(task.runs, 0);
      expect(sync.status.value, isA<SyncOff>());
      authentication.state.value = const SignedIn(user);
      async.flushMicrotasks();
      expect(task.runs, 1);
    });
  });

  test(
    'edits in quick succession are sent in one run',
    () => launched((async) {
      for (var edits = 1; edits <= 5; edits++) {
        task.edit();
        async.elapse(const Duration(seconds: 1));
      }
      expect(task.runs, 0);
      expect((sync.status.value as SyncIdle).pending, 5);
      async.elapse(const Duration(seconds: 2));
      expect((task.runs, (sync.status.value as SyncIdle).pending), (1, 0));
    }),
  );

  test(
    'runs do not overlap, and an edit made during a run is sent afterwards',
    () => launched((async) {
      final go = Completer<void>();
      task.onRun = () => go.future;
      run(async);
      run(async);
      expect(task.runs, 1);
      expect(sync.status.value, isA<SyncRunning>());
      go.complete();
      task.onRun = () async {};
      async.flushMicrotasks();
      expect(task.runs, 1);

      final second = Completer<void>();
      task.onRun = () => second.future;
      run(async);
      task.edit();
      second.complete();
      async.flushMicrotasks();
      task.onRun = () async {};
      async.elapse(const Duration(seconds: 3));
      expect((task.runs, task.pending.value), (3, 0));
    }),
  );

  test(
    'syncNow during a run includes the latest edit',
    () => launched((async) {
      final go = Completer<void>();
      task.onRun = () => go.future;
      run(async);
      task.edit();
      var isDone = false;
      unawaited(sync.syncNow().then((_) => isDone = true));
      async.flushMicrotasks();
      task.onRun = () async {};
      go.complete();
      async.flushMicrotasks();
      expect((isDone, task.runs, task.pending.value), (true, 2, 0));
    }),
  );

  test(
    'offline it shows the pending count and retries at growing intervals',
    () => launched((async) {
      task.onRun = () => failing(const Unreachable('refused'));
      task.edit(2);
      async.elapse(const Duration(seconds: 2));
      expect(sync.status.value, isA<SyncOffline>().having((status) => status.pending, 'pending', 2));
      async.elapse(const Duration(hours: 1));
      final inFirstHour = task.runs;
      async.elapse(const Duration(hours: 1));
      expect(inFirstHour, inInclusiveRange(8, 20));
      expect(task.runs - inFirstHour, inInclusiveRange(4, 8));
      task.onRun = () async {};
      async.elapse(const Duration(minutes: 16));
      expect(sync.status.value, isA<SyncIdle>());
      expect(task.pending.value, 0);
    }),
  );

  test(
    'it retries at once when the network returns',
    () => launched((async) {
      task.onRun = () => failing(const Unreachable('refused'));
      run(async);
      task.onRun = () async {};
      hints.events.add(null);
      async.flushMicrotasks();
      expect(task.runs, 2);
      expect(sync.status.value, isA<SyncIdle>());
    }),
  );

  test(
    'it respects Retry-After despite edits and network changes',
    () => launched((async) {
      const limited = Refused(status: 429, code: 'rate_limited', retryAfter: Duration(seconds: 50));
      task.onRun = () => failing(limited);
      run(async);
      final status = sync.status.value as SyncRetrying;
      expect(status.failure.kind, SyncFailureKind.rateLimited);
      task.onRun = () async {};
      hints.events.add(null);
      task.edit();
      async.elapse(const Duration(seconds: 49));
      expect(task.runs, 1);
      async.elapse(const Duration(seconds: 15));
      expect(task.runs, 2);
      expect(sync.status.value, isA<SyncIdle>());
    }),
  );

  test(
    'an incompatible server is shown to the user and retried rarely',
    () => launched((async) {
      task.onRun = () => failing(const Refused(status: 404, code: 'not_found', requestId: 'r1'));
      run(async);
      final status = sync.status.value as SyncStalled;
      expect((status.failure.kind, status.failure.requestId), (SyncFailureKind.incompatible, 'r1'));
      async.elapse(const Duration(minutes: 59));
      expect(task.runs, 1);
      async.elapse(const Duration(minutes: 2));
      expect(task.runs, 2);
    }),
  );

  test(
    'unexpected exceptions and errors do not stop sync, and are shown in the end',
    () => launched((async) {
      for (final thrown in [StateError('odd'), TypeError(), const FormatException('x'), 'a string']) {
        task.onRun = () => failing(thrown);
        run(async);
        expect(sync.status.value, isA<SyncRetrying>(), reason: '$thrown');
      }
      run(async);
      expect(sync.status.value, isA<SyncStalled>());
      task.onRun = () => failing(const StorageFailure('disk full'));
      run(async);
      expect((sync.status.value as SyncStalled).failure.kind, SyncFailureKind.storage);
      task.onRun = () async {};
      async.elapse(const Duration(minutes: 16));
      expect(sync.status.value, isA<SyncIdle>());
    }),
  );

  test(
    'an expired session stops sync until the user signs in',
    () => launched((async) {
      task.onRun = () {
        authentication.state.value = const SignInExpired(user);
        return failing(const SignInRequired());
      };
      run(async);
      expect(sync.status.value, isA<SyncNeedsSignIn>());
      task.onRun = () async {};
      task.edit(3);
      hints.events.add(null);
      async.elapse(const Duration(hours: 2));
      expect((task.runs, (sync.status.value as SyncNeedsSignIn).pending), (1, 3));
      authentication.state.value = const SignedIn(user);
      async.flushMicrotasks();
      expect(task.runs, 2);
      expect(sync.status.value, isA<SyncIdle>());
    }),
  );

  test(
    'a user who signs in during another user\'s run gets a run of their own, however that one ends',
    () => launched((async) {
      const other = WeightSyncUser(id: 'u2', email: 'u2@example.org');
      for (final thrown in [const SignInRequired(), StateError('closed'), const Unreachable('late')]) {
        authentication.state.value = const SignedIn(user);
        async.flushMicrotasks();
        task.runs = 0;
        final go = Completer<void>();
        task.onRun = () => go.future.then((_) => failing(thrown));
        run(async);
        authentication.state.value = const SignedOut();
        authentication.state.value = const SignedIn(other);
        task.onRun = () async {};
        go.complete();
        async.flushMicrotasks();
        expect((task.runs, task.user), (2, other), reason: '$thrown');
        expect(sync.status.value, isA<SyncIdle>());
      }
    }),
  );

  test(
    'conflicts and refused entries are shown between runs: a full account hides no conflict',
    () => launched((async) {
      task.unreadCount = 4;
      run(async);
      SyncFailure failure() => (sync.status.value as SyncStalled).failure;
      expect((failure().kind, failure().count), (SyncFailureKind.newerData, 4));
      task.refusedCount = 1;
      run(async);
      expect((failure().kind, failure().count), (SyncFailureKind.entriesRefused, 1));
      task.conflicts.value = 2;
      expect((sync.status.value as SyncConflictWaiting).count, 2);
      run(async);
      expect((sync.status.value as SyncConflictWaiting).count, 2);
      task.refusedCount = task.unreadCount = task.conflicts.value = 0;
      run(async);
      expect(sync.status.value, isA<SyncIdle>());
    }),
  );

  test(
    'the report says what happened and contains no private data',
    () => launched((async) {
      task.onRun = () => failing(const Refused(status: 503, code: 'database_unavailable', requestId: 'r9'));
      run(async);
      expect(sync.report(), allOf(contains('database_unavailable'), contains('r9'), contains('status: SyncRetrying')));
      expect(sync.report(), isNot(contains(user.email)));
    }),
  );
}
