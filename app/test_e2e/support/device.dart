import 'dart:io';

import 'package:clock/clock.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import 'network.dart';
import 'no_background.dart';
import 'no_connectivity.dart';

/// The whole app without its screens, with its own network. Unless [syncsByItself], it syncs only at launch, after a
/// sign-in and on [sync], so that no run is in progress between the steps of a test.
final class Device {
  Device._(
    this.folder,
    this.network,
    this.clockAhead, {
    required this.syncsByItself,
    this.name,
    this.signIn,
    this.background,
  });

  /// The data folder.
  final Directory folder;

  /// The network between the device and the server.
  final Network network;

  /// How far the device's clock is ahead.
  final Duration clockAhead;

  /// Whether edits and failures trigger further runs.
  final bool syncsByItself;

  /// The name in the list of signed-in devices.
  final String? name;

  /// The app's own sign-in, if it has one.
  final OwnSignIn? signIn;

  /// Wakes sync up, if anything does.
  final BackgroundTrigger? background;

  static const _never = Duration(days: 1);

  /// The app.
  late WeightSync app;

  /// A new device for [server]; nobody is signed in.
  static Future<Device> at(
    Uri server, {
    Duration clockAhead = Duration.zero,
    bool syncsByItself = false,
    String? name,
    OwnSignIn? signIn,
    BackgroundTrigger? background,
  }) async {
    final folder = Directory.systemTemp.createTempSync('device.');
    final device = Device._(
      folder,
      await Network.to(server),
      clockAhead,
      syncsByItself: syncsByItself,
      name: name,
      signIn: signIn,
      background: background,
    );
    await device.launch();
    addTearDown(device.remove);
    return device;
  }

  /// Runs [action] with the device's clock.
  T run<T>(T Function() action) => withClock(Clock(() => DateTime.now().add(clockAhead)), action);

  /// Starts the app and waits for the run at launch.
  Future<void> launch() async {
    app = await run(
      () => WeightSync.open(
        server: network.url,
        folder: GivenDataFolder(folder.path),
        connectivity: const NoConnectivity(),
        background: background ?? const NoBackground(),
        deviceName: name,
        signIn: signIn,
        backOff: syncsByItself ? null : BackOff(first: _never, longest: _never),
        afterEdit: syncsByItself ? const Duration(milliseconds: 50) : _never,
      ),
    );
    await sync();
  }

  /// Closes the app and starts it again.
  Future<void> relaunch() async {
    await app.close();
    await launch();
  }

  /// Adds [kilograms], measured on [day].
  Future<WeightEntry> add(double kilograms, {int day = 1}) => run(
    () => app.weights.add(
      weight: Weight(kilograms, WeightUnit.kg),
      timestamp: DateTime.utc(2024, 1, 1, 7).add(Duration(days: day)),
    ),
  );

  /// Changes the entry of [day].
  Future<void> change(int day, double kilograms) =>
      run(() => app.weights.edit(on(day)!.key, weight: Weight(kilograms, WeightUnit.kg), seen: on(day)));

  /// Deletes the entry of [day].
  Future<void> delete(int day) => run(() => app.weights.delete(on(day)!.key));

  /// The entry of [day].
  WeightEntry? on(int day) =>
      entries.where((entry) => entry.timestamp == DateTime.utc(2024, 1, 1, 7).add(Duration(days: day))).firstOrNull;

  /// The listed entries, newest first.
  List<WeightEntry> get entries => app.weights.entries.value;

  /// The listed weights in kilograms, newest first.
  List<double> get weights => [for (final entry in entries) entry.weight.value];

  /// The open conflicts.
  List<WeightConflict> get conflicts => app.weights.conflicts.value;

  /// The sync status.
  WeightSyncStatus get status => app.sync.status.value;

  /// Syncs, or waits for the run in progress after launch or sign-in.
  Future<void> sync() => run(app.sync.syncNow);

  /// Syncs and expects success with no edits left.
  Future<void> syncFully() async {
    await sync();
    expect(status, anyOf(isA<SyncIdle>(), isA<SyncConflictWaiting>()), reason: app.sync.report());
    expect(app.weights.pendingCount.value, 0);
  }

  /// Closes the app and deletes its data.
  Future<void> remove() async {
    await app.close();
    await network.close();
    if (folder.existsSync()) folder.deleteSync(recursive: true);
  }
}
