import 'package:flutter/foundation.dart';
import 'package:flutter/widgets.dart';
import 'package:weight_sync/weight_sync.dart';
import 'package:workmanager/workmanager.dart';

import 'keystore_tokens.dart';
import 'plus_connectivity.dart';
import 'support_folder.dart';

/// Opens weight_sync with the plug-ins that suit the platform, and syncs in the background.
abstract final class WeightSyncPlugins {
  /// The name of the background task. iOS needs it in Info.plist, under `BGTaskSchedulerPermittedIdentifiers`, and in the
  /// app delegate, as in `example/ios/Runner/AppDelegate.swift`: it aborts an app that schedules a task without a handler.
  static const taskName = 'weight_sync.periodic';

  /// Opens the app as [WeightSync.open] does, whose other arguments are the same. May be called first thing in `main`.
  ///
  /// With [backgroundTask] Android and iOS also sync while the app is closed: about every [every] on Android, which
  /// allows no less than 15 minutes, and when it sees fit on iOS. It must be a top-level function with
  /// `@pragma('vm:entry-point')` that calls [runTasks]. If the system refuses the task, the app opens all the same and
  /// [onEvent] receives the reason.
  static Future<WeightSync> open({
    required Uri server,
    void Function()? backgroundTask,
    Duration every = const Duration(hours: 1),
    String? deviceName,
    OwnSignIn? signIn,
    MoreTasks? moreTasks,
    void Function(WeightSyncEvent event)? onEvent,
  }) async {
    WidgetsFlutterBinding.ensureInitialized();
    final app = await WeightSync.open(
      server: server,
      folder: _folder,
      tokens: _tokens,
      deviceName: deviceName,
      signIn: signIn,
      moreTasks: moreTasks,
      connectivity: const PlusConnectivity(),
      onEvent: onEvent,
    );
    if (backgroundTask != null && _hasBackgroundTasks) {
      try {
        await _schedule(backgroundTask, every);
      } on Exception catch (failure, trace) {
        const message = 'the background task was refused';
        onEvent?.call(WeightSyncEvent(DateTime.timestamp(), message, error: failure, stackTrace: trace));
      }
    }
    return app;
  }

  /// What a background task's entry point calls, with the arguments of [open]. An app that has tasks of its own calls
  /// [runTask] instead.
  static void runTasks({required Uri server, OwnSignIn? signIn, MoreTasks? moreTasks}) =>
      Workmanager().executeTask((_, _) => runTask(server: server, signIn: signIn, moreTasks: moreTasks));

  /// Syncs once; for the task [taskName] in a handler of the app's own. Returns false if the system should soon try
  /// again. Never throws.
  static Future<bool> runTask({required Uri server, OwnSignIn? signIn, MoreTasks? moreTasks}) async {
    final how = await WeightSync.syncInBackground(
      server: server,
      folder: _folder,
      tokens: _tokens,
      signIn: signIn,
      moreTasks: moreTasks,
    );
    return switch (how) {
      BackgroundSync.done || BackgroundSync.appIsRunning || BackgroundSync.needsSignIn => true,
      BackgroundSync.offline || BackgroundSync.failed => false,
    };
  }

  static Future<void> _schedule(void Function() task, Duration every) async {
    await Workmanager().initialize(task);
    await Workmanager().registerPeriodicTask(
      taskName,
      taskName,
      frequency: every,
      constraints: Constraints(networkType: NetworkType.connected),
      existingWorkPolicy: ExistingPeriodicWorkPolicy.update,
    );
  }

  static bool get _hasBackgroundTasks =>
      !kIsWeb && (defaultTargetPlatform == TargetPlatform.android || defaultTargetPlatform == TargetPlatform.iOS);

  static DataFolder get _folder => kIsWeb ? const PlatformDataFolder() : const SupportFolder();

  /// Browsers have no keystore, and not every Linux desktop has a keyring: there the package's own file is used.
  static TokenStorage? get _tokens =>
      kIsWeb || defaultTargetPlatform == TargetPlatform.linux ? null : const KeystoreTokens();
}
