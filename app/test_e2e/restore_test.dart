import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/account.dart';
import 'support/device.dart';
import 'support/instance.dart';

void main() {
  late Instance instance;

  setUpAll(() async => instance = await Instance.start());
  tearDownAll(() => instance.remove());

  test('after the server was restored from an older backup the devices bring back what it has lost', () async {
    final phone = await Device.at(instance.url);
    final tablet = await Device.at(instance.url);
    final account = await Account.on(phone, instance.url);
    await account.signIn(tablet);
    await phone.add(71);
    await tablet.add(72, day: 2);
    await phone.add(73, day: 3);
    for (final device in [phone, tablet, phone]) {
      await device.syncWell();
    }
    final backup = await instance.backUp();

    // What the backup does not know: new entries of both, an edit, a deletion.
    await phone.add(74, day: 4);
    await tablet.add(75, day: 5);
    for (final device in [phone, tablet, phone]) {
      await device.syncWell();
    }
    await tablet.change(1, 81);
    await phone.delete(3);
    for (final device in [phone, tablet, phone]) {
      await device.syncWell();
    }
    await instance.putBack(backup);
    // And edits that wait, of an entry that it knows and of one that it has lost.
    await phone.change(2, 82);
    await tablet.change(4, 84);

    for (final device in [phone, tablet, phone, tablet]) {
      await device.syncWell();
    }
    expect(await account.expectSame([phone, tablet]), 4);
    expect(phone.weights, [75, 84, 82, 81]);
    expect(phone.app.authentication.state.value, isA<SignedIn>());
  }, timeout: const Timeout(Duration(minutes: 10)));
}
