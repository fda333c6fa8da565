import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/household.dart';
import 'support/instance.dart';

void main() {
  late Instance instance;

  setUpAll(() async => instance = await Instance.start());
  tearDownAll(() => instance.remove());

  test('a device that was away longer than deletions are kept pulls everything and loses no own edit', () async {
    final (account, phone, tablet) = await household(instance);
    for (var day = 1; day <= 4; day++) {
      await phone.add(70.0 + day, day: day);
    }
    await syncInTurn([phone, tablet]);
    final token = await account.token();
    const route = '/api/health-metrics/weight/sync';
    final (_, pulled) = await account.send('GET', route, token: token);
    final cursor = Uri.encodeQueryComponent('${(pulled['sync']! as Map)['next_since']}');

    phone.network.isUp = false;
    await phone.add(75, day: 5);
    await phone.change(1, 81);
    await phone.change(2, 82);
    await tablet.delete(2);
    await tablet.delete(3);
    await tablet.change(4, 84);
    await tablet.syncFully();
    // In place of 90 days: deletions older than a second are purged.
    await Future<void>.delayed(const Duration(seconds: 3));
    await instance.weightctl(['purge', '--older-than', '1s']);
    final (status, problem) = await account.send('GET', '$route?since=$cursor', token: token);
    expect((status, problem['code']), (410, 'cursor_expired'));

    phone.network.isUp = true;
    await phone.syncFully();
    expect(phone.weights, [75, 84, 81]);
    // An entry changed here and purged there becomes a conflict, and can be created again.
    final conflict = phone.conflicts.single;
    expect((conflict.reason, conflict.mine.weight!.value), (ConflictReason.gone, 82));
    await phone.app.weights.answer(conflict, ConflictAnswer.keepMine);
    await syncInTurn([phone, tablet]);
    expect(await account.expectSame([phone, tablet]), 4);
    expect(phone.weights, [75, 84, 82, 81]);
  }, timeout: const Timeout(Duration(minutes: 5)));
}
