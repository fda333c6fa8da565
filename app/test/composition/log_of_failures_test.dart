import 'dart:io';

import 'package:flutter/foundation.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import '../support/folder.dart';
import '../support/hints.dart';
import '../support/memory_token_storage.dart';
import '../support/scripted_answer.dart';
import '../support/scripted_server.dart';
import '../support/tokens.dart';

/// A keystore that deletes nothing.
final class _Undeletable extends MemoryTokenStorage {
  @override
  Future<void> delete() => Future.error(Exception('OSStatus -25308'));
}

/// The sign-in of an app with a backend of its own.
final class _Backend extends ChangeNotifier implements OwnSignIn {
  @override
  WeightSyncUser? user;

  @override
  Listenable get changes => this;

  void signIn(String id) {
    user = WeightSyncUser(id: id, email: '');
    notifyListeners();
  }

  @override
  Future<String?> accessToken({String? refused}) async => null;
}

/// Failures after which the app goes on: only the log says what happened.
void main() {
  late ScriptedServer server;
  late String folder;
  late List<WeightSyncEvent> heard;

  setUp(() async {
    folder = temporary();
    heard = [];
    server = await ScriptedServer.start();
    server.answer = (asked) => asked.path == '/api/auth/login'
        ? ScriptedAnswer(200, tokens())
        : const ScriptedAnswer(404, {'code': 'not_found'});
  });

  Future<WeightSync> open({TokenStorage? tokens, OwnSignIn? signIn, MoreTasks? moreTasks}) async {
    final hints = Hints();
    final app = await WeightSync.open(
      server: server.url,
      folder: GivenDataFolder(folder),
      tokens: tokens,
      signIn: signIn,
      moreTasks: moreTasks,
      connectivity: hints,
      background: hints,
      onEvent: heard.add,
    );
    addTearDown(app.close);
    return app;
  }

  /// The only event whose message begins with [what]; the report has it too.
  WeightSyncEvent only(String what, WeightSync app) {
    final event = heard.singleWhere((event) => event.message.startsWith(what));
    expect(app.sync.report(), contains(event.message));
    return event;
  }

  test('a session that cannot be read, without its text', () async {
    File('$folder/session.json').writeAsBytesSync([0x73, 0x65, 0x63, 0xff]);
    final app = await open();
    expect(only('the session could not be read: ', app).message, isNot(contains('115, 101')));
  });

  test('tokens that cannot be stored', () async {
    final app = await open();
    Directory('$folder/session.json').createSync();
    await app.authentication.signIn(email: 'a', password: 'b');
    expect(only('the session could not be stored: ', app).error, isNull);
    expect(app.authentication.state.value, isA<SignedIn>());
  });

  test('a session that cannot be deleted', () async {
    final app = await open(tokens: _Undeletable());
    await app.authentication.signIn(email: 'a', password: 'b');
    await app.authentication.signOut(data: DataOnDevice.remove);
    expect(only('the session could not be deleted: ', app).message, contains('-25308'));
  });

  test('data that cannot be opened at a sign-in of the app\'s own; a weight is then refused with the reason', () async {
    final backend = _Backend();
    final app = await open(signIn: backend);
    File('$folder/accounts').writeAsStringSync('no folder');
    backend.signIn('7');
    while (heard.every((event) => !event.message.startsWith('the data could not be opened: '))) {
      await Future<void>.delayed(const Duration(milliseconds: 10));
    }
    expect(only('the data could not be opened: storage ', app).error, isNull);
    final added = app.weights.add(weight: Weight(70, WeightUnit.kg), timestamp: DateTime.utc(2026, 2));
    await expectLater(added, throwsA(isA<StorageFailure>()));
  });

  test('an app that cannot be opened', () async {
    Never broken(Object? clientOf) => throw StateError('a bug of the app');
    await expectLater(open(moreTasks: broken), throwsStateError);
    expect(heard.single.message, startsWith('opening failed: '));
    expect(heard.single.stackTrace, isNotNull);
    expect(only('opening failed: ', await open()).error, isStateError);
  });
}
