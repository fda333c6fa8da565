import '../../../../core/state/watched.dart';
import '../../domain/weight_unit.dart';

/// What people chose on this device. It concerns what is shown, never what is stored.
abstract interface class Preferences {
  /// The unit weights are shown in and new ones are entered in.
  Watched<WeightUnit> get unit;

  /// Chooses the unit; durable when it returns.
  Future<void> setUnit(WeightUnit unit);
}
