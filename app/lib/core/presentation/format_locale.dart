import 'package:flutter/widgets.dart';
import 'package:intl/intl.dart';

import '../../l10n/generated/weight_words.dart';

/// The locale for dates and numbers in [context]: that of the app, but English if the words are, or if intl does not know
/// it.
String formatLocaleOf(BuildContext context) {
  final locale = Localizations.localeOf(context);
  // An app may have texts of its own in a further language: a subclass.
  final isEnglish = WeightWords.of(context).runtimeType == WeightWords;
  if (isEnglish && locale.languageCode != 'en') return 'en';
  return Intl.verifiedLocale(
    locale.toLanguageTag(),
    (name) => DateFormat.localeExists(name) && NumberFormat.localeExists(name),
    onFailure: (_) => 'en',
  )!;
}
