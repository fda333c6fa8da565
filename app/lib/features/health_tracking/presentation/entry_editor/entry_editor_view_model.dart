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

/// State and actions of the form for one weight. Nothing is stored before [save].
class EntryEditorViewModel extends ViewModel {
  /// Edits [entry] in its own unit; null creates a new entry in the unit of [preferences].
  EntryEditorViewModel(this._weights, Preferences preferences, {this.entry})
    : _unit = entry?.weight.unit ?? preferences.unit.value,
      _timestamp = entry?.timestamp ?? clock.now().toUtc(),
      _problems = entry?.problems ?? const [];

  final WeightRepository _weights;

  /// The entry as it was when the form opened; null for a new one.
  final WeightEntry? entry;

  WeightUnit _unit;
  DateTime _timestamp;
  double? _value;
  bool _isTouched = false;
  bool _isBusy = false;
  bool _isNumberMissing = false;
  bool _hasFailed = false;
  List<FieldProblem> _problems;

  /// Whether the form creates an entry.
  bool get isNew => entry == null;

  /// The unit of the number.
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

  /// Whether a change is being stored.
  bool get isBusy => _isBusy;

  /// Whether the text is not a number.
  bool get isNumberMissing => _isNumberMissing;

  /// Whether storing failed.
  bool get hasFailed => _hasFailed;

  /// What is wrong with the number.
  FieldProblem? get weightProblem => _problems.where((problem) => problem.field == 'weight_value').firstOrNull;

  /// What is wrong with the time.
  FieldProblem? get timestampProblem => _problems.where((problem) => problem.field == 'timestamp').firstOrNull;

  /// The accepted weights of the chosen unit.
  WeightRange? get limits => _weights.limits.value.ranges[_unit];

  /// Where the plus and minus buttons start while the field is empty.
  double? get suggestion => _weights.entries.value.firstOrNull?.weight.valueIn(_unit);

  /// Handles a change of the text.
  void type(String text) {
    _isTouched = true;
    _value = WeightFormat.parse(text);
    _clear();
  }

  /// The number in [text], or [suggestion], plus [tenths].
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
    // An unchanged number keeps its exact hundredths.
    if (!_isTouched && entry != null) return Weight.hundredths(entry!.weight.hundredths, _unit);
    return _value == null ? null : Weight(_value!, _unit);
  }

  /// Stores the entry and returns whether that succeeded.
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

  /// Deletes the entry and returns whether that succeeded.
  Future<bool> delete() => _attempt(() => _weights.delete(entry!.key, seen: entry));

  /// Restores the deleted entry.
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
      // On any failure the form stays open with the user's input.
      _hasFailed = true;
      return false;
    } finally {
      _isBusy = false;
      notifyListeners();
    }
  }
}
