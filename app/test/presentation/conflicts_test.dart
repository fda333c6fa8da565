import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/samples.dart';
import 'support/stage.dart';

void main() {
  for (final (button, mineWon, answer) in [
    ('Keep mine', true, ConflictAnswer.keepMine),
    ('Undo: bring theirs back', true, ConflictAnswer.keepTheirs),
    ('Keep both', true, ConflictAnswer.keepBoth),
    ('Bring mine back', false, ConflictAnswer.keepMine),
    ('Keep theirs', false, ConflictAnswer.keepTheirs),
    ('Keep both', false, ConflictAnswer.keepBoth),
  ]) {
    testWidgets('"$button" settles a conflict that ${mineWon ? 'mine' : 'theirs'} won', (tester) async {
      final stage = Stage(tester);
      stage.weights.conflicts.value = [conflict(mineWon: mineWon)];
      await stage.show(stage.screens.conflicts());
      await tester.tap(find.text(button));
      await tester.pumpAndSettle();
      expect(stage.weights.answers, [('c1', answer)]);
      expect(find.text('Nothing to decide'), findsOneWidget);
    });
  }

  testWidgets('both versions are shown, and which one is current', (tester) async {
    final semantics = tester.ensureSemantics();
    final stage = Stage(tester);
    stage.weights.conflicts.value = [conflict(mineWon: false)];
    await stage.show(stage.screens.conflicts());
    expect(find.bySemanticsLabel(RegExp(r'^This device\n74\.7 kg\nMar 4, 2026, ')), findsOneWidget);
    expect(find.bySemanticsLabel(RegExp(r'^Other device\nStands now\n75\.2 kg')), findsOneWidget);
    semantics.dispose();
  });

  testWidgets('an entry deleted on another device cannot be kept twice', (tester) async {
    final stage = Stage(tester);
    stage.weights.conflicts.value = [
      conflict(mineWon: false, isDeletedThere: true, reason: ConflictReason.deletedOnServer),
    ];
    await stage.show(stage.screens.conflicts());
    expect(find.text('It was deleted on another device.'), findsOneWidget);
    expect(find.text('Deleted'), findsOneWidget);
    expect(find.text('Keep both'), findsNothing);
  });

  testWidgets('an entry that is gone can be created again', (tester) async {
    final stage = Stage(tester);
    stage.weights.conflicts.value = [conflict(mineWon: false, isGone: true, reason: ConflictReason.gone)];
    await stage.show(stage.screens.conflicts());
    expect(find.text('The server no longer has this weight.'), findsOneWidget);
    expect(find.text('Bring mine back'), findsOneWidget);
  });

  testWidgets('a conflict stays if its answer could not be stored', (tester) async {
    final stage = Stage(tester);
    stage.weights
      ..conflicts.value = [conflict()]
      ..trouble = Exception('disk full');
    await stage.show(stage.screens.conflicts());
    await tester.tap(find.text('Keep both'));
    await tester.pumpAndSettle();
    expect(find.textContaining('could not store'), findsOneWidget);
    expect(find.text('Keep both'), findsOneWidget);
  });
}
