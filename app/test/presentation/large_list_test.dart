import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/many_entries.dart';
import 'support/stage.dart';

/// Runs [action] and returns the widgets of type [T] that were built meanwhile.
Future<int> _builtDuring<T>(Future<void> Function() action) async {
  var count = 0;
  debugOnRebuildDirtyWidget = (element, _) => count += element.widget is T ? 1 : 0;
  try {
    await action();
  } finally {
    debugOnRebuildDirtyWidget = null;
  }
  return count;
}

Future<Stage> _showAll(WidgetTester tester) async {
  final stage = Stage(tester, entries: manyEntries);
  await stage.showApp();
  await tester.tap(find.text('All'));
  await tester.pumpAndSettle();
  return stage;
}

void main() {
  for (final count in [200, 50000]) {
    testWidgets('dragging over the chart builds neither the chart nor the list, $count entries', (tester) async {
      final stage = await _showAll(tester);
      if (count < manyEntries.length) stage.weights.entries.value = manyEntries.sublist(0, count);
      await tester.pumpAndSettle();
      final chart = tester.getRect(find.byType(WeightChart));
      final finger = await tester.startGesture(chart.centerLeft + const Offset(60, 0));
      final texts = <String>{};
      final built = await _builtDuring<WeightChart>(() async {
        for (var i = 0; i < 60; i++) {
          await finger.moveBy(const Offset(4, 0));
          await tester.pump(const Duration(milliseconds: 16));
          texts.addAll(tester.widgetList<Text>(find.textContaining('kg  ·')).map((text) => text.data!));
        }
      });
      await finger.up();
      expect(built, 0);
      expect(texts.length, greaterThan(30), reason: 'the mark follows the finger');
    });
  }

  testWidgets('an added weight builds its own row and the one whose month it heads', (tester) async {
    final stage = await _showAll(tester);
    for (var i = 0; i < 5; i++) {
      final built = await _builtDuring<WeightEntryTile>(() async {
        await stage.weights.add(weight: Weight(80.0 + i, WeightUnit.kg), timestamp: DateTime.now().toUtc());
        await tester.pump();
      });
      expect(find.text('${80.0 + i} kg'), findsWidgets);
      expect(built, inInclusiveRange(1, 2));
    }
  });

  testWidgets('a deleted weight builds only the row above it', (tester) async {
    final stage = await _showAll(tester);
    await tester.drag(find.byType(ListView), const Offset(0, -400));
    await tester.pumpAndSettle();
    final visible = tester.widgetList<WeightEntryTile>(find.byType(WeightEntryTile)).toList();
    final gone = visible[visible.length ~/ 2].entry;
    final built = await _builtDuring<WeightEntryTile>(() async {
      await stage.weights.delete(gone.key);
      await tester.pump();
    });
    // The next row comes in from below.
    expect(built, inInclusiveRange(1, 3));
  });
}
