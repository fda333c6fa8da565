import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/features/health_tracking/presentation/weight_list/weight_list_view_model.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/samples.dart';
import 'support/stage.dart';

void main() {
  testWidgets('an empty list explains how to start', (tester) async {
    await Stage(tester).showApp();
    expect(find.text('No weights yet'), findsOneWidget);
    expect(find.text('Add weight'), findsOneWidget);
    expect(find.byType(WeightChart), findsNothing);
  });

  testWidgets('weights are shown in the chosen unit and not changed', (tester) async {
    final stage = Stage(tester, entries: entries);
    await stage.showApp();
    expect(find.text('75.1 kg'), findsOneWidget, reason: '165.5 lb');
    stage.preferences.unit.value = WeightUnit.lb;
    await tester.pump();
    expect(find.text('165.5 lb'), findsOneWidget);
    expect(stage.weights.entries.value[2].weight, Weight(165.5, WeightUnit.lb));
  });

  testWidgets('each mark explains the state of an entry', (tester) async {
    await Stage(tester, entries: entries).showApp();
    await tester.drag(find.byType(ListView), const Offset(0, -500));
    await tester.pump();
    for (final mark in ['Not sent yet', 'Changed on another device', 'Not accepted. Tap to correct']) {
      expect(find.textContaining(mark, findRichText: true), findsOneWidget);
    }
  });

  testWidgets('the chart has a summary for screen readers', (tester) async {
    final semantics = tester.ensureSemantics();
    await Stage(tester, entries: entries).showApp();
    expect(
      find.bySemanticsLabel('Chart of 4 weights. Lowest 74.3 kg, highest 75.25 kg, latest 74.7 kg.'),
      findsOneWidget,
    );
    semantics.dispose();
  });

  testWidgets('screen readers read a row as one item', (tester) async {
    final semantics = tester.ensureSemantics();
    await Stage(tester, entries: [entry(74.7, mark: EntryMark.pending)]).showApp();
    expect(find.bySemanticsLabel(RegExp(r'^74\.7 kg\n.*\n.*Not sent yet', dotAll: true)), findsOneWidget);
    semantics.dispose();
  });

  testWidgets('the chart shows the chosen period', (tester) async {
    await Stage(tester, entries: entries).showApp();
    List<WeightEntry> charted() => tester.widget<WeightChart>(find.byType(WeightChart)).entries;
    expect(charted(), hasLength(4));
    await tester.tap(find.text('All'));
    await tester.pump();
    expect(charted(), hasLength(5));
    expect(find.textContaining('−5.3 kg since'), findsOneWidget);
  });

  testWidgets('a period without weights shows a text', (tester) async {
    await Stage(tester, entries: [entry(80, days: 200)]).showApp();
    expect(find.text('No weights in this period'), findsOneWidget);
  });

  testWidgets('a touch on the chart shows the nearest weight', (tester) async {
    await Stage(tester, entries: entries).showApp();
    final chart = tester.getRect(find.byType(WeightChart));
    await tester.tapAt(chart.topRight + const Offset(-10, 60));
    await tester.pump();
    expect(find.textContaining('74.7 kg  ·'), findsOneWidget);
  });

  testWidgets('swiping a weight away can be undone', (tester) async {
    final stage = Stage(tester, entries: [entry(74.7), entry(74.3, days: 3)]);
    await stage.showApp();
    await tester.fling(find.text('74.3 kg'), const Offset(-400, 0), 1000);
    await tester.pumpAndSettle();
    expect(find.text('74.3 kg'), findsNothing);
    await tester.tap(find.text('Undo'));
    await tester.pumpAndSettle();
    expect(find.text('74.3 kg'), findsOneWidget);
  });

  for (final isSpoken in [false, true]) {
    testWidgets('the offer to undo ${isSpoken ? 'waits for a screen reader' : 'goes after some seconds'}', (
      tester,
    ) async {
      tester.platformDispatcher.accessibilityFeaturesTestValue = FakeAccessibilityFeatures(
        accessibleNavigation: isSpoken,
      );
      addTearDown(tester.platformDispatcher.clearAccessibilityFeaturesTestValue);
      await Stage(tester, entries: [entry(74.7), entry(74.3, days: 3)]).showApp();
      await tester.fling(find.text('74.3 kg'), const Offset(-400, 0), 1000);
      await tester.pumpAndSettle();
      await tester.pump(const Duration(minutes: 1));
      await tester.pumpAndSettle();
      expect(find.text('Undo'), isSpoken ? findsOneWidget : findsNothing);
    });
  }

  testWidgets('a weight that could not be deleted stays, and the failure is shown', (tester) async {
    final stage = Stage(tester, entries: [entry(74.7), entry(74.3, days: 3)]);
    await stage.showApp();
    stage.weights.trouble = Exception('disk full');
    await tester.fling(find.text('74.3 kg'), const Offset(-400, 0), 1000);
    await tester.pumpAndSettle();
    expect(find.text('74.3 kg'), findsOneWidget);
    expect(find.textContaining('could not store'), findsOneWidget);
  });

  testWidgets('a failed undo is shown', (tester) async {
    final stage = Stage(tester, entries: [entry(74.7), entry(74.3, days: 3)]);
    await stage.showApp();
    await tester.fling(find.text('74.3 kg'), const Offset(-400, 0), 1000);
    await tester.pumpAndSettle();
    stage.weights.trouble = Exception('disk full');
    await tester.tap(find.text('Undo'));
    await tester.pumpAndSettle();
    expect(find.textContaining('could not store'), findsOneWidget);
  });

  testWidgets('a change of user closes the previous user\'s screens', (tester) async {
    final stage = Stage(tester, entries: [entry(74.7)]);
    await stage.showApp();
    await tester.tap(find.text('74.7 kg').last);
    await tester.pumpAndSettle();
    stage.weights.entries.value = const [];
    stage.authentication.state.value = const SignedIn(WeightSyncUser(id: 'u2', email: 'bob@example.org'));
    await tester.pumpAndSettle();
    expect(find.text('Edit weight'), findsNothing);
    expect(find.text('No weights yet'), findsOneWidget);
  });

  for (final isInForm in [false, true]) {
    testWidgets('an undo offered to one user is gone for the next, ${isInForm ? 'form' : 'list'}', (tester) async {
      final stage = Stage(tester, entries: [entry(74.7), entry(74.3, days: 3)]);
      await stage.showApp();
      if (isInForm) {
        await tester.tap(find.text('74.3 kg'));
        await tester.pumpAndSettle();
        await tester.tap(find.byTooltip('Delete'));
      } else {
        await tester.fling(find.text('74.3 kg'), const Offset(-400, 0), 1000);
      }
      await tester.pumpAndSettle();
      expect(find.text('Undo'), findsOneWidget);
      stage.weights.entries.value = const [];
      stage.authentication.state.value = const SignedIn(WeightSyncUser(id: 'u2', email: 'bob@example.org'));
      await tester.pumpAndSettle();
      expect(find.text('Undo'), findsNothing);
    });
  }

  testWidgets('in an app with its own navigation a late undo does nothing after a change of user', (tester) async {
    final stage = Stage(tester, entries: [entry(74.7), entry(74.3, days: 3)]);
    await stage.show(stage.screens.weightList());
    await tester.fling(find.text('74.3 kg'), const Offset(-400, 0), 1000);
    await tester.pumpAndSettle();
    stage.weights
      ..entries.value = const []
      ..isForeign = true;
    await tester.tap(find.text('Undo'));
    await tester.pumpAndSettle();
    expect(stage.weights.entries.value, isEmpty);
    expect(tester.takeException(), isNull);
  });

  testWidgets('a disposed view model does not notify', (tester) async {
    final stage = Stage(tester);
    final model = WeightListViewModel(stage.weights, stage.preferences);
    var notified = 0;
    model
      ..addListener(() => notified++)
      ..dispose();
    stage.weights.entries.value = [entry(1)];
    expect(notified, 0);
  });

  testWidgets('the notice about damaged data stays until it is acknowledged', (tester) async {
    final stage = Stage(tester, entries: entries)..weights.damagedCopy.value = 'weights.journal.damaged-2026';
    await stage.showApp();
    expect(find.textContaining('was damaged'), findsOneWidget);
    stage.weights.trouble = const StorageFailure('disk full');
    await tester.tap(find.text('OK'));
    await tester.pump();
    expect(find.textContaining('could not store'), findsOneWidget);
    stage.weights.trouble = null;
    await tester.tap(find.text('OK'));
    await tester.pump();
    expect(find.textContaining('was damaged'), findsNothing);
  });

  testWidgets('what the server had lost is said calmly, until it is acknowledged', (tester) async {
    final stage = Stage(tester, entries: entries);
    await stage.showApp();
    expect(find.textContaining('had lost'), findsNothing);
    stage.weights.lostByServer.value = 1;
    await tester.pump();
    expect(find.textContaining('had lost one of your weights'), findsOneWidget);
    stage.weights.lostByServer.value = 3;
    await tester.pump();
    expect(find.textContaining('had lost 3 of your weights'), findsOneWidget);
    expect(find.byIcon(Icons.error_outline), findsNothing);
    await tester.tap(find.text('OK'));
    await tester.pump();
    expect(find.textContaining('had lost'), findsNothing);
  });
}
