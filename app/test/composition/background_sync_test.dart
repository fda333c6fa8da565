import 'dart:async';
import 'dart:isolate';

import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import '../support/folder.dart';
import '../support/hints.dart';
import '../support/memory_token_storage.dart';
import '../support/scripted_answer.dart';
import '../support/scripted_server.dart';
import '../support/tokens.dart';

void main() {
  late ScriptedServer server;
  late Uri url;
  late GivenDataFolder folder;
  late MemoryTokenStorage storage;
  late FutureOr<ScriptedAnswer> Function() onUpload;

  const down = ScriptedAnswer(503, {'code': 'service_unavailable'});

  ScriptedAnswer accepted() => const ScriptedAnswer(200, {
    'synced': [
      {'index': 0, 'server_id': 's1', 'updated_at': '2026-03-01T00:00:09Z'},
    ],
    'conflicts': <Object?>[],
    'errors': <Object?>[],
    'sync': {'epoch': 'e1'},
  });

  setUp(() async {
    server = await ScriptedServer.start();
    url = server.url;
    folder = GivenDataFolder(temporary());
    storage = MemoryTokenStorage();
    onUpload = () => down;
    server.answer = (asked) => switch ((asked.method, asked.path)) {
      (_, '/api/auth/login') => ScriptedAnswer(200, tokens()),
      (_, '/api/limits') => const ScriptedAnswer(404, {'code': 'not_found'}),
      ('POST', '/api/health-metrics/weight/sync') => onUpload(),
      ('GET', '/api/health-metrics/weight/sync') => const ScriptedAnswer(200, {
        'data': <Object?>[],
        'sync': {'next_since': 'c', 'has_more': false, 'epoch': 'e1'},
      }),
      _ => const ScriptedAnswer(404, {'code': 'not_found'}),
    };
  });

  Future<WeightSync> open() async {
    final hints = Hints();
    final app = await WeightSync.open(
      server: url,
      folder: folder,
      tokens: storage,
      connectivity: hints,
      background: hints,
    );
    addTearDown(app.close);
    return app;
  }

  Future<BackgroundSync> syncInBackground({Duration limit = const Duration(minutes: 5)}) =>
      WeightSync.syncInBackground(server: url, folder: folder, tokens: storage, limit: limit);

  /// Signs in, adds a weight that cannot be sent, and closes the app.
  Future<void> leaveOneWeight() async {
    final app = await open();
    await app.authentication.signIn(email: 'a', password: 'b');
    await app.weights.add(weight: Weight(70, WeightUnit.kg), timestamp: DateTime.utc(2026, 2));
    await app.close();
  }

  test('it sends what waits', () async {
    await leaveOneWeight();
    onUpload = accepted;
    expect(await syncInBackground(), BackgroundSync.done);
    expect((await open()).weights.pendingCount.value, 0);
  });

  test('without a session it says that the user must sign in', () async {
    expect(await syncInBackground(), BackgroundSync.needsSignIn);
  });

  test('it tells a server that fails from one that cannot be reached', () async {
    await leaveOneWeight();
    expect(await syncInBackground(), BackgroundSync.failed);
    await server.stop();
    expect(await syncInBackground(), BackgroundSync.offline);
  });

  test('it gives up when its time is over', () async {
    await leaveOneWeight();
    onUpload = () => Completer<ScriptedAnswer>().future;
    expect(await syncInBackground(limit: const Duration(milliseconds: 300)), BackgroundSync.offline);
  });

  test('while the app is open, the app syncs, and the task in its isolate ends after that', () async {
    await leaveOneWeight();
    onUpload = accepted;
    final app = await open();
    await app.sync.idle;
    await app.weights.add(weight: Weight(71, WeightUnit.kg), timestamp: DateTime.utc(2026, 2, 2));
    expect(await _syncElsewhere(url, folder.path), BackgroundSync.appIsRunning);
    expect(app.weights.pendingCount.value, 0);
  });

  test('while the app is still being opened, the task waits for its sync too', () async {
    await leaveOneWeight();
    onUpload = accepted;
    final keystore = _SlowKeystore(storage.text);
    storage = keystore;
    final opened = open();
    await keystore.asked.future;
    var hasEnded = false;
    final inBackground = syncInBackground().whenComplete(() => hasEnded = true);
    await pumpEventQueue();
    expect(hasEnded, isFalse);
    keystore.go.complete();
    expect(await inBackground, BackgroundSync.appIsRunning);
    expect((await opened).weights.pendingCount.value, 0);
  });

  test('an app that does not answer in time keeps no task from ending', () async {
    await leaveOneWeight();
    onUpload = () => Completer<ScriptedAnswer>().future;
    await open();
    final how = await _syncElsewhere(url, folder.path, limit: const Duration(milliseconds: 300));
    expect(how, BackgroundSync.appIsRunning);
  });

  test('whatever is wrong, it does not throw, and says why', () async {
    final heard = <WeightSyncEvent>[];
    Future<BackgroundSync> sync(Uri server, DataFolder folder) =>
        WeightSync.syncInBackground(server: server, folder: folder, tokens: storage, onEvent: heard.add);
    expect(await sync(Uri.parse('http://example.org'), folder), BackgroundSync.failed);
    expect(heard.single.error, isArgumentError);
    heard.clear();
    expect(await sync(url, const _NoFolder()), BackgroundSync.failed);
    expect(heard.single.error, isUnsupportedError);
    final app = await open();
    expect(app.sync.report(), contains('opening failed: unexpected Invalid argument'));
  });

  test('it lets go when the app is opened meanwhile', () async {
    await leaveOneWeight();
    final arrived = Completer<void>();
    onUpload = () {
      if (!arrived.isCompleted) arrived.complete();
      return Completer<ScriptedAnswer>().future;
    };
    final inBackground = syncInBackground();
    await arrived.future;
    final app = await open();
    expect(await inBackground, BackgroundSync.appIsRunning);
    expect(app.weights.entries.value, hasLength(1));
  });
}

/// A plug-in that fails, as on a phone before its first unlocking.
final class _NoFolder implements DataFolder {
  const _NoFolder();

  @override
  Future<String> locate() => Future.error(UnsupportedError('no folder'));
}

/// As the system does it: in an isolate of its own.
Future<BackgroundSync> _syncElsewhere(Uri server, String folder, {Duration limit = const Duration(minutes: 5)}) =>
    Isolate.run(() => WeightSync.syncInBackground(server: server, folder: GivenDataFolder(folder), limit: limit));

/// Answers when the test says [go].
final class _SlowKeystore extends MemoryTokenStorage {
  _SlowKeystore(String? stored) {
    text = stored;
  }

  final asked = Completer<void>();
  final go = Completer<void>();

  @override
  Future<String?> read() async {
    asked.complete();
    await go.future;
    return super.read();
  }
}
