import 'dart:convert';

import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/account.dart';
import 'support/device.dart';
import 'support/household.dart';
import 'support/instance.dart';

void main() {
  late Instance instance;
  late Device phone;
  late Device tablet;
  late Account account;

  setUpAll(() async => instance = await Instance.start());
  tearDownAll(() => instance.remove());

  setUp(() async => (account, phone, tablet) = await household(instance));

  test('entries added offline on two devices reach both', () async {
    phone.network.isUp = tablet.network.isUp = false;
    await phone.add(75.5);
    await phone.add(75.2, day: 2);
    await tablet.add(80, day: 3);
    await phone.sync();
    expect(phone.status, isA<SyncOffline>().having((status) => status.pending, 'pending', 2));
    phone.network.isUp = tablet.network.isUp = true;

    await phone.syncFully();
    await tablet.syncFully();
    await phone.syncFully();

    expect(await account.expectSame([phone, tablet]), 3);
    expect(phone.weights, [80, 75.2, 75.5]);
  });

  test('a file imported on both before either pulls makes each entry once', () async {
    phone.network.isUp = tablet.network.isUp = false;
    final export = jsonEncode({
      'format': 'weight-sync-export',
      'version': 1,
      'entries': [
        for (final (index, kilograms) in [75.5, 75.2].indexed)
          {
            'local_id': 'old-$index',
            'weight_value': kilograms,
            'unit': 'kg',
            'timestamp': '2026-01-0${index + 1}T07:00:00Z',
          },
      ],
    });
    for (final device in [phone, tablet]) {
      await device.run(() => device.app.weights.importJson(export));
    }
    phone.network.isUp = tablet.network.isUp = true;
    await phone.syncFully();
    await tablet.syncFully();
    await phone.syncFully();
    expect(await account.expectSame([phone, tablet]), 2);
    expect([...phone.conflicts, ...tablet.conflicts], isEmpty);
  });

  group('an entry edited on both devices', () {
    setUp(() async {
      await phone.add(75);
      await phone.syncFully();
      await tablet.syncFully();
      await phone.change(1, 76);
      await tablet.change(1, 77);
      await tablet.syncFully();
      // The tablet's edit is later, so the phone's loses.
      await phone.syncFully();
    });

    test('gets the later edit, and the other one becomes a conflict', () async {
      expect(phone.status, isA<SyncConflictWaiting>());
      expect(phone.conflicts.single.mineWon, isFalse);
      expect(phone.conflicts.single.mine.weight!.value, 76);
      expect(phone.conflicts.single.theirs!.weight!.value, 77);
      expect(await account.expectSame([phone, tablet]), 1);
      expect(tablet.weights, [77]);
    });

    test('gets this device\'s version if the user keeps it', () async {
      await phone.run(() => phone.app.weights.answer(phone.conflicts.single, ConflictAnswer.keepMine));
      await phone.syncFully();
      await tablet.syncFully();
      expect(await account.expectSame([phone, tablet]), 1);
      expect(tablet.weights, [76]);
      expect([...phone.conflicts, ...tablet.conflicts], isEmpty);
    });

    test('stays as it is if the user keeps the other device\'s version', () async {
      await phone.run(() => phone.app.weights.answer(phone.conflicts.single, ConflictAnswer.keepTheirs));
      await phone.syncFully();
      await tablet.syncFully();
      expect(await account.expectSame([phone, tablet]), 1);
      expect(tablet.weights, [77]);
      expect(phone.conflicts, isEmpty);
    });

    test('becomes two entries if the user keeps both', () async {
      await phone.run(() => phone.app.weights.answer(phone.conflicts.single, ConflictAnswer.keepBoth));
      await phone.syncFully();
      await tablet.syncFully();
      expect(await account.expectSame([phone, tablet]), 2);
      expect(tablet.weights, unorderedEquals([76, 77]));
    });
  });

  test('overwriting another device\'s edit can be undone', () async {
    await phone.add(75);
    await phone.syncFully();
    await tablet.syncFully();
    await tablet.change(1, 77);
    await phone.change(1, 76);
    await tablet.syncFully();
    await phone.syncFully();
    expect(phone.conflicts.single.mineWon, isTrue);
    expect(phone.weights, [76]);

    await phone.run(() => phone.app.weights.answer(phone.conflicts.single, ConflictAnswer.keepTheirs));
    await phone.syncFully();
    await tablet.syncFully();
    expect(await account.expectSame([phone, tablet]), 1);
    expect(tablet.weights, [77]);
  });

  test('saving a form opened before another device\'s edit arrived reports a conflict', () async {
    await phone.add(75);
    await phone.syncFully();
    await tablet.syncFully();
    final opened = phone.on(1)!;
    await tablet.change(1, 77);
    await tablet.syncFully();
    await phone.syncFully();

    await phone.run(() => phone.app.weights.edit(opened.key, weight: Weight(76, WeightUnit.kg), seen: opened));
    await phone.syncFully();
    expect(phone.conflicts.single.theirs!.weight!.value, 77);
  });

  test('a later edit on another device restores a deleted entry', () async {
    await phone.add(75);
    await phone.syncFully();
    await tablet.syncFully();
    await phone.delete(1);
    await phone.syncFully();
    await tablet.change(1, 76);
    await tablet.syncFully();
    await phone.syncFully();
    expect(await account.expectSame([phone, tablet]), 1);
    expect(tablet.conflicts.single.reason, ConflictReason.deletedOnServer);
  });

  test('a clock that is two hours fast causes neither loss nor duplicates', () async {
    final fast = await Device.at(instance.url, clockAhead: const Duration(hours: 2));
    await account.signIn(fast);
    await fast.add(75);
    await fast.syncFully();
    await phone.syncFully();
    await phone.change(1, 76);
    await phone.syncFully();
    await fast.syncFully();
    expect(fast.weights, [76]);
    await fast.change(1, 77);
    await fast.syncFully();
    await phone.syncFully();
    expect(await account.expectSame([phone, fast]), 1);
    expect(phone.weights, [77]);
    expect([...phone.conflicts, ...fast.conflicts], isEmpty);
  });

  test('another user on the same device neither sees nor sends the first user\'s entries', () async {
    phone.network.isUp = false;
    await phone.add(75);
    await phone.app.authentication.signOut(data: DataOnDevice.keep);
    expect(phone.weights, [75]);
    phone.network.isUp = true;

    final other = await Account.register(phone, instance.url);
    expect(phone.entries, isEmpty);
    expect(phone.app.weights.adoption.value, const AdoptionOffer(count: 1, needsAnswer: true));
    await phone.syncFully();
    expect(await other.expectSame([phone]), 0);
    expect(await account.expectSame([]), 0);

    await phone.app.authentication.signOut();
    await account.signIn(phone);
    await phone.syncFully();
    expect(await account.expectSame([phone]), 1);
  });

  test('deleting the account on one device erases its data on the other', () async {
    await phone.add(75);
    await phone.syncFully();
    await tablet.syncFully();
    await tablet.add(76, day: 2);
    await phone.app.authentication.deleteAccount(password: Account.password);
    expect(phone.app.authentication.state.value, const SignedOut());

    await tablet.sync();
    expect(tablet.app.authentication.state.value, const SignedOut(accountWasDeleted: true));
    expect(tablet.entries, isEmpty);
    final left = tablet.folder.listSync(recursive: true).map((file) => file.path);
    expect(left.where((path) => path.contains('accounts/') || path.contains('session')), isEmpty);
  });
}
