import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/features/health_tracking/presentation/weight_list/weight_chart.dart';
import 'package:weight_sync/features/health_tracking/presentation/weight_list/weight_list_view_model.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/samples.dart';
import 'support/stage.dart';

void main() {
  testWidgets('an empty list says how to begin', (tester) async {
    await Stage(tester).showApp();
    expect(find.text('No weights yet'), findsOneWidget);
    expect(find.text('Add weight'), findsOneWidget);
    expect(find.byType(WeightChart), findsNothing);
  });

  testWidgets('weights are shown in the chosen unit and stay as they are', (tester) async {
    final stage = Stage(tester, entries: entries);
    await stage.showApp();
    expect(find.text('75.1 kg'), findsOneWidget, reason: '165.5 lb');
    stage.preferences.unit.value = WeightUnit.lb;
    await tester.pump();
    expect(find.text('165.5 lb'), findsOneWidget);
    expect(stage.weights.entries.value[2].weight, Weight(165.5, WeightUnit.lb));
  });

  testWidgets('each mark says how an entry stands', (tester) async {
    await Stage(tester, entries: entries).showApp();
    await tester.drag(find.byType(ListView), const Offset(0, -500));
    await tester.pump();
    for (final mark in ['Not sent yet', 'Changed on another device', 'Not accepted. Tap to correct']) {
      expect(find.textContaining(mark, findRichText: true), findsOneWidget);
    }
  });

  testWidgets('the chart tells screen readers what it shows', (tester) async {
    final semantics = tester.ensureSemantics();
    await Stage(tester, entries: entries).showApp();
    expect(
      find.bySemanticsLabel('Chart of 4 weights. Lowest 74.3 kg, highest 75.25 kg, latest 74.7 kg.'),
      findsOneWidget,
    );
    semantics.dispose();
  });

  testWidgets('a row is one sentence to screen readers', (tester) async {
    final semantics = tester.ensureSemantics();
    await Stage(tester, entries: [entry(74.7, mark: EntryMark.pending)]).showApp();
    expect(find.bySemanticsLabel(RegExp(r'^74\.7 kg\n.*\n.*Not sent yet', dotAll: true)), findsOneWidget);
    semantics.dispose();
  });

  testWidgets('the chart looks as far back as people want', (tester) async {
    await Stage(tester, entries: entries).showApp();
    List<WeightEntry> charted() => tester.widget<WeightChart>(find.byType(WeightChart)).entries;
    expect(charted(), hasLength(4));
    await tester.tap(find.text('All'));
    await tester.pump();
    expect(charted(), hasLength(5));
    expect(find.textContaining('−5.3 kg since'), findsOneWidget);
  });

  testWidgets('a period without weights says so', (tester) async {
    await Stage(tester, entries: [entry(80, days: 200)]).showApp();
    expect(find.text('No weights in this period'), findsOneWidget);
  });

  testWidgets('a touch on the chart tells the nearest weight', (tester) async {
    await Stage(tester, entries: entries).showApp();
    final chart = tester.getRect(find.byType(WeightChart));
    await tester.tapAt(chart.topRight + const Offset(-10, 60));
    await tester.pump();
    expect(find.textContaining('74.7 kg  ·'), findsOneWidget);
  });

  testWidgets('a weight that was swiped away can be brought back', (tester) async {
    final stage = Stage(tester, entries: [entry(74.7), entry(74.3, days: 3)]);
    await stage.showApp();
    await tester.fling(find.text('74.3 kg'), const Offset(-400, 0), 1000);
    await tester.pumpAndSettle();
    expect(find.text('74.3 kg'), findsNothing);
    await tester.tap(find.text('Undo'));
    await tester.pumpAndSettle();
    expect(find.text('74.3 kg'), findsOneWidget);
  });

  testWidgets('a weight that could not be deleted stays, and people are told', (tester) async {
    final stage = Stage(tester, entries: [entry(74.7), entry(74.3, days: 3)]);
    await stage.showApp();
    stage.weights.trouble = Exception('disk full');
    await tester.fling(find.text('74.3 kg'), const Offset(-400, 0), 1000);
    await tester.pumpAndSettle();
    expect(find.text('74.3 kg'), findsOneWidget);
    expect(find.textContaining('could not store'), findsOneWidget);
  });

  testWidgets('a weight that could not be brought back is told', (tester) async {
    final stage = Stage(tester, entries: [entry(74.7), entry(74.3, days: 3)]);
    await stage.showApp();
    await tester.fling(find.text('74.3 kg'), const Offset(-400, 0), 1000);
    await tester.pumpAndSettle();
    stage.weights.trouble = Exception('disk full');
    await tester.tap(find.text('Undo'));
    await tester.pumpAndSettle();
    expect(find.textContaining('could not store'), findsOneWidget);
  });

  testWidgets('another user never sees what lay open', (tester) async {
    final stage = Stage(tester, entries: [entry(74.7)]);
    await stage.showApp();
    await tester.tap(find.text('74.7 kg').last);
    await tester.pumpAndSettle();
    stage.weights.entries.value = const [];
    stage.authentication.state.value = const SignedIn(User(id: 'u2', email: 'bob@example.org'));
    await tester.pumpAndSettle();
    expect(find.text('Edit weight'), findsNothing);
    expect(find.text('No weights yet'), findsOneWidget);
  });

  testWidgets('a screen that is gone listens no more', (tester) async {
    final stage = Stage(tester);
    final model = WeightListViewModel(stage.weights, stage.preferences);
    var told = 0;
    model
      ..addListener(() => told++)
      ..dispose();
    stage.weights.entries.value = [entry(1)];
    expect(told, 0);
  });

  testWidgets('damaged data is told until somebody has read it', (tester) async {
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
}
