import 'package:meta/meta.dart';

import 'weight_unit.dart';

/// A weight as entered: exact hundredths of a unit, like on the server.
@immutable
final class Weight {
  /// Rounds [value] to hundredths, half away from zero as a decimal number: 70.005, which is a little less in binary,
  /// becomes 70.01.
  Weight(double value, this.unit) : hundredths = double.parse((value * 100).toStringAsPrecision(_digits)).round();

  /// From exact hundredths.
  const Weight.hundredths(this.hundredths, this.unit);

  /// Decimal digits that every double keeps.
  static const _digits = 15;

  /// The value times 100.
  final int hundredths;

  /// The unit.
  final WeightUnit unit;

  /// The value, for display and JSON.
  double get value => hundredths / 100;

  /// The weight in [other], unrounded if the unit differs: for display, never for storing.
  double valueIn(WeightUnit other) => other == unit ? value : value * unit.kilograms / other.kilograms;

  @override
  bool operator ==(Object other) => other is Weight && other.hundredths == hundredths && other.unit == unit;

  @override
  int get hashCode => Object.hash(hundredths, unit);

  @override
  String toString() => '$value ${unit.code}';
}
