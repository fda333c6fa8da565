import 'dart:async';

import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import '../support/folder.dart';
import '../support/hints.dart';
import '../support/memory_token_storage.dart';
import '../support/scripted_answer.dart';
import '../support/scripted_server.dart';
import '../support/tokens.dart';

/// Each write takes 200 ms.
final class _SlowStorage extends MemoryTokenStorage {
  final begun = Completer<void>();

  @override
  Future<void> write(String text) async {
    if (this.text != null && !begun.isCompleted) begun.complete();
    await Future<void>.delayed(const Duration(milliseconds: 200));
    await super.write(text);
  }
}

void main() {
  late ScriptedServer server;
  late String folder;

  setUp(() async {
    server = await ScriptedServer.start();
    folder = temporary();
  });

  test('an app with the default options can be closed and opened again', () async {
    for (var times = 0; times < 2; times++) {
      final app = await WeightSync.open(server: server.url, folder: GivenDataFolder(folder));
      await app.close();
    }
  });

  test('closing does not wait for pending requests', () async {
    server.answer = (asked) =>
        asked.path == '/api/auth/login' ? ScriptedAnswer(200, tokens()) : Completer<ScriptedAnswer>().future;
    final app = await WeightSync.open(server: server.url, folder: GivenDataFolder(folder));
    await app.authentication.signIn(email: 'a', password: 'b');
    await app.close();
  });

  test('closing waits until refreshed tokens are stored', () async {
    final storage = _SlowStorage();
    final hints = Hints();
    server.answer = (asked) => switch (asked.path) {
      '/api/auth/login' => ScriptedAnswer(200, tokens()),
      '/api/auth/refresh' => ScriptedAnswer(200, tokens(access: 'access-2', refresh: 'refresh-2')),
      '/api/limits' => const ScriptedAnswer(404, {'code': 'not_found'}),
      _ => const ScriptedAnswer(401, {'code': 'token_expired'}),
    };
    final app = await WeightSync.open(
      server: server.url,
      folder: GivenDataFolder(folder),
      tokens: storage,
      connectivity: hints,
      background: hints,
    );
    await app.authentication.signIn(email: 'a', password: 'b');
    await storage.begun.future;
    await app.close();
    expect(storage.text, contains('refresh-2'));
  });
}
