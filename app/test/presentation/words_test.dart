import 'package:flutter/widgets.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/l10n/english_words.dart';
import 'package:weight_sync/l10n/german_words.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/stage.dart';

void main() {
  test('counts use the plural forms of each language', () {
    for (final (words, nothing, one, more) in [
      (const EnglishWords() as Words, 'Nothing', 'One change', '5 changes'),
      (const GermanWords() as Words, 'Nichts', 'Eine Änderung', '5 Änderungen'),
    ]) {
      expect([words.edits(0), words.edits(1), words.edits(5)], [nothing, one, more]);
    }
  });

  test('only translated languages are supported, in any region', () async {
    expect(Words.delegate.isSupported(const Locale('de', 'CH')), isTrue);
    expect(Words.delegate.isSupported(const Locale('fr')), isFalse);
    expect(await Words.delegate.load(const Locale('de', 'AT')), isA<GermanWords>());
  });

  testWidgets('a phone in French gets English', (tester) async {
    tester.platformDispatcher.localesTestValue = const [Locale('fr')];
    addTearDown(tester.platformDispatcher.clearLocalesTestValue);
    final stage = Stage(tester, state: const SignedOut());
    await tester.pumpWidget(WeightSyncApp(screens: stage.screens));
    await tester.pumpAndSettle();
    expect(find.text('New here? Create an account'), findsOneWidget);
  });
}
