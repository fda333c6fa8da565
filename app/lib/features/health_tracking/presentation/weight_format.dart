import 'package:flutter/widgets.dart';
import 'package:intl/intl.dart';

import '../../../l10n/words.dart';
import '../domain/weight.dart';
import '../domain/weight_range.dart';
import '../domain/weight_unit.dart';

/// Weights as people of a language write them. For showing only: nothing that is stored goes through it but what was
/// typed.
final class WeightFormat {
  /// As written in the language with that name.
  WeightFormat(this._locale);

  /// In the language that [context] is shown in.
  WeightFormat.of(BuildContext context) : _locale = Localizations.localeOf(context).toLanguageTag();

  final String _locale;

  /// The name of [unit].
  static String nameOf(WeightUnit unit, Words words) => switch (unit) {
    WeightUnit.kg => words.kilograms,
    WeightUnit.lb => words.pounds,
    WeightUnit.st => words.stones,
  };

  /// The number of [weight] in [unit]: exact in its own unit, else with as many decimals as make sense.
  String number(Weight weight, WeightUnit unit) => _text(weight.valueIn(unit), unit, isExact: weight.unit == unit);

  /// 72.5 kg
  String weight(Weight weight, WeightUnit unit) => '${number(weight, unit)} ${unit.code}';

  /// +0.4 kg, with a true minus sign.
  String change(double change, WeightUnit unit) {
    final sign = change > 0 ? '+' : '−';
    return '$sign${_text(change.abs(), unit)} ${unit.code}';
  }

  /// Whether [change] is too small to be written.
  bool isNothing(double change, WeightUnit unit) => change.abs() < (unit == WeightUnit.st ? 0.005 : 0.05);

  /// An end of a [range], in hundredths, with its unit.
  String limit(int hundredths, WeightUnit unit) => weight(Weight.hundredths(hundredths, unit), unit);

  /// Both ends of [range].
  (String, String) limits(WeightRange range, WeightUnit unit) => (limit(range.least, unit), limit(range.most, unit));

  /// A number for an axis.
  String axis(double value) => NumberFormat('0.##', _locale).format(value);

  String _text(double value, WeightUnit unit, {bool isExact = false}) {
    final pattern = isExact || unit == WeightUnit.st ? '0.0#' : '0.0';
    return NumberFormat(pattern, _locale).format(value);
  }

  /// What was typed, with a point or a comma; null when it is no number.
  static double? parse(String text) {
    final plain = text.trim().replaceAll(',', '.');
    return RegExp(r'^\d{1,6}(\.\d*)?$').hasMatch(plain) ? double.tryParse(plain) : null;
  }
}
