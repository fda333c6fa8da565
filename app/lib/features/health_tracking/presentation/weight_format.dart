import 'package:flutter/widgets.dart';
import 'package:intl/intl.dart';

import '../../../core/presentation/format_locale.dart';
import '../../../l10n/generated/weight_words.dart';
import '../domain/weight.dart';
import '../domain/weight_range.dart';
import '../domain/weight_unit.dart';

/// Formats weights for a locale and parses user input.
final class WeightFormat {
  /// Formats for the locale with this name.
  WeightFormat(this._locale);

  /// Formats for the locale of [context].
  WeightFormat.of(BuildContext context) : _locale = formatLocaleOf(context);

  final String _locale;

  /// Creating a format costs more than using it.
  static final _formats = <(String, String), NumberFormat>{};

  NumberFormat _format(String pattern) => _formats[(pattern, _locale)] ??= NumberFormat(pattern, _locale);

  /// The name of [unit].
  static String nameOf(WeightUnit unit, WeightWords words) => switch (unit) {
    WeightUnit.kg => words.kilograms,
    WeightUnit.lb => words.pounds,
    WeightUnit.st => words.stones,
  };

  /// The number of [weight] in [unit]: exact in the weight's own unit, otherwise rounded.
  String number(Weight weight, WeightUnit unit) => _text(weight.valueIn(unit), unit, isExact: weight.unit == unit);

  /// 72.5 kg
  String weight(Weight weight, WeightUnit unit) => '${number(weight, unit)} ${unit.code}';

  /// +0.4 kg, with a typographic minus sign (U+2212).
  String change(double change, WeightUnit unit) {
    final sign = change > 0 ? '+' : '−';
    return '$sign${_text(change.abs(), unit)} ${unit.code}';
  }

  /// Whether [change] rounds to zero.
  bool isNothing(double change, WeightUnit unit) => change.abs() < (unit == WeightUnit.st ? 0.005 : 0.05);

  /// A limit in hundredths, with its unit.
  String limit(int hundredths, WeightUnit unit) => weight(Weight.hundredths(hundredths, unit), unit);

  /// Both ends of [range].
  (String, String) limits(WeightRange range, WeightUnit unit) => (limit(range.least, unit), limit(range.most, unit));

  /// A number on an axis.
  String axis(double value) => _format('0.##').format(value);

  String _text(double value, WeightUnit unit, {bool isExact = false}) {
    final pattern = isExact || unit == WeightUnit.st ? '0.0#' : '0.0';
    return _format(pattern).format(value);
  }

  /// What the number field accepts: digits of any script, and the signs before decimals.
  static final typed = RegExp(r'[\p{Nd}.,٫]', unicode: true);

  /// The zeros of Arabic, Persian, Devanagari, Bengali and Burmese. Their keyboards may have no ASCII digits.
  static final _zeros = '٠۰०০၀'.runes;

  /// Parses a number with a point or a comma, also one with native digits; null if it is not a number.
  static double? parse(String text) {
    final plain = String.fromCharCodes(text.trim().runes.map(_ascii)).replaceAll(RegExp('[,٫]'), '.');
    return RegExp(r'^\d{1,6}(\.\d*)?$').hasMatch(plain) ? double.tryParse(plain) : null;
  }

  static int _ascii(int rune) {
    for (final zero in _zeros) {
      if (rune >= zero && rune < zero + 10) return rune - zero + 0x30;
    }
    return rune;
  }
}
