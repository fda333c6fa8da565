import '../../features/health_tracking/domain/weight_unit.dart';
import '../state/watched.dart';

/// What people chose on this device. It concerns what is shown, never what is stored.
abstract interface class Preferences {
  /// The unit weights are shown in and new ones are entered in.
  Watched<WeightUnit> get unit;

  /// Chooses the unit; durable when it returns.
  Future<void> setUnit(WeightUnit unit);
}
