import 'dart:io';

import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/stage.dart';

/// 50,000 entries, newest first, three a day.
final List<WeightEntry> _many = [
  for (var i = 0; i < 50000; i++) _entry(i, DateTime.now().toUtc().subtract(Duration(hours: 8 * i + 1))),
];

WeightEntry _entry(int number, DateTime moment) => WeightEntry(
  key: 'k$number',
  weight: Weight.hundredths(7000 + number * 7919 % 900, WeightUnit.kg),
  timestamp: moment,
  editedAt: moment,
);

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

/// The processor time of this thread in microseconds, which a busy machine does not change; elsewhere than on Linux the
/// time.
int _micros() {
  final file = File('/proc/thread-self/schedstat');
  if (!file.existsSync()) return DateTime.now().microsecondsSinceEpoch;
  return int.parse(file.readAsStringSync().split(' ').first) ~/ 1000;
}

/// Prints figures; asserts none, since they depend on the machine.
void _print(String what, List<int> micros) {
  final sorted = [...micros]..sort();
  String ms(int micros) => (micros / 1000).toStringAsFixed(1);
  // ignore: avoid_print, the figures are for the reader of the test's output
  print('$what: median ${ms(sorted[sorted.length ~/ 2])} ms, longest ${ms(sorted.last)} ms');
}

Future<Stage> _showAll(WidgetTester tester) async {
  final stage = Stage(tester, entries: _many);
  await stage.showApp();
  await tester.tap(find.text('All'));
  await tester.pumpAndSettle();
  return stage;
}

void main() {
  for (final count in [200, 50000]) {
    testWidgets('dragging over the chart builds neither the chart nor the list, $count entries', (tester) async {
      final stage = await _showAll(tester);
      if (count < _many.length) stage.weights.entries.value = _many.sublist(0, count);
      await tester.pumpAndSettle();
      final chart = tester.getRect(find.byType(WeightChart));
      final finger = await tester.startGesture(chart.centerLeft + const Offset(60, 0));
      final micros = <int>[];
      final texts = <String>{};
      final built = await _builtDuring<WeightChart>(() async {
        for (var i = 0; i < 60; i++) {
          final before = _micros();
          await finger.moveBy(const Offset(4, 0));
          await tester.pump(const Duration(milliseconds: 16));
          micros.add(_micros() - before);
          texts.addAll(tester.widgetList<Text>(find.textContaining('kg  ·')).map((text) => text.data!));
        }
      });
      await finger.up();
      _print('a frame while dragging over $count entries', micros);
      expect(built, 0);
      expect(texts.length, greaterThan(30), reason: 'the mark follows the finger');
    });
  }

  testWidgets('an added weight builds its own row and the one whose month it heads', (tester) async {
    final stage = await _showAll(tester);
    final micros = <int>[];
    for (var i = 0; i < 5; i++) {
      final built = await _builtDuring<WeightEntryTile>(() async {
        await stage.weights.add(weight: Weight(80.0 + i, WeightUnit.kg), timestamp: DateTime.now().toUtc());
        final before = _micros();
        await tester.pump();
        micros.add(_micros() - before);
      });
      if (i == 4) _print('the frame after an add to 50,000 entries', micros);
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
