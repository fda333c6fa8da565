import 'package:flutter/foundation.dart';
import 'package:flutter/widgets.dart';

import 'english_words.dart';
import 'german_words.dart';
import 'words.dart';

/// Loads the [Words] of a language.
class WordsDelegate extends LocalizationsDelegate<Words> {
  /// The delegate.
  const WordsDelegate();

  @override
  bool isSupported(Locale locale) => Words.supportedLocales.any((known) => known.languageCode == locale.languageCode);

  @override
  Future<Words> load(Locale locale) =>
      SynchronousFuture(locale.languageCode == 'de' ? const GermanWords() : const EnglishWords());

  @override
  bool shouldReload(WordsDelegate old) => false;
}
