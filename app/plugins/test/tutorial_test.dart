import 'dart:async';
import 'dart:io';

import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:path_provider/path_provider.dart';
import 'package:weight_sync/weight_sync.dart';
import 'package:weight_sync_plugins/weight_sync_plugins.dart';

import '../../test/support/folder.dart';
import '../../test/support/scripted_answer.dart';
import '../../test/support/scripted_server.dart';
import '../../test/support/tokens.dart';
import 'support/tutorial.dart';

/// The app of the tutorial in ../README.md, whose code is support/tutorial.dart.
void main() {
  late ScriptedServer server;

  setUp(() async {
    HttpOverrides.global = null;
    server = await ScriptedServer.start();
    server.answer = (_) => const ScriptedAnswer(404, {'code': 'not_found'});
    stubbedFolder = temporary();
  });

  /// Lets files and connections do their work until [action] has ended.
  Future<T> io<T>(WidgetTester tester, Future<T> Function() action) async {
    final ended = Completer<T>();
    unawaited(action().then(ended.complete, onError: ended.completeError));
    while (!ended.isCompleted) {
      await tester.runAsync(() => Future<void>.delayed(const Duration(milliseconds: 10)));
      await tester.pump(const Duration(milliseconds: 10));
    }
    return ended.future;
  }

  Future<WeightSync> open(WidgetTester tester) => io(tester, () => WeightSyncPlugins.open(server: server.url));

  testWidgets('a weight is added without an account, survives a restart, and is deleted', (tester) async {
    final app = await open(tester);
    await tester.pumpWidget(MyApp(app));
    expect(find.text('On this device only. Tap to sign in.'), findsOneWidget);
    await tester.tap(find.byType(FloatingActionButton));
    await io(tester, () => app.weights.entries.stream.firstWhere((entries) => entries.isNotEmpty));
    await tester.pump();
    expect(find.text('74.5 kg'), findsOneWidget);
    await io(tester, app.close);

    final again = await open(tester);
    await tester.pumpWidget(MyApp(again, key: UniqueKey()));
    expect(find.text('74.5 kg'), findsOneWidget);
    await tester.longPress(find.text('74.5 kg'));
    await io(tester, () => again.weights.entries.stream.firstWhere((entries) => entries.isEmpty));
    await tester.pump();
    expect(find.text('74.5 kg'), findsNothing);
    await io(tester, again.close);
  });

  testWidgets('the line about sync opens the sign-in form', (tester) async {
    final app = await open(tester);
    await tester.pumpWidget(MyApp(app));
    await tester.tap(find.text('On this device only. Tap to sign in.'));
    await tester.pumpAndSettle();
    expect(find.byType(TextField), findsNWidgets(2));
    await io(tester, app.close);
  });

  testWidgets('weights from before the sign-in are named until the account has loaded, and signing out asks', (
    tester,
  ) async {
    final signedOut = Completer<void>();
    server.answer = (asked) {
      if (asked.path == '/api/auth/logout') signedOut.complete();
      return asked.path == '/api/auth/login'
          ? ScriptedAnswer(200, tokens())
          : const ScriptedAnswer(503, {'code': 'unavailable'});
    };
    final app = await open(tester);
    await tester.pumpWidget(MyApp(app));
    await io(tester, () => app.weights.add(weight: Weight(74.5, WeightUnit.kg), timestamp: DateTime.utc(2026)));
    await io(tester, () => app.authentication.signIn(email: 'ada@example.org', password: 'secret'));
    await io(tester, () => app.sync.idle);
    await tester.pump();
    expect(find.text('74.5 kg'), findsNothing);
    expect(find.text('One weight on this device is not in your account'), findsOneWidget);
    expect(find.text('The server has a problem. Nothing is lost.'), findsOneWidget);

    await tester.tap(find.byTooltip('Sign out'));
    await tester.pumpAndSettle();
    await tester.tap(find.text('Remove from this device'));
    await io(tester, () => signedOut.future);
    await tester.pumpAndSettle();
    expect(find.text('74.5 kg'), findsOneWidget);
    expect(find.byTooltip('Sign out'), findsNothing);
    await io(tester, app.close);
  });

  testWidgets('the ready-made screens are an app', (tester) async {
    final app = await open(tester);
    await runWeightSyncApp(() async => app);
    await tester.pumpAndSettle();
    expect(find.byType(FloatingActionButton), findsOneWidget);
    await tester.pumpWidget(const SizedBox());
    await io(tester, app.close);
  });
}
