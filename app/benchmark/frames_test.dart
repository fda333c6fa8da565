import 'dart:io';

import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import '../test/presentation/support/many_entries.dart';
import '../test/presentation/support/stage.dart';
import 'steps.dart';

/// What a frame costs this thread (build, layout and paint; the raster thread's work comes on top).
/// Prints figures and asserts none of them.
void main() {
  // Within a widget test, whose time is fake, nothing can be written.
  final figures = <String>[];
  tearDownAll(() => figures.forEach(stdout.writeln));

  Future<void> printFrames(WidgetTester tester, String? name, int count, Future<void> Function(int) change) async {
    final costs = <Duration>[];
    for (var i = 0; i < count; i++) {
      await change(i);
      final before = processorTime();
      await tester.pump(const Duration(milliseconds: 16));
      costs.add(processorTime() - before);
    }
    String ms(Duration cost) => '${(cost.inMicroseconds / 1000).toStringAsFixed(1)} ms';
    if (name == null) return;
    costs.sort();
    figures.add('  $name: median ${ms(costs[costs.length ~/ 2])}, longest ${ms(costs.last)}');
  }

  // The first of these only warms up the compiler. A small list shows what does not come from the size.
  for (final (count, isPrinted) in [(200, false), (200, true), (50000, true)]) {
    testWidgets('frames with $count entries', (tester) async {
      final stage = Stage(tester, entries: manyEntries.sublist(0, count));
      await stage.showApp();
      await tester.tap(find.text('All'));
      await tester.pumpAndSettle();
      Future<void> measure(String name, int frames, Future<void> Function(int) change) =>
          printFrames(tester, isPrinted ? '$count entries, $name' : null, frames, change);

      final chart = tester.getRect(find.byType(WeightChart));
      final finger = await tester.startGesture(chart.centerLeft + const Offset(60, 0));
      await measure('a finger moves over the chart of all', 60, (_) => finger.moveBy(const Offset(4, 0)));
      await finger.up();
      await tester.pumpAndSettle();
      await measure(
        'a weight is added',
        20,
        (i) => stage.weights.add(weight: Weight(80.0 + i, WeightUnit.kg), timestamp: DateTime.now().toUtc()),
      );
      await measure('the list is scrolled', 60, (_) => tester.drag(find.byType(ListView), const Offset(0, -20)));
    });
  }
}
