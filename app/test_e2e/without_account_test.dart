import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/account.dart';
import 'support/device.dart';
import 'support/fault.dart';
import 'support/instance.dart';

/// Weights that were recorded before the sign-in reach the account once, whatever happens meanwhile.
void main() {
  late Instance instance;

  setUpAll(() async => instance = await Instance.start());
  tearDownAll(() => instance.remove());

  test('a new account gets them by itself', () async {
    final phone = await Device.at(instance.url);
    await phone.add(75);
    await phone.add(76, day: 2);
    await phone.delete(1);
    await phone.relaunch();
    expect(phone.weights, [76]);
    final account = await Account.register(phone, instance.url);
    await phone.syncFully();
    expect(await account.expectSame([phone]), 1);
    expect(phone.weights, [76]);
  });

  test('an account with entries gets them after a question, without those that it has', () async {
    final (phone, tablet) = (await Device.at(instance.url), await Device.at(instance.url));
    final account = await Account.register(tablet, instance.url);
    await tablet.add(75);
    await tablet.syncFully();
    await phone.add(75);
    await phone.add(76, day: 2);
    await account.signIn(phone);
    expect(phone.weights, [75]);
    expect(phone.app.weights.adoption.value, const AdoptionOffer(count: 1, needsAnswer: true));
    await phone.run(phone.app.weights.adopt);
    await phone.syncFully();
    await tablet.syncFully();
    expect(await account.expectSame([phone, tablet]), 2);
  });

  test('a lost answer and a restart in between double nothing', () async {
    final phone = await Device.at(instance.url);
    for (var day = 1; day <= 120; day++) {
      await phone.add(70 + day / 10, day: day);
    }
    phone.network.plan(const Fault.inAnswer(Fault.upload));
    final account = await Account.register(phone, instance.url);
    expect(phone.network.faultCount, 1);
    expect(phone.entries, hasLength(120));
    await phone.relaunch();
    await phone.syncFully();
    expect(await account.expectSame([phone]), 120);
  });

  test('what a user keeps at sign-out is edited without an account, and sent at the next sign-in', () async {
    final (phone, tablet) = (await Device.at(instance.url), await Device.at(instance.url));
    final account = await Account.register(phone, instance.url);
    await phone.add(75);
    await phone.add(76, day: 2);
    await phone.syncFully();
    await phone.app.authentication.signOut(data: DataOnDevice.keep);
    await phone.change(1, 77);
    await phone.delete(2);
    await phone.add(78, day: 3);
    await account.signIn(tablet);
    await tablet.add(79, day: 4);
    await tablet.syncFully();
    await account.signIn(phone);
    await phone.syncFully();
    await tablet.syncFully();
    expect(phone.weights, [79, 78, 77]);
    expect(await account.expectSame([phone, tablet]), 3);
  });
}
