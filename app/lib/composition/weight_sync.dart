import 'dart:async';

import 'package:path/path.dart' as path;

import '../core/api/api_client.dart';
import '../core/api/http_transport.dart';
import '../core/api/server_clock.dart';
import '../core/auth/account_data.dart';
import '../core/auth/account_data_parts.dart';
import '../core/auth/authentication_service.dart';
import '../core/auth/authentication_state.dart';
import '../core/auth/authorized_client.dart';
import '../core/auth/device_name_io.dart' if (dart.library.js_interop) '../core/auth/device_name_web.dart';
import '../core/auth/file_token_storage.dart';
import '../core/auth/own_sign_in.dart';
import '../core/auth/own_sign_in_authentication.dart';
import '../core/auth/sync_authentication.dart';
import '../core/auth/token_storage.dart';
import '../core/auth/weight_sync_user.dart';
import '../core/state/watched.dart';
import '../core/storage/data_folder.dart';
import '../core/storage/files.dart';
import '../core/storage/folder_bell.dart';
import '../core/storage/folder_in_use.dart';
import '../core/storage/folder_lock.dart';
import '../core/storage/platform_data_folder.dart';
import '../core/storage/stored_text.dart';
import '../core/sync/back_off.dart';
import '../core/sync/background_trigger.dart';
import '../core/sync/event_log.dart';
import '../core/sync/foreground_trigger.dart';
import '../core/sync/log_file.dart';
import '../core/sync/platform_connectivity_io.dart'
    if (dart.library.js_interop) '../core/sync/platform_connectivity_web.dart';
import '../core/sync/sync_connectivity.dart';
import '../core/sync/sync_manager.dart';
import '../core/sync/sync_task.dart';
import '../core/sync/sync_tasks.dart';
import '../core/sync/weight_sync_event.dart';
import '../features/health_tracking/data/local/weight_account.dart';
import '../features/health_tracking/data/repositories/limits_repository.dart';
import '../features/health_tracking/data/repositories/offline_first_weight_repository.dart';
import '../features/health_tracking/data/repositories/stored_preferences.dart';
import '../features/health_tracking/data/repositories/weight_preferences.dart';
import '../features/health_tracking/data/repositories/weight_repository.dart';
import '../features/health_tracking/data/services/weight_sync_service.dart';
import '../features/health_tracking/data/services/weight_sync_task.dart';
import 'background_sync.dart';

/// Creates sync tasks, whose requests go through the client of a user.
typedef MoreTasks = List<SyncTask> Function(AuthorizedClient Function(WeightSyncUser user) clientOf);

/// The package's entry point. An app opens one and keeps it.
class WeightSync {
  WeightSync._(this._session, this.weights, this.sync, this.preferences, this._data, this._parts);

  final SyncAuthentication _session;

  /// Signs users in and out. Throws a [StateError] if the app signs in itself (`signIn` of [open]).
  AuthenticationService get authentication => switch (_session) {
    final AuthenticationService service => service,
    _ => throw StateError('the app signs in itself'),
  };

  /// Who is signed in, whether the package or the app signs users in.
  Watched<AuthenticationState> get authenticationState => _session.state;

  /// The weights of the signed-in user, or, while nobody is signed in, those recorded without an account.
  final WeightRepository weights;

  /// Decides when to sync and reports the status.
  final SyncManager sync;

  /// The user's choices on this device.
  final WeightPreferences preferences;

  final AccountData _data;

  /// Closes each part, in the order of opening.
  final List<FutureOr<void> Function()> _parts;

  /// Another isolate of this process, such as a background task, has found the folder in use. Ends when that isolate need
  /// wait no longer.
  late Future<void> Function() _onRing = () {
    sync.hint('another isolate');
    return sync.idle;
  };

