import 'package:flutter/foundation.dart';
import 'package:flutter/widgets.dart';
import 'package:weight_sync/http.dart';
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

  /// Opens the app as [WeightSync.open] does, with the same arguments, of which only some defaults differ. May be called
  /// first thing in `main`.
  ///
  /// With [backgroundTask] Android and iOS also sync while the app is closed, as [schedule] says. If the system refuses the
  /// task, the app opens all the same and [onEvent] receives the reason.
  static Future<WeightSync> open({
    required Uri server,
    void Function()? backgroundTask,
    Duration every = const Duration(hours: 1),
    DataFolder? folder,
    TokenStorage? tokens,
    String? deviceName,
    OwnSignIn? signIn,
    MoreTasks? moreTasks,
    SyncConnectivity connectivity = const PlusConnectivity(),
    BackgroundTrigger background = const ForegroundTrigger(),
    HttpTransport? transport,
    BackOff? backOff,
    void Function(WeightSyncEvent event)? onEvent,
    Duration afterEdit = const Duration(seconds: 2),
    Duration waitFor = const Duration(seconds: 10),
  }) async {
    WidgetsFlutterBinding.ensureInitialized();
    final app = await WeightSync.open(
      server: server,
      folder: folder ?? _folder,
      tokens: tokens ?? _tokens,
      deviceName: deviceName,
      signIn: signIn,
      moreTasks: moreTasks,
      connectivity: connectivity,
      background: background,
      transport: transport,
      backOff: backOff,
      onEvent: onEvent,
      afterEdit: afterEdit,
      waitFor: waitFor,
    );
    if (backgroundTask != null) {
      try {
        await schedule(backgroundTask, every: every);
      } on Object catch (failure, trace) {
        const message = 'the background task was refused';
        onEvent?.call(WeightSyncEvent(DateTime.timestamp(), message, error: failure, stackTrace: trace));
      }
    }
    return app;
  }

  /// Has the system call [task] while the app is closed: about every [every] on Android, which allows no less than 15
  /// minutes, and when it sees fit on iOS; elsewhere never. [task] must be a top-level function with
  /// `@pragma('vm:entry-point')` that calls [runTasks]. Stays in force until [cancel], also after a restart. Throws what
  /// the plug-in throws if the system refuses it.
  static Future<void> schedule(void Function() task, {Duration every = const Duration(hours: 1)}) async {
    if (!_hasBackgroundTasks) return;
    await Workmanager().initialize(task);
    await Workmanager().registerPeriodicTask(
      taskName,
      taskName,
      frequency: every,
      constraints: Constraints(networkType: NetworkType.connected),
      existingWorkPolicy: ExistingPeriodicWorkPolicy.update,
    );
  }

  /// Ends what [schedule] began, for instance because the user wants no syncs in the background.
  static Future<void> cancel() async {
    if (_hasBackgroundTasks) await Workmanager().cancelByUniqueName(taskName);
  }

  /// What a background task's entry point calls, with the arguments of [runTask]. An app that has tasks of its own calls
  /// [runTask] instead.
  static void runTasks({
    required Uri server,
    DataFolder? folder,
    TokenStorage? tokens,
    OwnSignIn? signIn,
    MoreTasks? moreTasks,
    HttpTransport? transport,
    void Function(WeightSyncEvent event)? onEvent,
    Duration limit = const Duration(seconds: 25),
  }) => Workmanager().executeTask(
    (_, _) => runTask(
      server: server,
      folder: folder,
      tokens: tokens,
      signIn: signIn,
      moreTasks: moreTasks,
      transport: transport,
      onEvent: onEvent,
      limit: limit,
    ),
  );

  /// Syncs once, with the arguments of [WeightSync.syncInBackground]; for the task [taskName] in a handler of the app's
  /// own. Returns false if the system should soon try again. Never throws.
  static Future<bool> runTask({
    required Uri server,
    DataFolder? folder,
    TokenStorage? tokens,
    OwnSignIn? signIn,
    MoreTasks? moreTasks,
    HttpTransport? transport,
    void Function(WeightSyncEvent event)? onEvent,
    Duration limit = const Duration(seconds: 25),
  }) async {
    final how = await WeightSync.syncInBackground(
      server: server,
      folder: folder ?? _folder,
      tokens: tokens ?? _tokens,
      signIn: signIn,
      moreTasks: moreTasks,
      transport: transport,
      onEvent: onEvent,
      limit: limit,
    );
    return switch (how) {
      BackgroundSync.done || BackgroundSync.appIsRunning || BackgroundSync.needsSignIn => true,
      BackgroundSync.offline || BackgroundSync.failed => false,
    };
  }

  static bool get _hasBackgroundTasks =>
      !kIsWeb && (defaultTargetPlatform == TargetPlatform.android || defaultTargetPlatform == TargetPlatform.iOS);

  static DataFolder get _folder => kIsWeb ? const PlatformDataFolder() : const SupportFolder();

  /// Browsers have no keystore, and not every Linux desktop has a keyring: there the package's own file is used.
  static TokenStorage? get _tokens =>
      kIsWeb || defaultTargetPlatform == TargetPlatform.linux ? null : const KeystoreTokens();
}
