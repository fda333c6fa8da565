/// A unit in which a weight can be written down. Entries keep theirs for ever; showing them in another is arithmetic.
enum WeightUnit {
  /// Kilograms.
  kg('kg', 1),

  /// Pounds.
  lb('lb', 0.45359237),

  /// Stones.
  st('st', 6.35029318);

  const WeightUnit(this.code, this.kilograms);

  /// The name on the wire.
  final String code;

  /// One of these in kilograms.
  final double kilograms;

  /// The unit with that [code]; null for a code nobody knows.
  static WeightUnit? of(Object? code) {
    for (final unit in values) {
      if (unit.code == code) return unit;
    }
    return null;
  }
}
