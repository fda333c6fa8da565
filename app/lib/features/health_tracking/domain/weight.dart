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

  /// This weight in [other] as people write it, rounded to tenths, stones to hundredths; itself if the unit is the same.
  Weight convertedTo(WeightUnit other) {
    if (other == unit) return this;
    final steps = other == WeightUnit.st ? 100 : 10;
    return Weight((valueIn(other) * steps).round() / steps, other);
  }

  /// Whether it differs from [other] by more than [_plausibleChange]: probably a slip, such as the wrong unit.
  bool isFarFrom(Weight other) {
    final before = other.valueIn(WeightUnit.kg);
    return (valueIn(WeightUnit.kg) - before).abs() > before * _plausibleChange;
  }

  static const _plausibleChange = 0.15;

  @override
  bool operator ==(Object other) => other is Weight && other.hundredths == hundredths && other.unit == unit;

  @override
  int get hashCode => Object.hash(hundredths, unit);

  @override
  String toString() => '$value ${unit.code}';
}
