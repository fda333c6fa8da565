import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/core/presentation/moments.dart';
import 'package:weight_sync/core/sync/presentation/sync_status_text.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/samples.dart';
import 'support/stage.dart';

void main() {
  for (final MapEntry(key: name, value: status) in statuses.entries) {
    testWidgets('the indicator shows "$name" in every language', (tester) async {
      final stage = Stage(tester, entries: entries);
      final titles = <String>{};
      for (final language in ['en', 'de', 'fr', 'es']) {
        stage.sync.status.value = status;
        await stage.show(stage.screens.weightList(), language: language, textScale: 2, size: const Size(320, 640));
        final context = tester.element(find.byType(Scaffold));
        final text = SyncStatusText(status, WeightWords.of(context), Moments.of(context));
        expect(find.byTooltip(RegExp('^${RegExp.escape(text.title)}')), findsOneWidget);
        expect(tester.takeException(), isNull);
        titles.add(text.title);
      }
      expect(titles, hasLength(4), reason: 'each language has a text of its own');
    });
  }

  for (final quiet in ['off', 'idle', 'idle, pending', 'uploading', 'downloading']) {
    testWidgets('there is no banner while sync is "$quiet"', (tester) async {
      final stage = Stage(tester, entries: entries)..sync.status.value = statuses[quiet]!;
      await stage.show(stage.screens.weightList());
      expect(find.text('Sync now'), findsNothing);
      expect(find.text('Sign in'), findsNothing);
    });
  }

  testWidgets('the offline banner shows the pending changes and the next try', (tester) async {
    final stage = Stage(tester, entries: entries)..sync.status.value = statuses['offline']!;
    await stage.show(stage.screens.weightList());
    expect(find.text('No connection to the server'), findsOneWidget);
    expect(find.textContaining('3 changes are kept on this device. Next try at 2:05'), findsOneWidget);
    await tester.tap(find.text('Sync now'));
    expect(stage.sync.runs, 1);
  });

  testWidgets('times have 24 hours if the device is set so', (tester) async {
    tester.platformDispatcher.alwaysUse24HourFormatTestValue = true;
    addTearDown(tester.platformDispatcher.clearAlwaysUse24HourTestValue);
    final stage = Stage(tester, entries: entries)..sync.status.value = statuses['offline']!;
    await stage.show(stage.screens.weightList());
    expect(find.textContaining('Next try at 14:05.'), findsOneWidget);
  });

  testWidgets('the banner stays in its place during a retry, and goes when sync has succeeded', (tester) async {
    final stage = Stage(tester, entries: entries)..sync.status.value = statuses['offline']!;
    await stage.show(stage.screens.weightList());
    final height = tester.getSize(find.byType(SyncBanner)).height;
    expect(height, greaterThan(50));
    for (final running in ['uploading', 'downloading']) {
      stage.sync.status.value = statuses[running]!;
      await tester.pump();
      expect(find.text('No connection to the server'), findsOneWidget);
      expect(tester.getSize(find.byType(SyncBanner)).height, height);
      await tester.tap(find.text('Sync now'));
      expect(stage.sync.runs, 0, reason: 'a run is in progress');
    }
    stage.sync.status.value = statuses['idle']!;
    await tester.pump();
    expect(tester.getSize(find.byType(SyncBanner)).height, 0);
  });

  testWidgets('the banner announces the problem, not each time of the next try', (tester) async {
    final semantics = tester.ensureSemantics();
    final stage = Stage(tester, entries: entries)..sync.status.value = statuses['offline']!;
    await stage.show(stage.screens.weightList());
    expect(
      tester.getSemantics(find.text('No connection to the server')),
      isSemantics(label: 'No connection to the server', isLiveRegion: true),
    );
    semantics.dispose();
  });

  testWidgets('the banner of an expired session opens the sign-in form with the address filled in', (tester) async {
    final stage = Stage(tester, entries: entries)..sync.status.value = statuses['needs sign-in']!;
    stage.authentication.state.value = SignInExpired(stage.authentication.state.value.user!);
    await stage.showApp();
    expect(find.textContaining('74.7'), findsWidgets, reason: 'the weights stay');
    await tester.tap(find.text('Sign in'));
    await tester.pumpAndSettle();
    expect(find.text('ada@example.org'), findsOneWidget);
    await tester.enterText(find.byType(TextFormField).last, 'secret');
    await tester.tap(find.widgetWithText(FilledButton, 'Sign in'));
    await tester.pumpAndSettle();
    expect(stage.authentication.calls, ['signIn ada@example.org secret']);
    expect(find.byTooltip('Settings'), findsOneWidget);
  });

  testWidgets('the banner of conflicts opens the list of conflicts', (tester) async {
    final stage = Stage(tester, entries: entries)..sync.status.value = statuses['conflicts']!;
    stage.weights.conflicts.value = [conflict()];
    await stage.showApp();
    await tester.tap(find.text('Review'));
    await tester.pumpAndSettle();
    expect(find.text('Changed twice'), findsOneWidget);
  });

  for (final (name, tooltip, opened) in [
    ('conflicts', 'One weight was changed on two devices. Review', 'Changed twice'),
    ('needs sign-in', 'Please sign in again. Sign in', 'Sign in again'),
    ('off', 'Not signed in. Sign in', 'New here? Create an account'),
  ]) {
    testWidgets('a tap on the indicator opens what it shows: "$name"', (tester) async {
      final stage = Stage(tester, entries: entries)..sync.status.value = statuses[name]!;
      if (name == 'conflicts') stage.sync.status.value = const SyncConflictWaiting(count: 1);
      if (name == 'needs sign-in') {
        stage.authentication.state.value = SignInExpired(stage.authentication.state.value.user!);
      }
      await stage.showApp();
      await tester.tap(find.byTooltip(tooltip));
      await tester.pumpAndSettle();
      expect(find.text(opened), findsOneWidget);
      expect(stage.sync.runs, 0);
    });
  }

  for (final name in ['idle', 'offline', 'stalled, entriesRefused']) {
    testWidgets('a tap on the indicator syncs when nothing else helps: "$name"', (tester) async {
      final stage = Stage(tester, entries: entries)..sync.status.value = statuses[name]!;
      await stage.show(stage.screens.weightList());
      await tester.tap(find.byTooltip(RegExp('Sync now')).first);
      expect(stage.sync.runs, 1);
    });
  }

  for (final isEmpty in [false, true]) {
    testWidgets('pulling ${isEmpty ? 'an empty list' : 'the list'} down syncs', (tester) async {
      final stage = Stage(tester, entries: isEmpty ? const [] : entries);
      await stage.showApp();
      await tester.fling(find.byType(Scrollable).first, const Offset(0, 400), 1000);
      await tester.pumpAndSettle();
      expect(stage.sync.runs, 1);
    });
  }

  testWidgets('sync cannot be started during a run', (tester) async {
    final stage = Stage(tester, entries: entries)..sync.status.value = statuses['uploading']!;
    await stage.show(stage.screens.weightList());
    await tester.tap(find.byType(CircularProgressIndicator));
    expect(stage.sync.runs, 0);
  });
}
