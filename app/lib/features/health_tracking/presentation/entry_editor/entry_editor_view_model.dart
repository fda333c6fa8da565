import 'package:clock/clock.dart';

import '../../../../core/api/field_problem.dart';
import '../../../../core/presentation/view_model.dart';
import '../../data/repositories/preferences.dart';
import '../../data/repositories/weight_repository.dart';
import '../../domain/invalid_entry.dart';
import '../../domain/weight.dart';
import '../../domain/weight_entry.dart';
import '../../domain/weight_range.dart';
import '../../domain/weight_unit.dart';
import '../weight_format.dart';

/// A form for one weight, a new one or one of the list. Nothing is stored before [save].
class EntryEditorViewModel extends ViewModel {
  /// Edits [entry] in the unit it was written down in; null makes a new one in the unit of [preferences].
  EntryEditorViewModel(this._weights, Preferences preferences, {this.entry})
    : _unit = entry?.weight.unit ?? preferences.unit.value,
      _timestamp = entry?.timestamp ?? clock.now().toUtc(),
      _problems = entry?.problems ?? const [];

  final WeightRepository _weights;

  /// What the form was opened with; null for a new weight.
  final WeightEntry? entry;

  WeightUnit _unit;
  DateTime _timestamp;
  double? _value;
  bool _isTouched = false;
  bool _isBusy = false;
  bool _isNumberMissing = false;
  bool _hasFailed = false;
  List<FieldProblem> _problems;

  /// Whether a new weight is made.
  bool get isNew => entry == null;

  /// In which the number is meant.
  WeightUnit get unit => _unit;
  set unit(WeightUnit unit) {
    _unit = unit;
    _clear();
  }

  /// When it was measured.
  DateTime get timestamp => _timestamp;
  set timestamp(DateTime timestamp) {
    _timestamp = timestamp.toUtc();
    _clear();
  }

  /// Whether it is being stored.
  bool get isBusy => _isBusy;

  /// Whether what was typed is no number.
  bool get isNumberMissing => _isNumberMissing;

  /// Whether the device could not store it.
  bool get hasFailed => _hasFailed;

  /// What is wrong with the number.
  FieldProblem? get weightProblem => _problems.where((problem) => problem.field == 'weight_value').firstOrNull;

  /// What is wrong with the time.
  FieldProblem? get timestampProblem => _problems.where((problem) => problem.field == 'timestamp').firstOrNull;

  /// Plausible weights of the chosen unit.
  WeightRange? get limits => _weights.limits.value.ranges[_unit];

  /// Where the buttons for more and less begin when nothing was typed.
  double? get suggestion => _weights.entries.value.firstOrNull?.weight.valueIn(_unit);

  /// Takes what was typed.
  void type(String text) {
    _isTouched = true;
    _value = WeightFormat.parse(text);
    _clear();
  }

  /// The number after [tenths] more than what was typed as [text].
  double? stepped(String text, int tenths) {
    final from = WeightFormat.parse(text) ?? suggestion;
    return from == null ? null : ((from * 10).roundToDouble() + tenths) / 10;
  }

  void _clear() {
    _isNumberMissing = false;
    _hasFailed = false;
    _problems = const [];
    notifyListeners();
  }

  Weight? get _weight {
    // Untouched numbers keep their exact hundredths.
    if (!_isTouched && entry != null) return Weight.hundredths(entry!.weight.hundredths, _unit);
    return _value == null ? null : Weight(_value!, _unit);
  }

  /// Stores it; whether that worked.
  Future<bool> save() async {
    if (_isBusy) return false;
    final weight = _weight;
    _isNumberMissing = weight == null;
    if (weight == null) {
      notifyListeners();
      return false;
    }
    return _attempt(() => _store(weight));
  }

  Future<void> _store(Weight weight) async {
    final old = entry;
    if (old == null) {
      await _weights.add(weight: weight, timestamp: _timestamp);
    } else if (old.weight != weight || old.timestamp != _timestamp || old.problems.isNotEmpty) {
      await _weights.edit(old.key, weight: weight, timestamp: _timestamp, seen: old);
    }
  }

  /// Deletes the entry of the form; whether that worked.
  Future<bool> delete() => _attempt(() => _weights.delete(entry!.key, seen: entry));

  /// Brings the deleted entry back.
  Future<void> restore() => _weights.restore(entry!);

  Future<bool> _attempt(Future<void> Function() action) async {
    _isBusy = true;
    _hasFailed = false;
    notifyListeners();
    try {
      await action();
      return true;
    } on InvalidEntry catch (invalid) {
      _problems = invalid.problems;
      return false;
    } on Object {
      // Whatever it was: the form stays open with all that was typed.
      _hasFailed = true;
      return false;
    } finally {
      _isBusy = false;
      notifyListeners();
    }
  }
}
