import 'package:flutter/widgets.dart';
import 'package:intl/intl.dart';

/// The locale of [context] for dates and numbers; English if intl does not know it.
String formatLocaleOf(BuildContext context) => Intl.verifiedLocale(
  Localizations.localeOf(context).toLanguageTag(),
  (locale) => DateFormat.localeExists(locale) && NumberFormat.localeExists(locale),
  onFailure: (_) => 'en',
)!;
