import 'dart:io';

import 'package:clock/clock.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import 'line.dart';
import 'no_background.dart';
import 'no_connectivity.dart';

/// The whole app without its screens, on a line of its own. It syncs at launch and when told to: no run is under way
/// between the steps of a test, unless it [syncsByItself].
final class Device {
  Device._(this.folder, this.line, this.clockAhead, {required this.syncsByItself});

  /// Where it keeps its data.
  final Directory folder;

  /// Its network.
  final Line line;

  /// How wrong its clock is.
  final Duration clockAhead;

  /// Whether edits, and failures, are followed by a run.
  final bool syncsByItself;

  static const _never = Duration(days: 1);

  /// The app.
  late WeightSync app;

  /// A new device at [server]; nobody is signed in.
  static Future<Device> at(Uri server, {Duration clockAhead = Duration.zero, bool syncsByItself = false}) async {
    final folder = Directory.systemTemp.createTempSync('device.');
    final device = Device._(folder, await Line.to(server), clockAhead, syncsByItself: syncsByItself);
    await device.launch();
    addTearDown(device.remove);
    return device;
  }

  /// Runs [action] by the device's own clock.
  T run<T>(T Function() action) => withClock(Clock(() => DateTime.now().add(clockAhead)), action);

  /// Starts the app, and waits for the run at launch.
  Future<void> launch() async {
    app = await run(
      () => WeightSync.open(
        server: line.url,
        folder: GivenDataFolder(folder.path),
        connectivity: const NoConnectivity(),
        background: const NoBackground(),
        backOff: syncsByItself ? null : BackOff(first: _never, longest: _never),
        afterEdit: syncsByItself ? const Duration(milliseconds: 50) : _never,
      ),
    );
    await sync();
  }

  /// Ends the app as the system does: nothing is said beforehand.
  Future<void> relaunch() async {
    await app.close();
    await launch();
  }

  /// Adds [kilograms], measured on a day of its own.
  Future<WeightEntry> add(double kilograms, {int day = 1}) => run(
    () => app.weights.add(
      weight: Weight(kilograms, WeightUnit.kg),
      timestamp: DateTime.utc(2024, 1, 1, 7).add(Duration(days: day)),
    ),
  );

  /// Changes the entry that was measured on [day].
  Future<void> change(int day, double kilograms) =>
      run(() => app.weights.edit(on(day)!.key, weight: Weight(kilograms, WeightUnit.kg), seen: on(day)));

  /// Deletes the entry that was measured on [day].
  Future<void> delete(int day) => run(() => app.weights.delete(on(day)!.key));

  /// The entry that was measured on [day].
  WeightEntry? on(int day) =>
      entries.where((entry) => entry.timestamp == DateTime.utc(2024, 1, 1, 7).add(Duration(days: day))).firstOrNull;

  /// What it shows.
  List<WeightEntry> get entries => app.weights.entries.value;

  /// Its weights, newest first.
  List<double> get weights => [for (final entry in entries) entry.weight.value];

  /// Its conflicts.
  List<Conflict> get conflicts => app.weights.conflicts.value;

  /// How its sync stands.
  SyncStatus get status => app.sync.status.value;

  /// Syncs; or waits for the run that is under way, at launch or after signing in.
  Future<void> sync() => run(app.sync.syncNow);

  /// Syncs, and it must have worked.
  Future<void> syncWell() async {
    await sync();
    expect(status, anyOf(isA<SyncIdle>(), isA<SyncConflictWaiting>()), reason: app.sync.report());
    expect(app.weights.pendingCount.value, 0);
  }

  /// Ends it for good.
  Future<void> remove() async {
    await app.close();
    await line.close();
    if (folder.existsSync()) folder.deleteSync(recursive: true);
  }
}
