import 'dart:async';

import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import '../support/folder.dart';
import '../support/hints.dart';

/// The whole app in one call: also while the data is being opened, and if it cannot be.
void main() {
  testWidgets('a second window says that the first one is open, in the user\'s language', (tester) async {
    await runWeightSyncApp(() => throw const FolderInUse('data'), locale: const Locale('de'));
    await tester.pumpAndSettle();
    expect(find.text('Diese App ist schon in einem anderen Fenster oder Tab geöffnet.'), findsOneWidget);
  });

  testWidgets('a device that cannot store anything says so, with the system\'s message', (tester) async {
    await runWeightSyncApp(() => throw const StorageFailure('read-only file system'), themeMode: ThemeMode.dark);
    await tester.pumpAndSettle();
    expect(find.text('This device cannot store your weights.'), findsOneWidget);
    expect(find.text('read-only file system'), findsOneWidget);
    expect(Theme.of(tester.element(find.byType(Scaffold))).brightness, Brightness.dark);
  });

  testWidgets('an opening that waits for another window says so', (tester) async {
    final opening = Completer<WeightSync>();
    unawaited(runWeightSyncApp(() => opening.future));
    await tester.pump(const Duration(milliseconds: 100));
    expect(find.byType(MaterialApp), findsNothing, reason: 'a fast one shows the list at once');
    await tester.pump(const Duration(seconds: 1));
    await tester.pump();
    expect(find.text('Opening your weights …'), findsOneWidget);
    opening.completeError(const FolderInUse('data'));
    await tester.pumpAndSettle();
    expect(find.text('This app is already open in another window or tab.'), findsOneWidget);
  });

  testWidgets('an app that signs in itself passes its screens, its theme and its texts', (tester) async {
    final app = (await tester.runAsync(
      () => WeightSync.open(
        server: Uri.parse('http://127.0.0.1:9'),
        folder: GivenDataFolder(temporary()),
        signIn: const _Nobody(),
        connectivity: Hints(),
        background: Hints(),
      ),
    ))!;
    await runWeightSyncApp(
      () async => app,
      screens: (app) => WeightScreens.withOwnSignIn(
        hostAccount: HostAccount(name: 'Acme Health', onSignIn: (_) {}),
        state: app.authenticationState,
        weights: app.weights,
        sync: app.sync,
        preferences: app.preferences,
      ),
      theme: ThemeData(platform: TargetPlatform.fuchsia),
      darkTheme: ThemeData(brightness: Brightness.dark),
      localizationsDelegates: const [_OwnTexts()],
    );
    await tester.pumpAndSettle();
    expect(Theme.of(tester.element(find.byType(Scaffold))).platform, TargetPlatform.fuchsia);
    expect(find.text('Nothing weighed so far'), findsOneWidget);
    await tester.tap(find.byTooltip('Settings'));
    await tester.pumpAndSettle();
    expect(find.text('Acme Health'), findsOneWidget);
    await tester.pumpWidget(const SizedBox());
    await tester.runAsync(app.close);
  });
}

/// The sign-in of an app with a backend of its own, before anybody has signed in.
final class _Nobody implements OwnSignIn {
  const _Nobody();

  @override
  WeightSyncUser? get user => null;

  @override
  Listenable get changes => Listenable.merge(const []);

  @override
  Future<String?> accessToken({String? refused}) async => null;
}

class _OwnWords extends WeightWords {
  const _OwnWords();

  @override
  String get emptyTitle => 'Nothing weighed so far';
}

class _OwnTexts extends LocalizationsDelegate<WeightWords> {
  const _OwnTexts();

  @override
  bool isSupported(Locale locale) => true;

  @override
  Future<WeightWords> load(Locale locale) async => const _OwnWords();

  @override
  bool shouldReload(_OwnTexts old) => false;
}
