import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/account.dart';
import 'support/device.dart';
import 'support/instance.dart';

void main() {
  late Instance instance;
  late Device phone;
  late Device tablet;
  late Account account;

  setUpAll(() async => instance = await Instance.start());
  tearDownAll(() => instance.remove());

  setUp(() async {
    phone = await Device.at(instance.url);
    tablet = await Device.at(instance.url);
    account = await Account.on(phone, instance.url);
    await account.signIn(tablet);
  });

  test('entries made offline on both devices meet on both', () async {
    phone.line.isUp = tablet.line.isUp = false;
    await phone.add(75.5);
    await phone.add(75.2, day: 2);
    await tablet.add(80, day: 3);
    await phone.sync();
    expect(phone.status, isA<SyncOffline>().having((status) => status.pending, 'pending', 2));
    phone.line.isUp = tablet.line.isUp = true;

    await phone.syncWell();
    await tablet.syncWell();
    await phone.syncWell();

    expect(await account.expectSame([phone, tablet]), 3);
    expect(phone.weights, [80, 75.2, 75.5]);
  });

  group('an entry edited on both devices', () {
    setUp(() async {
      await phone.add(75);
      await phone.syncWell();
      await tablet.syncWell();
      await phone.change(1, 76);
      await tablet.change(1, 77);
      await tablet.syncWell();
      // The tablet's edit is later, so the phone's loses.
      await phone.syncWell();
    });

    test('is as the later edit says, and the other one is kept to be looked at', () async {
      expect(phone.status, isA<SyncConflictWaiting>());
      expect(phone.conflicts.single.mineWon, isFalse);
      expect(phone.conflicts.single.mine.weight!.value, 76);
      expect(phone.conflicts.single.theirs!.weight!.value, 77);
      expect(await account.expectSame([phone, tablet]), 1);
      expect(tablet.weights, [77]);
    });

    test('is as this device says, when the person keeps theirs', () async {
      await phone.run(() => phone.app.weights.answer(phone.conflicts.single, ConflictAnswer.keepMine));
      await phone.syncWell();
      await tablet.syncWell();
      expect(await account.expectSame([phone, tablet]), 1);
      expect(tablet.weights, [76]);
      expect([...phone.conflicts, ...tablet.conflicts], isEmpty);
    });

    test('stays as it is, when the person keeps the other device\'s', () async {
      await phone.run(() => phone.app.weights.answer(phone.conflicts.single, ConflictAnswer.keepTheirs));
      await phone.syncWell();
      await tablet.syncWell();
      expect(await account.expectSame([phone, tablet]), 1);
      expect(tablet.weights, [77]);
      expect(phone.conflicts, isEmpty);
    });

    test('becomes two, when the person keeps both', () async {
      await phone.run(() => phone.app.weights.answer(phone.conflicts.single, ConflictAnswer.keepBoth));
      await phone.syncWell();
      await tablet.syncWell();
      expect(await account.expectSame([phone, tablet]), 2);
      expect(tablet.weights, unorderedEquals([76, 77]));
    });
  });

  test('an edit that overwrote another device\'s can be undone', () async {
    await phone.add(75);
    await phone.syncWell();
    await tablet.syncWell();
    await tablet.change(1, 77);
    await phone.change(1, 76);
    await tablet.syncWell();
    await phone.syncWell();
    expect(phone.conflicts.single.mineWon, isTrue);
    expect(phone.weights, [76]);

    await phone.run(() => phone.app.weights.answer(phone.conflicts.single, ConflictAnswer.keepTheirs));
    await phone.syncWell();
    await tablet.syncWell();
    expect(await account.expectSame([phone, tablet]), 1);
    expect(tablet.weights, [77]);
  });

  test('a form that was opened before another device\'s edit arrived does not swallow that edit', () async {
    await phone.add(75);
    await phone.syncWell();
    await tablet.syncWell();
    final opened = phone.on(1)!;
    await tablet.change(1, 77);
    await tablet.syncWell();
    await phone.syncWell();

    await phone.run(() => phone.app.weights.edit(opened.key, weight: Weight(76, WeightUnit.kg), seen: opened));
    await phone.syncWell();
    expect(phone.conflicts.single.theirs!.weight!.value, 77);
  });

  test('a deletion reaches the other device, and a later edit brings the entry back', () async {
    await phone.add(75);
    await phone.syncWell();
    await tablet.syncWell();
    await phone.delete(1);
    await phone.syncWell();
    await tablet.change(1, 76);
    await tablet.syncWell();
    await phone.syncWell();
    expect(await account.expectSame([phone, tablet]), 1);
    expect(tablet.conflicts.single.reason, ConflictReason.deletedOnServer);
  });

  test('a clock that is two hours fast loses nothing and doubles nothing', () async {
    final fast = await Device.at(instance.url, clockAhead: const Duration(hours: 2));
    await account.signIn(fast);
    await fast.add(75);
    await fast.syncWell();
    await phone.syncWell();
    await phone.change(1, 76);
    await phone.syncWell();
    await fast.syncWell();
    expect(fast.weights, [76]);
    await fast.change(1, 77);
    await fast.syncWell();
    await phone.syncWell();
    expect(await account.expectSame([phone, fast]), 1);
    expect(phone.weights, [77]);
    expect([...phone.conflicts, ...fast.conflicts], isEmpty);
  });

  test('another user on the same device sees and sends nothing of the first', () async {
    phone.line.isUp = false;
    await phone.add(75);
    await phone.app.authentication.signOut(unsent: UnsentEdits.keep);
    expect(phone.entries, isEmpty);
    phone.line.isUp = true;

    final other = await Account.on(phone, instance.url);
    expect(phone.entries, isEmpty);
    await phone.syncWell();
    expect(await other.expectSame([phone]), 0);
    expect(await account.expectSame([]), 0);

    await phone.app.authentication.signOut();
    await account.signIn(phone);
    await phone.syncWell();
    expect(await account.expectSame([phone]), 1);
  });

  test('an account that is deleted on one device is erased from the other', () async {
    await phone.add(75);
    await phone.syncWell();
    await tablet.syncWell();
    await tablet.add(76, day: 2);
    await phone.app.authentication.deleteAccount(password: Account.password);
    expect(phone.app.authentication.state.value, const SignedOut());

    await tablet.sync();
    expect(tablet.app.authentication.state.value, const SignedOut(accountWasDeleted: true));
    expect(tablet.entries, isEmpty);
    final left = tablet.folder.listSync(recursive: true).map((file) => file.path);
    expect(left.where((path) => path.contains('weights.journal') || path.contains('session')), isEmpty);
  });
}
