import '../../../../core/presentation/view_model.dart';
import '../../data/repositories/weight_preferences.dart';
import '../../data/repositories/weight_repository.dart';
import '../../domain/conflict_answer.dart';
import '../../domain/weight_conflict.dart';
import '../../domain/weight_unit.dart';

/// The conflicts and the user's answers.
class ConflictsViewModel extends ViewModel {
  /// Conflicts of [_weights], in the unit of [_preferences].
  ConflictsViewModel(this._weights, this._preferences) {
    _weights.conflicts.addListener(notifyListeners);
    _preferences.unit.addListener(notifyListeners);
  }

  final WeightRepository _weights;
  final WeightPreferences _preferences;
  bool _hasFailed = false;
  String? _busyId;

  /// The conflicts without an answer, oldest first.
  List<WeightConflict> get conflicts => _weights.conflicts.value;

  /// The unit for showing weights.
  WeightUnit get unit => _preferences.unit.value;

  /// Whether the last answer could not be stored.
  bool get hasFailed => _hasFailed;

  /// Whether the answer to [conflict] is being stored.
  bool isBusy(WeightConflict conflict) => conflict.id == _busyId;

  /// Settles [conflict].
  Future<void> answer(WeightConflict conflict, ConflictAnswer answer) async {
    if (_busyId != null) return;
    _busyId = conflict.id;
    _hasFailed = false;
    notifyListeners();
    try {
      await _weights.answer(conflict, answer);
    } on Object {
      // The conflict stays in the list, so that the user can try again.
      _hasFailed = true;
    } finally {
      _busyId = null;
      notifyListeners();
    }
  }

  @override
  void dispose() {
    _weights.conflicts.removeListener(notifyListeners);
    _preferences.unit.removeListener(notifyListeners);
    super.dispose();
  }
}
