import 'package:flutter/cupertino.dart';
import 'package:flutter/foundation.dart';
import 'package:flutter/material.dart';
import 'package:flutter_localizations/flutter_localizations.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/core/auth/presentation/sign_in_failure_text.dart';
import 'package:weight_sync/l10n/generated/weight_words_de.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/samples.dart';
import 'support/stage.dart';

const _inEnglish = <LocalizationsDelegate<Object>>[
  WeightWords.delegate,
  _InEnglish<MaterialLocalizations>(DefaultMaterialLocalizations()),
  _InEnglish<CupertinoLocalizations>(DefaultCupertinoLocalizations()),
  _InEnglish<WidgetsLocalizations>(DefaultWidgetsLocalizations()),
];

void main() {
  test('counts use the plural forms of each language', () {
    for (final (language, texts) in [
      ('en', ['Nothing', 'One change', '5 changes']),
      ('de', ['Nichts', 'Eine Änderung', '5 Änderungen']),
      ('fr', ['Rien', '1 modification', '5 modifications']),
      ('es', ['Nada', 'Un cambio', '5 cambios']),
    ]) {
      final words = WeightWords.inLanguage(language);
      expect([
        for (final count in const [0, 1, 5]) words.edits(count),
      ], texts);
    }
  });

  test('the time to wait for another attempt is in minutes', () {
    for (final (wait, text) in [(null, 'a minute'), (0, 'a minute'), (61, '2 minutes'), (540, '9 minutes')]) {
      final failure = SignInFailure(
        SignInFailureKind.tooManyAttempts,
        retryAfter: wait == null ? null : Duration(seconds: wait),
      );
      expect(signInFailureText(failure, const WeightWords()), endsWith('Try again in $text.'));
    }
  });

  for (final (name, language, delegates) in [
    // First: the others load the date patterns for all tests of this file.
    ('no localizations of its own', 'en', const [WeightWords.delegate]),
    ('another language', 'it', const [WeightWords.delegate, ...GlobalMaterialLocalizations.delegates]),
    ('a language that intl does not know', 'eo', _inEnglish),
  ]) {
    testWidgets('an app with $name shows the screens in English', (tester) async {
      final stage = Stage(tester, entries: entries);
      for (final screen in [
        stage.screens.weightList(),
        stage.screens.editor(entries.first),
        stage.screens.settings(),
        stage.screens.conflicts(),
        stage.screens.signIn(),
      ]) {
        await tester.pumpWidget(
          MaterialApp(
            key: UniqueKey(),
            locale: Locale(language),
            supportedLocales: [const Locale('en'), Locale(language)],
            localizationsDelegates: delegates,
            home: screen,
          ),
        );
        await tester.pumpAndSettle();
        expect(tester.takeException(), isNull);
      }
      expect(find.text('New here? Create an account'), findsOneWidget);
    });
  }

  for (final language in ['fa', 'bn', 'mr', 'ne', 'my', 'as', 'ar_EG']) {
    testWidgets('in $language the numbers and dates are in the language of the words, and native digits are read', (
      tester,
    ) async {
      final [code, ...region] = language.split('_');
      final locale = Locale(code, region.firstOrNull);
      final stage = Stage(tester, entries: entries);
      await tester.pumpWidget(
        MaterialApp(
          locale: locale,
          supportedLocales: [const Locale('en'), locale],
          localizationsDelegates: const [WeightWords.delegate, ...GlobalMaterialLocalizations.delegates],
          home: stage.screens.editor(entries.first),
        ),
      );
      await tester.pumpAndSettle();
      String number() => tester.widget<EditableText>(find.byType(EditableText)).controller.text;
      expect(number(), '74.7');
      await tester.tap(find.byTooltip('A tenth more'));
      expect(number(), '74.8');
      await tester.enterText(find.byType(TextField), '۷۵٫۵');
      await tester.ensureVisible(find.text('Save'));
      await tester.tap(find.text('Save'));
      await tester.pumpAndSettle();
      expect(stage.weights.entries.value.first.weight, Weight(75.5, WeightUnit.kg));
    });
  }

  test('a language is found in any region, and any other language gets English', () async {
    expect(await WeightWords.delegate.load(const Locale('de', 'AT')), isA<WeightWordsDe>());
    expect(WeightWords.delegate.isSupported(const Locale('ja')), isTrue);
    expect((await WeightWords.delegate.load(const Locale('ja'))).runtimeType, WeightWords);
  });

  testWidgets('a phone in Italian gets English', (tester) async {
    tester.platformDispatcher.localesTestValue = const [Locale('it')];
    addTearDown(tester.platformDispatcher.clearLocalesTestValue);
    final stage = Stage(tester, state: const SignedOut());
    await tester.pumpWidget(WeightSyncApp(screens: stage.screens));
    await tester.pumpAndSettle();
    expect(find.text('Only on this device'), findsOneWidget);
  });
}

/// The framework's English texts for any language.
class _InEnglish<T> extends LocalizationsDelegate<T> {
  const _InEnglish(this._texts);

  final T _texts;

  @override
  bool isSupported(Locale locale) => true;

  @override
  Future<T> load(Locale locale) => SynchronousFuture(_texts);

  @override
  bool shouldReload(_InEnglish<T> old) => false;
}
