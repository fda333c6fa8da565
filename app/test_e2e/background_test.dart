import 'dart:isolate';

import 'package:flutter/widgets.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/account.dart';
import 'support/device.dart';
import 'support/household.dart';
import 'support/instance.dart';

/// Syncs that nobody asks for: when the app comes to the front, and from a background task of the system.
void main() {
  late Instance instance;
  late Device phone;
  late Device tablet;
  late Account account;

  setUpAll(() async => instance = await Instance.start());
  tearDownAll(() => instance.remove());

  setUp(() async => (account, phone, tablet) = await household(instance, background: const ForegroundTrigger()));

  test('coming to the front shows what another device has sent', () async {
    await tablet.add(75);
    await tablet.syncFully();
    expect(phone.weights, isEmpty);
    const [
      AppLifecycleState.inactive,
      AppLifecycleState.hidden,
      AppLifecycleState.paused,
      AppLifecycleState.hidden,
      AppLifecycleState.inactive,
      AppLifecycleState.resumed,
    ].forEach(WidgetsBinding.instance.handleAppLifecycleStateChanged);
    await phone.app.weights.entries.stream.firstWhere((entries) => entries.length == 1);
    await phone.app.sync.idle;
    expect(await account.expectSame([phone, tablet]), 1);
  });

  test('a task in another isolate syncs the closed app, and waits for the sync of the open app', () async {
    final (server, folder) = (phone.network.url, phone.folder.path);
    // A closure that is sent to another isolate takes along what it mentions.
    Future<BackgroundSync> inBackground() => _syncElsewhere(server, folder);

    await tablet.add(75);
    await tablet.syncFully();
    expect(await inBackground(), BackgroundSync.appIsRunning);
    expect(phone.weights, [75]);

    await phone.add(76, day: 2);
    await phone.app.close();
    expect(await inBackground(), BackgroundSync.done);
    await tablet.syncFully();
    expect(tablet.weights, [76, 75]);

    // The app is opened while the task runs.
    await tablet.add(77, day: 3);
    await tablet.syncFully();
    final running = inBackground();
    await phone.launch();
    expect(await running, anyOf(BackgroundSync.done, BackgroundSync.appIsRunning));
    await phone.syncFully();
    expect(await account.expectSame([phone, tablet]), 3);
  });
}

Future<BackgroundSync> _syncElsewhere(Uri server, String folder) =>
    Isolate.run(() => WeightSync.syncInBackground(server: server, folder: GivenDataFolder(folder)));
