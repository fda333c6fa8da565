import 'package:flutter/widgets.dart';
import 'package:flutter_localizations/flutter_localizations.dart';

import 'english_words.dart';
import 'german_words.dart';
import 'words.dart';

/// Loads the [Words] of a language; English for a language without a translation.
class WordsDelegate extends LocalizationsDelegate<Words> {
  /// The delegate.
  const WordsDelegate();

  /// An app that shows the screens may support more languages than the package.
  @override
  bool isSupported(Locale locale) => true;

  /// Also loads the date patterns of intl, which an app without `GlobalMaterialLocalizations` has not loaded.
  @override
  Future<Words> load(Locale locale) => GlobalMaterialLocalizations.delegate
      .load(const Locale('en'))
      .then((_) => locale.languageCode == 'de' ? const GermanWords() : const EnglishWords());

  @override
  bool shouldReload(WordsDelegate old) => false;
}
