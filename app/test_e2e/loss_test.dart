import 'package:flutter_test/flutter_test.dart';

import 'support/account.dart';
import 'support/device.dart';
import 'support/household.dart';
import 'support/instance.dart';

/// What the server had acknowledged and has lost, without anybody telling the devices.
void main() {
  late Instance instance;

  setUpAll(() async => instance = await Instance.start());
  tearDownAll(() => instance.remove());

  /// The same, with three weights.
  Future<(Account, Device phone, Device tablet)> filledHousehold() async {
    final (account, phone, tablet) = await household(instance);
    await phone.add(71);
    await tablet.add(72, day: 2);
    await phone.add(73, day: 3);
    await syncInTurn([phone, tablet, phone]);
    return (account, phone, tablet);
  }

  test('rows that somebody deleted in the database come back from the devices, each once', () async {
    final (account, phone, tablet) = await filledHousehold();
    await tablet.delete(3);
    await syncInTurn([tablet, phone]);
    await instance.sql('DELETE FROM weight_entries WHERE weight_value IN (71, 72)');
    // The clock's row still counts them: nobody can notice before the purge has looked.
    await instance.weightctl(['purge', '--quiet']);

    await syncInTurn([tablet, phone, tablet, phone]);
    expect(await account.expectSame([phone, tablet]), 2);
    expect(phone.weights, [72, 71]);
    expect(tablet.conflicts.followedBy(phone.conflicts), isEmpty);
    expect(tablet.app.sync.report(), contains('had lost 2 entries'));
    expect(tablet.app.weights.lostByServer.value, 2);
    // Nothing is pulled or sent again.
    final lines = phone.app.sync.report().split('\n').where((line) => line.contains('pulling everything')).length;
    await phone.syncFully();
    await tablet.syncFully();
    expect(phone.app.sync.report().split('\n').where((line) => line.contains('pulling everything')).length, lines);
  }, timeout: const Timeout(Duration(minutes: 5)));

  test('a database restored from an older state without a new epoch gets everything back', () async {
    final (account, phone, tablet) = await filledHousehold();
    final backup = await instance.backUp();
    await phone.add(74, day: 4);
    await tablet.add(75, day: 5);
    await tablet.change(1, 81);
    await phone.delete(3);
    await syncInTurn([phone, tablet, phone]);
    await instance.restoreBackup(backup, renewsEpoch: false);
    await tablet.change(2, 82);

    await syncInTurn([phone, tablet, phone, tablet]);
    expect(await account.expectSame([phone, tablet]), 4);
    expect(phone.weights, [75, 74, 82, 81]);
    expect(phone.conflicts.followedBy(tablet.conflicts), isEmpty);
  }, timeout: const Timeout(Duration(minutes: 10)));
}
