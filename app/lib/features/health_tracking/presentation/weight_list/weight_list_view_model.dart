import '../../../../core/presentation/view_model.dart';
import '../../data/repositories/preferences.dart';
import '../../data/repositories/weight_repository.dart';
import '../../domain/weight_entry.dart';
import '../../domain/weight_unit.dart';
import '../chart_range.dart';

/// The list of weights and the part of it that the chart shows.
class WeightListViewModel extends ViewModel {
  /// Of [_weights], in the unit of [_preferences].
  WeightListViewModel(this._weights, this._preferences) {
    _weights.entries.addListener(notifyListeners);
    _preferences.unit.addListener(notifyListeners);
  }

  final WeightRepository _weights;
  final Preferences _preferences;
  ChartRange _range = ChartRange.quarter;

  /// All, newest first.
  List<WeightEntry> get entries => _weights.entries.value;

  /// In which they are shown.
  WeightUnit get unit => _preferences.unit.value;

  /// How far back the chart looks.
  ChartRange get range => _range;
  set range(ChartRange range) {
    _range = range;
    notifyListeners();
  }

  /// What the chart shows, newest first.
  List<WeightEntry> get charted {
    final start = _range.start;
    return start == null ? entries : entries.takeWhile((entry) => entry.timestamp.isAfter(start)).toList();
  }

  /// The difference between the last and the first of what the chart shows; null when there are not two.
  double? get change {
    final shown = charted;
    if (shown.length < 2) return null;
    return shown.first.weight.valueIn(unit) - shown.last.weight.valueIn(unit);
  }

  /// Deletes an entry; [restore] brings it back.
  Future<void> delete(WeightEntry entry) => _weights.delete(entry.key, seen: entry);

  /// Brings back what was deleted.
  Future<void> restore(WeightEntry entry) => _weights.restore(entry);

  @override
  void dispose() {
    _weights.entries.removeListener(notifyListeners);
    _preferences.unit.removeListener(notifyListeners);
    super.dispose();
  }
}
