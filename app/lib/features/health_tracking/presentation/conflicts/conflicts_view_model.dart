import '../../../../core/presentation/view_model.dart';
import '../../data/repositories/preferences.dart';
import '../../data/repositories/weight_repository.dart';
import '../../domain/conflict.dart';
import '../../domain/conflict_answer.dart';
import '../../domain/weight_unit.dart';

/// Entries that were changed on two devices, and the person's answers.
class ConflictsViewModel extends ViewModel {
  /// Of [_weights], shown in the unit of [_preferences].
  ConflictsViewModel(this._weights, this._preferences) {
    _weights.conflicts.addListener(notifyListeners);
    _preferences.unit.addListener(notifyListeners);
  }

  final WeightRepository _weights;
  final Preferences _preferences;
  bool _hasFailed = false;
  String? _busyId;

  /// Those that wait, oldest first.
  List<Conflict> get conflicts => _weights.conflicts.value;

  /// In which weights are shown.
  WeightUnit get unit => _preferences.unit.value;

  /// Whether the last answer could not be stored.
  bool get hasFailed => _hasFailed;

  /// Whether the answer to [conflict] is being stored.
  bool isBusy(Conflict conflict) => conflict.id == _busyId;

  /// Settles [conflict].
  Future<void> answer(Conflict conflict, ConflictAnswer answer) async {
    if (_busyId != null) return;
    _busyId = conflict.id;
    _hasFailed = false;
    notifyListeners();
    try {
      await _weights.answer(conflict, answer);
    } on Object {
      // The conflict stays in the list, for another try.
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
