import 'package:meta/meta.dart';

import 'weight_unit.dart';

/// A weight as it was written down: exact hundredths of a unit, as the server holds it.
@immutable
final class Weight {
  /// Rounded to hundredths, half away from zero.
  Weight(double value, this.unit) : hundredths = (value * 100).round();

  /// From exact hundredths.
  const Weight.hundredths(this.hundredths, this.unit);

  /// The number, times a hundred.
  final int hundredths;

  /// What it counts.
  final WeightUnit unit;

  /// The number, for showing and for the wire.
  double get value => hundredths / 100;

  /// The same weight in [other], unrounded when the unit differs: for showing, never for storing.
  double valueIn(WeightUnit other) => other == unit ? value : value * unit.kilograms / other.kilograms;

  @override
  bool operator ==(Object other) => other is Weight && other.hundredths == hundredths && other.unit == unit;

  @override
  int get hashCode => Object.hash(hundredths, unit);

  @override
  String toString() => '$value ${unit.code}';
}
