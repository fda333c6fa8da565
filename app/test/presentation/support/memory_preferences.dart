import 'package:weight_sync/weight_sync.dart';

/// Preferences in memory.
class MemoryPreferences implements WeightPreferences {
  @override
  final Observed<WeightUnit> unit = Observed(WeightUnit.kg);

  @override
  Future<void> setUnit(WeightUnit chosen) async => unit.value = chosen;
}
