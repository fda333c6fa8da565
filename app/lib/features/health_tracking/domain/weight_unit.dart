/// A unit for entering weights. An entry keeps its unit; other units are computed for display.
enum WeightUnit {
  /// Kilograms.
  kg('kg', 1),

  /// Pounds.
  lb('lb', 0.45359237),

  /// Stones.
  st('st', 6.35029318);

  const WeightUnit(this.code, this.kilograms);

  /// The code in JSON.
  final String code;

  /// One of this unit in kilograms.
  final double kilograms;

  /// The unit with that [code]; null if unknown.
  static WeightUnit? of(Object? code) {
    for (final unit in values) {
      if (unit.code == code) return unit;
    }
    return null;
  }
}
