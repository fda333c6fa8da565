import 'dart:io';

import 'package:flutter/foundation.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/sync_tasks.dart';
import 'package:weight_sync/weight_sync.dart';

import '../support/folder.dart';
import '../support/hints.dart';
import '../support/memory_token_storage.dart';
import '../support/scripted_answer.dart';
import '../support/scripted_server.dart';
import '../support/tokens.dart';

/// A second health metric: hours of sleep, which are sent and kept in memory.
final class _Sleep implements SyncTask, AccountData {
  _Sleep(this._clientOf);

  final AuthorizedClient Function(WeightSyncUser user) _clientOf;
  final _waiting = <int>[];

  /// What happened to the user's data.
  final calls = <String>[];

  Future<void> add(int hours) async {
    _waiting.add(hours);
    pending.value = _waiting.length;
    edits.value++;
  }

  @override
  String get name => 'sleep';

  @override
  final Observed<int> pending = Observed(0);

  @override
  final Observed<int> edits = Observed(0);

  @override
  final Observed<int> conflicts = Observed(0);

  @override
  int get refusedCount => 0;

  @override
  int get unreadCount => 0;

  @override
  DateTime? lastSync;

  @override
  Future<void> synchronize(
    WeightSyncUser user,
    void Function(SyncRunning progress) onProgress, {
    required void Function(String event) log,
    bool isByHand = false,
  }) async {
    for (final hours in [..._waiting]) {
      await _clientOf(user).send('POST', '/api/health-metrics/sleep', body: {'hours': hours});
      _waiting.remove(hours);
      pending.value = _waiting.length;
    }
    lastSync = DateTime.utc(2026);
  }

  /// Whether the device has no space for the data.
  bool isFull = false;

  @override
  Future<void> open(WeightSyncUser? user) async {
    if (isFull) throw const StorageFailure('full');
    calls.add('open ${user?.id}');
  }

  @override
  int get unsentCount => _waiting.length;

  @override
  Future<void> close() async => calls.add('close');

  @override
  Future<void> keep(WeightSyncUser user) async => calls.add('keep ${user.id}');

  @override
  Future<void> erase(WeightSyncUser user) async => calls.add('erase ${user.id}');
}

void main() {
  test('a second metric is synced, counted and erased with the weights', () async {
    final server = await ScriptedServer.start();
    final hints = Hints();
    server.answer = (asked) => switch ((asked.method, asked.path)) {
      (_, '/api/auth/login') => ScriptedAnswer(200, tokens()),
      (_, '/api/auth/logout') => const ScriptedAnswer(200, <String, Object?>{}),
      ('GET', '/api/health-metrics/weight/sync') => const ScriptedAnswer(200, {
        'data': <Object?>[],
        'sync': {'next_since': 'c', 'has_more': false, 'epoch': 'e1'},
      }),
      ('POST', '/api/health-metrics/sleep') => const ScriptedAnswer(200, <String, Object?>{}),
      _ => const ScriptedAnswer(404, {'code': 'not_found'}),
    };
    late _Sleep sleep;
    final app = await WeightSync.open(
      server: server.url,
      folder: GivenDataFolder(temporary()),
      tokens: MemoryTokenStorage(),
      connectivity: hints,
      background: hints,
      moreTasks: (clientOf) => [sleep = _Sleep(clientOf)],
    );
    addTearDown(app.close);
    await app.authentication.signIn(email: 'a', password: 'b');
    await app.sync.idle;
    await sleep.add(8);
    expect((app.weights.pendingCount.value, app.sync.pending.value), (0, 1));
    expect(await app.authentication.signOut(), isA<SignOutNeedsDecision>());
    await app.sync.syncNow();

    expect(app.sync.status.value, isA<SyncIdle>());
    final sent = server.asked.last;
    expect((sent.path, sent.bearer, sent.body['hours']), ('/api/health-metrics/sleep', 'access-1', 8));
    expect(app.sync.report(), contains('weights and sleep'));
    await app.authentication.signOut();
    expect(sleep.calls, ['open null', 'close', 'open u1', 'erase u1']);
  });

  test('a failed open leaves no file open, and follows no sign-in', () async {
    final folder = temporary();
    final signIn = _Backend();
    late _Sleep sleep;
    Future<WeightSync> open({required bool isFull}) => WeightSync.open(
      server: Uri.parse('http://127.0.0.1:9'),
      folder: GivenDataFolder(folder),
      signIn: signIn,
      moreTasks: (clientOf) => [sleep = _Sleep(clientOf)..isFull = isFull],
    );

    await expectLater(open(isFull: true), throwsA(isA<StorageFailure>()));
    expect(sleep.calls, ['close']);
    expect(signIn.hasListeners, isFalse);
    expect(_openFilesIn(folder), isEmpty);
    await (await open(isFull: false)).close();
    expect(_openFilesIn(folder), isEmpty);
  }, skip: Platform.isLinux ? null : 'needs /proc');
}

/// The files and folders in [folder] that this process has open.
Iterable<String> _openFilesIn(String folder) sync* {
  for (final link in Directory('/proc/self/fd').listSync(followLinks: false).whereType<Link>()) {
    try {
      if (link.targetSync() case final target when target.startsWith(folder)) yield target;
    } on FileSystemException {
      // Closed meanwhile: that of the listing itself.
    }
  }
}

/// The sign-in of an app with a backend of its own, where nobody is signed in.
final class _Backend extends ChangeNotifier implements OwnSignIn {
  @override
  WeightSyncUser? get user => null;

  @override
  Listenable get changes => this;

  @override
  bool get hasListeners => super.hasListeners;

  @override
  Future<String?> accessToken({String? refused}) async => null;
}
