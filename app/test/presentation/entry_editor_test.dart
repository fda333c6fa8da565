import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/samples.dart';
import 'support/stage.dart';

Future<void> _type(WidgetTester tester, String number) async {
  await tester.enterText(find.byType(TextField), number);
  await tester.tap(find.text('Save'));
  await tester.pumpAndSettle();
}

String _number(WidgetTester tester) => tester.widget<EditableText>(find.byType(EditableText)).controller.text;

Future<Stage> _opened(WidgetTester tester, {List<WeightEntry> entries = const [], String tapOn = 'Add weight'}) async {
  final stage = Stage(tester, entries: entries);
  await stage.showApp();
  await tester.ensureVisible(find.text(tapOn).last);
  await tester.pumpAndSettle();
  await tester.tap(find.text(tapOn).last);
  await tester.pumpAndSettle();
  return stage;
}

void main() {
  testWidgets('a new weight is stored as typed, with a comma or a point', (tester) async {
    final stage = await _opened(tester);
    await _type(tester, '74,35');
    expect(stage.weights.entries.value.single.weight, const Weight.hundredths(7435, WeightUnit.kg));
    expect(find.text('Save'), findsNothing);
  });

  testWidgets('text that is not a number is not stored', (tester) async {
    final stage = await _opened(tester);
    for (final text in ['', '.', '7.4.1']) {
      await _type(tester, text);
      expect(find.text('Enter a number, like 72.5'), findsOneWidget);
    }
    expect(stage.weights.entries.value, isEmpty);
  });

  testWidgets('the server\'s limits apply, in the chosen unit', (tester) async {
    final stage = await _opened(tester);
    stage.weights.limits.value = const ServerLimits(ranges: {WeightUnit.kg: WeightRange(2000, 30000)});
    await _type(tester, '300.01');
    expect(find.text('Enter 20.0 kg to 300.0 kg'), findsOneWidget);
    await _type(tester, '300');
    expect(stage.weights.entries.value, hasLength(1));
  });

  testWidgets('an entry is edited in its own unit, and saving it unchanged changes nothing', (tester) async {
    final old = entry(165.55, unit: WeightUnit.lb);
    final stage = await _opened(tester, entries: [old], tapOn: '75.1 kg');
    expect(find.text('165.55'), findsOneWidget);
    await tester.tap(find.text('Save'));
    await tester.pumpAndSettle();
    expect(stage.weights.entries.value.single, same(old));
  });

  testWidgets('choosing another unit converts the number, and choosing the old one brings it back', (tester) async {
    final old = entry(74.35);
    final stage = await _opened(tester, entries: [old], tapOn: '74.35 kg');
    await tester.tap(find.text('lb'));
    await tester.pump();
    expect(_number(tester), '163.9');
    await tester.tap(find.text('st'));
    await tester.pump();
    expect(_number(tester), '11.71');
    await tester.tap(find.text('kg').last);
    await tester.pump();
    expect(_number(tester), '74.35');
    await tester.tap(find.text('Save'));
    await tester.pumpAndSettle();
    expect(stage.weights.entries.value.single, same(old));
  });

  testWidgets('a converted number is stored in the chosen unit', (tester) async {
    final stage = await _opened(tester, entries: [entry(74.3)], tapOn: '74.3 kg');
    await tester.tap(find.text('lb'));
    await tester.pump();
    await tester.tap(find.text('Save'));
    await tester.pumpAndSettle();
    expect(stage.weights.entries.value.single.weight, Weight(163.8, WeightUnit.lb));
  });

  testWidgets('the form asks before it stores a weight far off the last one', (tester) async {
    final stage = await _opened(tester, entries: [entry(74.3), entry(74, days: 1)], tapOn: '74.3 kg');
    await _type(tester, '33.7');
    expect(find.textContaining('33.7 kg is far from 74.0 kg'), findsOneWidget);
    await tester.tap(find.text('Cancel'));
    await tester.pumpAndSettle();
    expect(stage.weights.entries.value.first.weight, Weight(74.3, WeightUnit.kg));
    expect(find.text('33.7'), findsOneWidget, reason: 'the form stays open with the input');
    await tester.tap(find.text('Save'));
    await tester.pumpAndSettle();
    await tester.tap(find.text('Save anyway'));
    await tester.pumpAndSettle();
    expect(stage.weights.entries.value.first.weight, Weight(33.7, WeightUnit.kg));
  });

  testWidgets('the form asks about a new weight far off the one nearest in time', (tester) async {
    final stage = await _opened(tester, entries: [entry(60), entry(99, days: 400)]);
    await _type(tester, '98');
    expect(find.textContaining('98.0 kg is far from 60.0 kg'), findsOneWidget);
    expect(stage.weights.entries.value, hasLength(2));
  });

  for (final (name, old, typed) in [('a small change', 60.0, '61'), ('the correction of a slip', 9.9, '99.5')]) {
    testWidgets('the form does not ask about $name', (tester) async {
      final stage = await _opened(tester, entries: [entry(old), entry(99, days: 400)], tapOn: '$old kg');
      await _type(tester, typed);
      expect(stage.weights.entries.value.first.weight, Weight(double.parse(typed), WeightUnit.kg));
    });
  }

  testWidgets('a new weight is entered in the chosen unit', (tester) async {
    final stage = Stage(tester)..preferences.unit.value = WeightUnit.st;
    await stage.showApp();
    await tester.tap(find.text('Add weight'));
    await tester.pumpAndSettle();
    await _type(tester, '11.5');
    expect(stage.weights.entries.value.single.weight, Weight(11.5, WeightUnit.st));
  });

  testWidgets('the buttons step by a tenth from the latest weight', (tester) async {
    await _opened(tester, entries: [entry(74.7)]);
    await tester.tap(find.byTooltip('A tenth more'));
    await tester.pump();
    expect(find.text('74.8'), findsOneWidget);
    await tester.tap(find.byTooltip('A tenth less'));
    await tester.tap(find.byTooltip('A tenth less'));
    await tester.pump();
    expect(find.text('74.6'), findsOneWidget);
  });

  testWidgets('a refused entry shows the reason', (tester) async {
    await _opened(tester, entries: [entries[3]], tapOn: '75.25 kg');
    expect(find.textContaining('The server did not accept this weight'), findsOneWidget);
    expect(find.text('Enter 0.1 kg to 1000.0 kg'), findsOneWidget);
  });

  testWidgets('an entry that a full account has no room for says so', (tester) async {
    const full = [FieldProblem('', 'quota_exceeded')];
    await _opened(
      tester,
      entries: [entry(75, mark: EntryMark.refused, problems: full)],
      tapOn: '75.0 kg',
    );
    expect(find.textContaining('The account is full'), findsOneWidget);
    expect(find.textContaining('The server did not accept this weight. Correct'), findsNothing);
  });

  testWidgets('a form that could not be stored stays open with the input', (tester) async {
    final stage = await _opened(tester);
    stage.weights.trouble = Exception('disk full');
    await _type(tester, '74.4');
    expect(find.textContaining('could not store'), findsOneWidget);
    expect(find.text('74.4'), findsOneWidget);
  });

  testWidgets('a time in the future is reported below the time', (tester) async {
    final stage = Stage(tester);
    final later = DateTime.now().toUtc().add(const Duration(days: 3));
    final ahead = WeightEntry(key: 'e', weight: Weight(74, WeightUnit.kg), timestamp: later, editedAt: later);
    stage.weights.entries.value = [ahead];
    await stage.show(stage.screens.editor(ahead));
    await _type(tester, '75');
    expect(find.text('This time lies in the future.'), findsOneWidget);
  });

  testWidgets('date and time can be chosen', (tester) async {
    final old = entry(74.7, days: 3);
    final stage = await _opened(tester, entries: [old], tapOn: '74.7 kg');
    for (final what in ['Date', 'Time']) {
      await tester.tap(find.text(what));
      await tester.pumpAndSettle();
      await tester.tap(find.text('OK'));
      await tester.pumpAndSettle();
    }
    await tester.tap(find.text('Save'));
    await tester.pumpAndSettle();
    final kept = stage.weights.entries.value.single.timestamp;
    expect(old.timestamp.difference(kept), lessThan(const Duration(minutes: 1)));
  });

  testWidgets('deleting an entry can be undone', (tester) async {
    final stage = await _opened(tester, entries: [entry(74.7)], tapOn: '74.7 kg');
    await tester.tap(find.byTooltip('Delete'));
    await tester.pumpAndSettle();
    expect(stage.weights.entries.value, isEmpty);
    await tester.tap(find.text('Undo'));
    await tester.pumpAndSettle();
    expect(stage.weights.entries.value, hasLength(1));
  });

  testWidgets('a failed undo of a deletion is shown', (tester) async {
    final stage = await _opened(tester, entries: [entry(74.7)], tapOn: '74.7 kg');
    await tester.tap(find.byTooltip('Delete'));
    await tester.pumpAndSettle();
    stage.weights.trouble = Exception('disk full');
    await tester.tap(find.text('Undo'));
    await tester.pumpAndSettle();
    expect(find.textContaining('could not store'), findsOneWidget);
  });

  testWidgets('a weight is fully visible on a small phone with text of twice the size', (tester) async {
    final stage = Stage(tester, entries: entries);
    await stage.show(stage.screens.editor(entries[3]), textScale: 2, size: const Size(320, 640));
    final field = tester.getSize(find.byType(EditableText));
    final text = TextPainter(
      text: TextSpan(text: '1000.55', style: tester.widget<EditableText>(find.byType(EditableText)).style),
      textDirection: TextDirection.ltr,
      textScaler: const TextScaler.linear(2),
    )..layout();
    // The test font is as wide as it is high, twice as wide as a real one.
    expect(field.width, greaterThan(text.width / 2));
  });
}
