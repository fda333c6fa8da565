import 'dart:io';

import 'package:flutter/foundation.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import '../support/folder.dart';
import '../support/hints.dart';
import '../support/scripted_answer.dart';
import '../support/scripted_server.dart';

/// The sign-in of an app with a backend of its own.
final class _Backend extends ChangeNotifier implements OwnSignIn {
  @override
  WeightSyncUser? user;

  /// The tokens that it gives, in this order; null asks for a sign-in.
  List<String?> tokens = ['good'];

  /// The tokens that were reported as refused.
  final refusals = <String>[];

  bool isReachable = true;

  @override
  Listenable get changes => this;

  void signIn(String? id) {
    user = id == null ? null : WeightSyncUser(id: id, email: '');
    notifyListeners();
  }

  @override
  Future<String?> accessToken({String? refused}) async {
    if (!isReachable) throw const SocketException('unreachable');
    if (refused != null) refusals.add(refused);
    return tokens.length == 1 || refused == null ? tokens.first : (tokens..removeAt(0)).first;
  }
}

void main() {
  late ScriptedServer server;
  late _Backend backend;
  late GivenDataFolder folder;
  late Hints hints;
  late String code;

  setUp(() async {
    server = await ScriptedServer.start();
    backend = _Backend();
    folder = GivenDataFolder(temporary());
    hints = Hints();
    code = 'token_expired';
    server.answer = (asked) => switch ((asked.bearer, asked.method)) {
      (null, _) => const ScriptedAnswer(404, {'code': 'not_found'}),
      ('good', 'GET') => const ScriptedAnswer(200, {
        'data': <Object?>[],
        'sync': {'next_since': 'c', 'has_more': false, 'epoch': 'e1'},
      }),
      ('good', _) => ScriptedAnswer(200, {
        'synced': [
          for (final (index, _) in (asked.body['entries']! as List<Object?>).indexed)
            {'index': index, 'server_id': 's$index', 'updated_at': '2026-03-01T00:00:09Z'},
        ],
        'conflicts': const <Object?>[],
        'errors': const <Object?>[],
        'sync': {'epoch': 'e1'},
      }),
      _ => ScriptedAnswer(401, {'code': code}),
    };
  });

  Future<WeightSync> open() async {
    final app = await WeightSync.open(
      server: server.url,
      folder: folder,
      signIn: backend,
      connectivity: hints,
      background: hints,
    );
    addTearDown(app.close);
    return app;
  }

  Future<void> add(WeightSync app, double kilograms) =>
      app.weights.add(weight: Weight(kilograms, WeightUnit.kg), timestamp: DateTime.utc(2026, 2));

  /// Waits for [status], which the app reaches by itself.
  Future<void> reach<T extends WeightSyncStatus>(WeightSync app) =>
      app.sync.status.stream.firstWhere((status) => status is T);

  test('the user of the app\'s own service syncs with its tokens, also after a restart', () async {
    backend.user = const WeightSyncUser(id: '7', email: '');
    var app = await open();
    await app.sync.idle;
    await add(app, 70);
    await app.sync.syncNow();
    expect(app.sync.status.value, isA<SyncIdle>());
    expect(app.weights.pendingCount.value, 0);
    expect(() => app.authentication, throwsStateError);
    await app.close();
    app = await open();
    expect(app.weights.entries.value, hasLength(1));
    expect(File('${folder.path}/session.json').existsSync(), isFalse);
  });

  test('a refused token is reported, and the next one is used', () async {
    backend
      ..tokens = ['old', 'good']
      ..user = const WeightSyncUser(id: '7', email: '');
    final app = await open();
    await app.sync.idle;
    expect(app.sync.status.value, isA<SyncIdle>());
    expect(backend.refusals, ['old']);
  });

  test('without a token the user must sign in again, and the same user\'s sign-in goes on', () async {
    backend
      ..tokens = [null]
      ..user = const WeightSyncUser(id: '7', email: '');
    final app = await open();
    await app.sync.idle;
    expect(app.sync.status.value, isA<SyncNeedsSignIn>());
    await add(app, 70);
    backend
      ..tokens = ['good']
      ..signIn('7');
    await reach<SyncIdle>(app);
    await app.sync.idle;
    expect(app.weights.pendingCount.value, 0);
  });

  test('each user sees their own data, and a sign-out keeps it', () async {
    final app = await open();
    Future<void> signIn(String? id) async {
      backend.signIn(id);
      await (id == null ? reach<SyncOff>(app) : reach<SyncIdle>(app));
    }

    await signIn('7');
    await add(app, 70);
    await signIn(null);
    expect(app.weights.entries.value, isEmpty);
    await signIn('8');
    expect(app.weights.entries.value, isEmpty);
    await signIn(null);
    await signIn('7');
    expect(app.weights.entries.value, hasLength(1));
    await signIn(null);
    await app.eraseData(const WeightSyncUser(id: '7', email: ''));
    await signIn('7');
    expect(app.weights.entries.value, isEmpty);
  });

  test('a service that cannot be reached is a retry, and a deleted account erases the data', () async {
    backend
      ..isReachable = false
      ..user = const WeightSyncUser(id: '7', email: '');
    final app = await open();
    await app.sync.idle;
    expect(app.sync.status.value, isA<SyncOffline>());
    await add(app, 70);
    backend
      ..isReachable = true
      ..tokens = ['gone'];
    code = 'account_gone';
    await app.sync.syncNow();
    expect(app.sync.status.value, isA<SyncOff>());
    expect(app.weights.entries.value, isEmpty);
    expect(Directory('${folder.path}/accounts').listSync(), isEmpty);
  });
}
