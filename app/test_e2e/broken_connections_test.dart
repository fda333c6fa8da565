import 'dart:async';

import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/account.dart';
import 'support/device.dart';
import 'support/fault.dart';
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

  Future<void> addMany(Device device, int count) async {
    for (var day = 1; day <= count; day++) {
      await device.add(70 + day / 10, day: day);
    }
  }

  Future<void> expectInSync(int count) async {
    await phone.syncFully();
    await tablet.syncFully();
    expect(await account.expectSame([phone, tablet]), count);
  }

  test('an upload interrupted in the middle is repeated', () async {
    await addMany(phone, 30);
    phone.network.plan(const Fault.inRequest(Fault.upload, 2000));
    await phone.sync();
    expect(phone.network.faultCount, 1);
    expect(phone.status, isA<SyncOffline>().having((status) => status.pending, 'pending', 30));
    await expectInSync(30);
  });

  test('entries committed before the answer was lost are not created twice', () async {
    await addMany(phone, 30);
    phone.network.plan(const Fault.inAnswer(Fault.upload));
    await phone.sync();
    expect(phone.network.faultCount, 1);
    expect(phone.app.weights.pendingCount.value, 30);
    expect(await account.list(), hasLength(30));
    await expectInSync(30);
    expect(phone.conflicts, isEmpty);
  });

  test('an edit made after a lost answer is sent after the earlier edit', () async {
    await phone.add(75);
    phone.network.plan(const Fault.inAnswer(Fault.upload, bytes: 100));
    await phone.sync();
    await phone.change(1, 76);
    await expectInSync(1);
    expect(tablet.weights, [76]);
    expect(phone.conflicts, isEmpty);
  });

  test('another device\'s edit between a lost answer and the resend is not overwritten silently', () async {
    await phone.add(75);
    await phone.syncFully();
    await tablet.syncFully();
    await phone.change(1, 76);
    phone.network.plan(const Fault.inAnswer(Fault.upload));
    await phone.sync();
    await tablet.syncFully();
    await tablet.change(1, 77);
    await tablet.syncFully();
    await phone.change(1, 78);
    await expectInSync(1);
    expect(tablet.weights, [78]);
    final overwritten = phone.conflicts.where((conflict) => conflict.mineWon);
    expect(overwritten.single.theirs!.weight!.value, 77);
  });

  test('a restart of the app between an upload and its answer neither loses nor duplicates entries', () async {
    await addMany(phone, 5);
    phone.network.plan(const Fault.inAnswer(Fault.upload));
    await phone.sync();
    phone.network.isUp = false;
    await phone.relaunch();
    await phone.change(3, 99);
    phone.network.isUp = true;
    await expectInSync(5);
    expect(phone.conflicts, isEmpty);
  });

  test('an interrupted download resumes', () async {
    await addMany(phone, 600);
    await phone.syncFully();
    tablet.network.plan(const Fault.inAnswer(Fault.download, bytes: 2000));
    await tablet.sync();
    expect(tablet.status, isA<SyncOffline>());
    await expectInSync(600);
  }, timeout: const Timeout(Duration(minutes: 10)));

  test('a first download resumes after a restart of the app between two pages', () async {
    await addMany(phone, 600);
    await phone.syncFully();
    final first = Completer<void>();
    tablet.app.weights.entries.addListener(() {
      if (first.isCompleted) return;
      first.complete();
      tablet.network.isUp = false;
    });
    await tablet.sync();
    expect(tablet.entries, isNotEmpty);
    expect(tablet.entries.length, lessThan(600));
    await phone.delete(600);
    await phone.delete(1);
    await phone.syncFully();
    tablet.network.isUp = true;
    await tablet.relaunch();
    await expectInSync(598);
  }, timeout: const Timeout(Duration(minutes: 10)));

  test('a server stopped during a long upload neither loses nor duplicates entries', () async {
    await addMany(phone, 450);
    final first = Completer<void>();
    phone.app.weights.pendingCount.addListener(() {
      if (first.isCompleted) return;
      first.complete();
      // Stalled, so that this upload is not finished when the server stops, however fast it is.
      phone.network.plan(const Fault.stalled(Fault.upload, 2000));
    });
    final running = phone.sync();
    await first.future;
    await instance.stop();
    await running;
    expect(phone.status, isA<SyncOffline>().having((status) => status.pending, 'pending', 350));
    await instance.restart();
    await expectInSync(450);
  }, timeout: const Timeout(Duration(minutes: 10)));

  test('a token refused during a long upload is refreshed, and the upload continues', () async {
    await phone.syncFully();
    await addMany(phone, 250);
    var isPlanned = false;
    phone.app.weights.pendingCount.addListener(() {
      if (isPlanned || phone.app.weights.pendingCount.value == 250) return;
      isPlanned = true;
      phone.network.plan(const Fault.corruptToken(Fault.upload));
    });
    await expectInSync(250);
    expect(phone.network.faultCount, 1);
    expect(phone.app.authentication.state.value, isA<SignedIn>());
  }, timeout: const Timeout(Duration(minutes: 10)));

  test('entries can be edited without a server, and are uploaded when it is back', () async {
    await phone.add(75);
    await phone.syncFully();
    await instance.stop();
    await phone.change(1, 76);
    await phone.add(80, day: 2);
    await phone.sync();
    expect(phone.status, isA<SyncOffline>());
    await phone.relaunch();
    expect(phone.weights, [80, 76]);
    expect(phone.app.authentication.state.value, isA<SignedIn>());
    await instance.restart();
    await expectInSync(2);
  }, timeout: const Timeout(Duration(minutes: 10)));

  test('an edit is sent automatically, and retried automatically after a failure', () async {
    final quick = await Device.at(instance.url, syncsByItself: true);
    await account.signIn(quick);
    quick.network.plan(const Fault.inRequest(Fault.upload, 100));
    await quick.add(75);
    await quick.app.weights.pendingCount.stream.firstWhere((count) => count == 0).timeout(const Duration(minutes: 5));
    expect(quick.network.faultCount, 1);
    expect(await account.list(), hasLength(1));
  });
}
