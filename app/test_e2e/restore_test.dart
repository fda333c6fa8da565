import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/household.dart';
import 'support/instance.dart';

void main() {
  late Instance instance;

  setUpAll(() async => instance = await Instance.start());
  tearDownAll(() => instance.remove());

  test('after a restore from an older backup the devices upload what the server has lost', () async {
    final (account, phone, tablet) = await household(instance);
    await phone.add(71);
    await tablet.add(72, day: 2);
    await phone.add(73, day: 3);
    await syncInTurn([phone, tablet, phone]);
    final backup = await instance.backUp();

    // Missing in the backup: new entries of both devices, an edit and a deletion.
    await phone.add(74, day: 4);
    await tablet.add(75, day: 5);
    await syncInTurn([phone, tablet, phone]);
    await tablet.change(1, 81);
    await phone.delete(3);
    await syncInTurn([phone, tablet, phone]);
    await instance.restoreBackup(backup);
    // Edits waiting on the devices: one of an entry in the backup, one of an entry that is missing there.
    await phone.change(2, 82);
    await tablet.change(4, 84);

    await syncInTurn([phone, tablet, phone, tablet]);
    expect(await account.expectSame([phone, tablet]), 4);
    expect(phone.weights, [75, 84, 82, 81]);
    expect(phone.app.authentication.state.value, isA<SignedIn>());
  }, timeout: const Timeout(Duration(minutes: 10)));
}
