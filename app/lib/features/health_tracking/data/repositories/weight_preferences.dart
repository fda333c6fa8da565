import '../../../../core/state/watched.dart';
import '../../domain/weight_unit.dart';

/// The user's choices on this device. They affect what is shown, never what is stored.
abstract interface class WeightPreferences {
  /// The unit for showing weights and entering new ones.
  Watched<WeightUnit> get unit;

  /// Sets the unit; durable when it returns.
  Future<void> setUnit(WeightUnit unit);
}