  /// Opens the package's files and resumes the last session; works offline. [server] is the address without `/api`, and
  /// must be https unless it is on this machine or, in a debug build, in the local network. The defaults of [folder],
  /// [tokens] and [connectivity] work on a desktop.
  ///
  /// [deviceName] is what this device is called in the list of signed-in devices, for example its model or what its
  /// owner calls it; the default is its host name or, on a phone, its system.
  ///
  /// With [signIn] the app's own service signs users in, and [tokens] are not used.
  ///
  /// [moreTasks] creates the sync tasks of other data, for example of a second health metric; they run after the weights. A
  /// task that is an [AccountData] too is opened, closed and erased with the user's weights.
  ///
  /// [onEvent] receives what the package notes in its log, for instance for the app's crash reports; the log itself is
  /// `events.log` in [folder], and its end is part of [SyncManager.report].
  ///
  /// A background isolate may sync at this moment: opening waits for it for at most [waitFor]. Throws `FolderInUse` when
  /// another process or isolate still has [folder] open then, and `StorageFailure` when nothing can be written there.
  static Future<WeightSync> open({
    required Uri server,
    DataFolder folder = const PlatformDataFolder(),
    TokenStorage? tokens,
    String? deviceName,
    OwnSignIn? signIn,
    MoreTasks? moreTasks,
    SyncConnectivity? connectivity,
    BackgroundTrigger background = const ForegroundTrigger(),
    HttpTransport? transport,
    BackOff? backOff,
    void Function(WeightSyncEvent event)? onEvent,
    Duration afterEdit = const Duration(seconds: 2),
    Duration waitFor = const Duration(seconds: 10),
  }) async {
    final opened = Completer<WeightSync>()..future.ignore();
    final parts = <FutureOr<void> Function()>[];
    var log = EventLog(onEvent: onEvent);
    try {
      final base = await folder.locate();
      await files.makeFolder(base);
      final lock = await FolderLock.take(base, waitFor: waitFor);
      parts.add(lock.release);
      final bell = FolderBell(base, () async => (await opened.future)._onRing());
      parts.add(bell.close);
      log = await EventLog.open(LogFile(path.join(base, 'events.log')), onEvent: onEvent);
      parts.add(log.close);
      final address = _withoutSlash(server);
      final serverClock = ServerClock();
      final api = ApiClient(address, serverClock: serverClock, transport: transport);
      final limits = LimitsRepository(api, await StoredText.load(path.join(base, 'limits.json')));
      parts
        ..add(limits.close)
        ..add(api.close);
      final preferences = StoredPreferences(await StoredText.load(path.join(base, 'preferences.json')));
      final weights = OfflineFirstWeightRepository(limits: limits.limits, serverNow: serverClock.best);
      final account = WeightAccount(base, address, weights);
      late final SyncAuthentication authentication;
      AuthorizedClient clientOf(WeightSyncUser user) => AuthorizedClient(api, authentication, user);
      final more = moreTasks?.call(clientOf) ?? const [];
      final data = AccountDataParts([account, ...more.whereType<AccountData>()]);
      authentication = signIn == null
          ? AuthenticationService(
              api,
              tokens ?? FileTokenStorage(path.join(base, 'session.json')),
              data,
              deviceName: deviceName ?? usualDeviceName,
              note: log.addFailure,
            )
          : OwnSignInAuthentication(signIn, data, note: log.addFailure);
      parts
        ..add(data.close)
        ..add(authentication.close);
      final task = WeightSyncTask(weights, limits, (user) => WeightSyncService(clientOf(user)), account.storeOf);
      final sync = SyncManager(
        authentication,
        SyncTasks([task, ...more]),
        connectivity: connectivity ?? platformConnectivity(),
        background: background,
        backOff: backOff,
        log: log,
        afterEdit: afterEdit,
      );
      await account.sweep();
      await authentication.start();
      // Needed before sign-in: the password rules of the registration form. Every sync run asks again.
      unawaited(limits.refresh().onError<Object>((_, _) {}));
      sync.start();
      parts.add(() => _end(sync, api));
      final app = WeightSync._(authentication, weights, sync, preferences, data, parts);
      opened.complete(app);
      return app;
    } on Object catch (thrown, trace) {
      if (thrown is! FolderInUse) log.addFailure('opening failed', thrown, trace);
      opened.completeError(thrown);
      await _closeAll(parts);
      rethrow;
    }
  }

  /// Syncs once, from a background task of the system in an isolate of its own, and closes everything again. Never
  /// throws: [onEvent] and the log have the reason. The other arguments as for [open].
  ///
  /// Gives up after [limit]; iOS allows 30 s. If the app is open in this process, it syncs, and this waits for that: the
  /// system may suspend the process as soon as the task ends. If the app is opened meanwhile, the task lets go of the
  /// folder at once.
  static Future<BackgroundSync> syncInBackground({
    required Uri server,
    DataFolder folder = const PlatformDataFolder(),
    TokenStorage? tokens,
    OwnSignIn? signIn,
    MoreTasks? moreTasks,
    HttpTransport? transport,
    void Function(WeightSyncEvent event)? onEvent,
    Duration limit = const Duration(seconds: 25),
  }) async {
    final WeightSync app;
    try {
      app = await open(
        server: server,
        folder: folder,
        tokens: tokens,
        signIn: signIn,
        moreTasks: moreTasks,
        connectivity: const _NoHints(),
        background: const _NoHints(),
        transport: transport,
        onEvent: onEvent,
        waitFor: Duration.zero,
      );
    } on FolderInUse catch (inUse) {
      await FolderBell.ring(inUse.path, limit: limit);
      return BackgroundSync.appIsRunning;
    } on Object {
      // [open] has noted it in the log.
      return BackgroundSync.failed;
    }
    return app._finishRun(limit);
  }

  Future<BackgroundSync> _finishRun(Duration limit) async {
    final ended = Completer<BackgroundSync>();
    void end(BackgroundSync how) => ended.isCompleted ? null : ended.complete(how);
    _onRing = () async => end(BackgroundSync.appIsRunning);
    final timer = Timer(limit, () => end(BackgroundSync.offline));
    unawaited(sync.idle.then((_) => end(BackgroundSync.of(sync.status.value))));
    final how = await ended.future;
    timer.cancel();
    // What cannot be closed ends with the isolate.
    await close().onError<Object>((_, _) {});
    return how;
  }

  /// `https://example.org/` is the same server as `https://example.org`.
  static Uri _withoutSlash(Uri server) => server.replace(path: server.path.replaceFirst(RegExp(r'/+$'), ''));

  /// Deletes the data of [user], also unsent edits, from this device. For an app that signs in itself: a sign-out there
  /// only hides the data.
  Future<void> eraseData(WeightSyncUser user) => _data.erase(user);

  /// Aborts pending requests and waits until every write is on disk.
  Future<void> close() => _closed;

  late final Future<void> _closed = _closeAll(_parts);

  /// Closes the last one first, and all of them even if one fails.
  static Future<void> _closeAll(List<FutureOr<void> Function()> parts) async {
    if (parts.isEmpty) return;
    try {
      await parts.removeLast()();
    } finally {
      await _closeAll(parts);
    }
  }

  /// Ends the run in progress, whose requests are aborted.
  static Future<void> _end(SyncManager sync, ApiClient api) {
    final ended = sync.dispose();
    api.close();
    return ended;
  }
}

/// A background run syncs once.
final class _NoHints implements SyncConnectivity, BackgroundTrigger {
  const _NoHints();

  @override
  Stream<void> get returns => const Stream.empty();

  @override
  Stream<void> get wakeUps => const Stream.empty();
}
