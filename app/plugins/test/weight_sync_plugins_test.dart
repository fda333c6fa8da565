import 'dart:io';

import 'package:connectivity_plus/connectivity_plus.dart';
import 'package:flutter/foundation.dart';
import 'package:flutter_secure_storage/flutter_secure_storage.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:path_provider/path_provider.dart';
import 'package:weight_sync/http.dart';
import 'package:weight_sync/io.dart';
import 'package:weight_sync/weight_sync.dart';
import 'package:weight_sync_plugins/weight_sync_plugins.dart';
import 'package:workmanager/workmanager.dart';

import '../../test/support/folder.dart';
import '../../test/support/scripted_answer.dart';
import '../../test/support/scripted_server.dart';
import '../../test/support/tokens.dart';

late ScriptedServer _server;

/// An entry point as an app has it.
void _syncInBackground() => WeightSyncPlugins.runTasks(server: _server.url);

/// Against the stubs of the plug-ins (stubs/README.md).
void main() {
  late Map<String, String> keystore;

  setUp(() async {
    // Plain HTTP, which the binding of widget tests would replace.
    HttpOverrides.global = null;
    _server = await ScriptedServer.start();
    _server.answer = (asked) => switch (asked.path) {
      '/api/auth/login' => ScriptedAnswer(200, tokens()),
      '/api/health-metrics/weight/sync' => const ScriptedAnswer(200, {
        'data': <Object?>[],
        'sync': {'next_since': 'c', 'has_more': false, 'epoch': 'e1'},
      }),
      _ => const ScriptedAnswer(404, {'code': 'not_found'}),
    };
    keystore = {};
    FlutterSecureStorage.setMockInitialValues(keystore);
    stubbedFolder = temporary();
    stubbedTasks.clear();
    stubbedFailure = null;
    debugDefaultTargetPlatformOverride = TargetPlatform.android;
    addTearDown(() => debugDefaultTargetPlatformOverride = null);
  });

  Future<WeightSync> open({void Function()? task, void Function(WeightSyncEvent event)? onEvent}) async {
    final app = await WeightSyncPlugins.open(server: _server.url, backgroundTask: task, onEvent: onEvent);
    addTearDown(app.close);
    return app;
  }

  test('the data is in the app\'s folder, and the session in the keystore', () async {
    final app = await open();
    await app.authentication.signIn(email: 'a', password: 'b');
    await app.close();
    final files = Directory(stubbedFolder).listSync(recursive: true).map((file) => file.path).toList();
    expect(files, contains(startsWith('$stubbedFolder/weight_sync/accounts/')));
    expect(files, isNot(contains(endsWith('session.json'))));
    expect(keystore.keys, ['weight_sync']);
    expect(keystore['weight_sync'], contains('refresh-1'));

    final again = await open();
    expect(again.authentication.state.value, isA<SignedIn>());
    await again.authentication.signOut();
    expect(keystore, isEmpty);
  });

  test('on a Linux desktop the session is in a file', () async {
    debugDefaultTargetPlatformOverride = TargetPlatform.linux;
    final app = await open(task: _syncInBackground);
    await app.authentication.signIn(email: 'a', password: 'b');
    expect(keystore, isEmpty);
    expect(File('$stubbedFolder/weight_sync/session.json').existsSync(), isTrue);
    expect(stubbedTasks, isEmpty);
  });

  test('a network that comes back is a hint, one that goes is not', () async {
    final hints = <void>[];
    final subscription = const PlusConnectivity().returns.listen(hints.add);
    stubbedChanges
      ..add([ConnectivityResult.none])
      ..add([ConnectivityResult.mobile, ConnectivityResult.vpn])
      ..add([ConnectivityResult.none])
      ..add([ConnectivityResult.wifi]);
    await pumpEventQueue();
    expect(hints, hasLength(2));
    await subscription.cancel();
  });

  test('the background task is registered once, with a network, and syncs', () async {
    final app = await open(task: _syncInBackground);
    expect(stubbedDispatcher, _syncInBackground);
    final task = stubbedTasks.single;
    expect((task.uniqueName, task.taskName), (WeightSyncPlugins.taskName, WeightSyncPlugins.taskName));
    expect((task.frequency, task.network), (const Duration(hours: 1), NetworkType.connected));
    expect(task.policy, ExistingPeriodicWorkPolicy.update);
    await app.authentication.signIn(email: 'a', password: 'b');
    await app.close();

    // The system calls the entry point in an isolate of its own, and then the handler.
    _server.asked.clear();
    (stubbedDispatcher! as void Function())();
    expect(await stubbedHandler!(WeightSyncPlugins.taskName, null), isTrue);
    expect(_server.asked.map((asked) => asked.path), contains('/api/health-metrics/weight/sync'));

    await _server.stop();
    expect(await stubbedHandler!(WeightSyncPlugins.taskName, null), isFalse);
  });

  test('a task for nobody asks for no other try', () async {
    expect(await WeightSyncPlugins.runTask(server: _server.url), isTrue);
    expect(_server.asked.where((asked) => asked.path.endsWith('/sync')), isEmpty);
  });

  test('a refused task is reported, and the app is open', () async {
    stubbedFailure = Exception('BGTaskSchedulerErrorDomain 3');
    final heard = <WeightSyncEvent>[];
    final app = await open(task: _syncInBackground, onEvent: heard.add);
    expect(heard.where((event) => event.error == stubbedFailure), hasLength(1));
    expect(app.authentication.state.value, isA<SignedOut>());
  });

  group('what the app passes takes the place of the default', () {
    late GivenDataFolder folder;
    late FileTokenStorage tokens;
    late _Listened listened;

    setUp(() {
      folder = GivenDataFolder(temporary());
      tokens = FileTokenStorage('${folder.path}/own-session');
      listened = _Listened();
    });

    test('when it opens', () async {
      final app = await WeightSyncPlugins.open(
        server: Uri.parse('https://weights.example.org'),
        folder: folder,
        tokens: tokens,
        connectivity: listened,
        background: listened,
        transport: _Elsewhere(_server.url),
        backOff: BackOff(first: const Duration(hours: 1)),
        afterEdit: Duration.zero,
        waitFor: Duration.zero,
      );
      await app.authentication.signIn(email: 'a', password: 'b');
      await app.sync.idle;
      expect(listened.asked, ['returns', 'wakeUps']);
      expect(_server.asked.map((asked) => asked.path), contains('/api/health-metrics/weight/sync'));
      expect(await tokens.read(), contains('refresh-1'));
      expect(keystore, isEmpty);
      await app.close();
      expect(Directory(stubbedFolder).listSync(), isEmpty);

      _server.asked.clear();
      final how = await WeightSyncPlugins.runTask(
        server: Uri.parse('https://weights.example.org'),
        folder: folder,
        tokens: tokens,
        transport: _Elsewhere(_server.url),
      );
      expect(how, isTrue);
      expect(_server.asked.map((asked) => asked.path), contains('/api/health-metrics/weight/sync'));
    });

    test('when a task runs, whose trouble it hears of', () async {
      final heard = <WeightSyncEvent>[];
      WeightSyncPlugins.runTasks(server: Uri.parse('http://example.org'), folder: folder, onEvent: heard.add);
      expect(await stubbedHandler!(WeightSyncPlugins.taskName, null), isFalse);
      expect(heard.single.error, isArgumentError);
    });
  });

  test(
    'the task can be scheduled later and cancelled, and nothing is scheduled where the system has no tasks',
    () async {
      await open();
      expect(stubbedTasks, isEmpty);
      await WeightSyncPlugins.schedule(_syncInBackground, every: const Duration(hours: 6));
      expect(stubbedTasks.single.frequency, const Duration(hours: 6));
      await WeightSyncPlugins.cancel();
      expect(stubbedTasks, isEmpty);
      debugDefaultTargetPlatformOverride = TargetPlatform.windows;
      await WeightSyncPlugins.schedule(_syncInBackground);
      await WeightSyncPlugins.cancel();
      expect(stubbedTasks, isEmpty);
    },
  );
}

/// Gives no hints, and says what was listened to.
final class _Listened implements SyncConnectivity, BackgroundTrigger {
  final asked = <String>[];

  Stream<void> _listened(String what) {
    asked.add(what);
    return const Stream.empty();
  }

  @override
  Stream<void> get returns => _listened('returns');

  @override
  Stream<void> get wakeUps => _listened('wakeUps');
}

/// An HTTP stack of the app's own, which reaches the server at another address.
final class _Elsewhere implements HttpTransport {
  _Elsewhere(this._at);

  final Uri _at;
  final _inner = IoTransport();

  @override
  Future<HttpTransportAnswer> send(
    String method,
    Uri uri, {
    required Map<String, String> headers,
    required Duration limit,
    Uint8List? body,
  }) => _inner.send(
    method,
    uri.replace(scheme: _at.scheme, host: _at.host, port: _at.port),
    headers: headers,
    limit: limit,
    body: body,
  );

  @override
  void close() => _inner.close();
}
