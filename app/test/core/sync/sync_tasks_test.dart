import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/core/sync/sync_tasks.dart';
import 'package:weight_sync/sync_tasks.dart';
import 'package:weight_sync/weight_sync.dart';

import '../../support/fake_task.dart';

void main() {
  const user = WeightSyncUser(id: 'u1', email: '');
  late FakeTask weights;
  late FakeTask sleep;
  late SyncTasks both;

  setUp(() {
    weights = FakeTask();
    sleep = FakeTask();
    both = SyncTasks([weights, sleep]);
  });

  Future<void> run() => both.synchronize(user, (_) {}, log: (_) {});

  test('the counts of all tasks are added, and each edit is noticed', () {
    final edits = <int>[];
    both.edits.addListener(() => edits.add(both.edits.value));
    weights.edit(2);
    sleep.edit();
    expect((edits.length, both.pending.value), (2, 3));
    sleep
      ..conflicts.value = 1
      ..refusedCount = 2;
    expect((both.conflicts.value, both.refusedCount), (1, 2));
  });

  test('all are in sync since the one that was last', () {
    expect(both.lastSync, isNull);
    weights.lastSync = DateTime.utc(2026, 2);
    expect(both.lastSync, isNull);
    sleep.lastSync = DateTime.utc(2026);
    expect(both.lastSync, DateTime.utc(2026));
  });

  test('a task that fails does not keep the next one from running', () async {
    weights.onRun = () => Future.error(const Refused(status: 404, code: 'not_found'));
    await expectLater(run(), throwsA(isA<Refused>()));
    expect(sleep.runs, 1);
  });

  test('without a connection or a session the next one does not run', () async {
    for (final thrown in [const Unreachable('refused'), const SignInRequired()]) {
      weights.onRun = () => Future.error(thrown);
      await expectLater(run(), throwsA(same(thrown)));
    }
    expect(sleep.runs, 0);
  });
}
