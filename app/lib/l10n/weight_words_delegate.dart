import 'package:flutter/widgets.dart';
import 'package:flutter_localizations/flutter_localizations.dart';

import 'generated/weight_words.dart';

/// Loads the [WeightWords] of a language; English for a language without a translation.
class WeightWordsDelegate extends LocalizationsDelegate<WeightWords> {
  /// The delegate.
  const WeightWordsDelegate();

  /// An app that shows the screens may support more languages than the package.
  @override
  bool isSupported(Locale locale) => true;

  /// Also loads the date patterns of intl, which an app without `GlobalMaterialLocalizations` has not loaded.
  @override
  Future<WeightWords> load(Locale locale) => GlobalMaterialLocalizations.delegate
      .load(const Locale('en'))
      .then((_) => WeightWords.inLanguage(locale.languageCode));

  @override
  bool shouldReload(WeightWordsDelegate old) => false;
}
