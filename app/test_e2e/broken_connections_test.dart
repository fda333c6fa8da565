import 'dart:async';

import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/account.dart';
import 'support/device.dart';
import 'support/fault.dart';
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

  Future<void> addMany(Device device, int count) async {
    for (var day = 1; day <= count; day++) {
      await device.add(70 + day / 10, day: day);
    }
  }

  Future<void> expectInStep(int count) async {
    await phone.syncWell();
    await tablet.syncWell();
    expect(await account.expectSame([phone, tablet]), count);
  }

  test('an upload that breaks off in the middle is made again', () async {
    await addMany(phone, 30);
    phone.line.plan(const Fault.inRequest(Fault.upload, 2000));
    await phone.sync();
    expect(phone.line.happened, 1);
    expect(phone.status, isA<SyncOffline>().having((status) => status.pending, 'pending', 30));
    await expectInStep(30);
  });

  test('what was committed before the answer was lost is not made twice', () async {
    await addMany(phone, 30);
    phone.line.plan(const Fault.inAnswer(Fault.upload));
    await phone.sync();
    expect(phone.line.happened, 1);
    expect(phone.app.weights.pendingCount.value, 30);
    expect(await account.list(), hasLength(30));
    await expectInStep(30);
    expect(phone.conflicts, isEmpty);
  });

  test('an edit made while the answer to the one before is lost is neither lost nor sent first', () async {
    await phone.add(75);
    phone.line.plan(const Fault.inAnswer(Fault.upload, bytes: 100));
    await phone.sync();
    await phone.change(1, 76);
    await expectInStep(1);
    expect(tablet.weights, [76]);
    expect(phone.conflicts, isEmpty);
  });

  test('another device\'s edit between a lost answer and the resend is not overwritten silently', () async {
    await phone.add(75);
    await phone.syncWell();
    await tablet.syncWell();
    await phone.change(1, 76);
    phone.line.plan(const Fault.inAnswer(Fault.upload));
    await phone.sync();
    await tablet.syncWell();
    await tablet.change(1, 77);
    await tablet.syncWell();
    await phone.change(1, 78);
    await expectInStep(1);
    expect(tablet.weights, [78]);
    final overwritten = phone.conflicts.where((conflict) => conflict.mineWon);
    expect(overwritten.single.theirs!.weight!.value, 77);
  });

  test('a kill after the upload left, and before its answer came, loses and doubles nothing', () async {
    await addMany(phone, 5);
    phone.line.plan(const Fault.inAnswer(Fault.upload));
    await phone.sync();
    phone.line.isUp = false;
    await phone.relaunch();
    await phone.change(3, 99);
    phone.line.isUp = true;
    await expectInStep(5);
    expect(phone.conflicts, isEmpty);
  });

  test('a download that breaks off in the middle goes on where it was', () async {
    await addMany(phone, 600);
    await phone.syncWell();
    tablet.line.plan(const Fault.inAnswer(Fault.download, bytes: 2000));
    await tablet.sync();
    expect(tablet.status, isA<SyncOffline>());
    await expectInStep(600);
  }, timeout: const Timeout(Duration(minutes: 10)));

  test('a kill between two pages of the first download goes on where it was', () async {
    await addMany(phone, 600);
    await phone.syncWell();
    final first = Completer<void>();
    tablet.app.weights.entries.addListener(() {
      if (first.isCompleted) return;
      first.complete();
      tablet.line.isUp = false;
    });
    await tablet.sync();
    expect(tablet.entries, isNotEmpty);
    expect(tablet.entries.length, lessThan(600));
    await phone.delete(600);
    await phone.delete(1);
    await phone.syncWell();
    tablet.line.isUp = true;
    await tablet.relaunch();
    await expectInStep(598);
  }, timeout: const Timeout(Duration(minutes: 10)));

  test('a server that is stopped in the middle of a long upload has lost and doubled nothing', () async {
    await addMany(phone, 450);
    final first = Completer<void>();
    phone.app.weights.pendingCount.addListener(() {
      if (first.isCompleted) return;
      first.complete();
      // However quick the server is: this one is not through before it stops.
      phone.line.plan(const Fault.stuck(Fault.upload, 2000));
    });
    final running = phone.sync();
    await first.future;
    await instance.halt();
    await running;
    expect(phone.status, isA<SyncOffline>().having((status) => status.pending, 'pending', 350));
    await instance.restart();
    await expectInStep(450);
  }, timeout: const Timeout(Duration(minutes: 10)));

  test('a refused token in the middle of a long upload is renewed, and the upload goes on', () async {
    await phone.syncWell();
    await addMany(phone, 250);
    var isPlanned = false;
    phone.app.weights.pendingCount.addListener(() {
      if (isPlanned || phone.app.weights.pendingCount.value == 250) return;
      isPlanned = true;
      phone.line.plan(const Fault.spoiledToken(Fault.upload));
    });
    await expectInStep(250);
    expect(phone.line.happened, 1);
    expect(phone.app.authentication.state.value, isA<SignedIn>());
  }, timeout: const Timeout(Duration(minutes: 10)));

  test('without a server everything can be edited, and goes up when it is back', () async {
    await phone.add(75);
    await phone.syncWell();
    await instance.halt();
    await phone.change(1, 76);
    await phone.add(80, day: 2);
    await phone.sync();
    expect(phone.status, isA<SyncOffline>());
    await phone.relaunch();
    expect(phone.weights, [80, 76]);
    expect(phone.app.authentication.state.value, isA<SignedIn>());
    await instance.restart();
    await expectInStep(2);
  }, timeout: const Timeout(Duration(minutes: 10)));

  test('an edit is sent by itself, and again by itself after a failure', () async {
    final quick = await Device.at(instance.url, syncsByItself: true);
    await account.signIn(quick);
    quick.line.plan(const Fault.inRequest(Fault.upload, 100));
    await quick.add(75);
    await quick.app.weights.pendingCount.stream.firstWhere((count) => count == 0).timeout(const Duration(minutes: 5));
    expect(quick.line.happened, 1);
    expect(await account.list(), hasLength(1));
  });
}
