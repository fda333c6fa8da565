import '../../../../core/presentation/command.dart';
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
  late final _answering = Command<Object>((thrown) => thrown, notifyListeners);
  String? _answeredId;

  /// The conflicts without an answer, oldest first.
  List<WeightConflict> get conflicts => _weights.conflicts.value;

  /// The unit for showing weights.
  WeightUnit get unit => _preferences.unit.value;

  /// Whether the last answer could not be stored.
  bool get hasFailed => _answering.failure != null;

  /// Whether the answer to [conflict] is being stored.
  bool isBusy(WeightConflict conflict) => _answering.isBusy && conflict.id == _answeredId;

  /// Settles [conflict]. After a failure it stays in the list, so that the user can try again.
  Future<void> answer(WeightConflict conflict, ConflictAnswer answer) async {
    if (_answering.isBusy) return;
    _answeredId = conflict.id;
    await _answering.run(() => _weights.answer(conflict, answer));
  }

  @override
  void dispose() {
    _weights.conflicts.removeListener(notifyListeners);
    _preferences.unit.removeListener(notifyListeners);
    super.dispose();
  }
}
