import 'package:clock/clock.dart';

import '../../../../core/api/field_problem.dart';
import '../../../../core/presentation/command.dart';
import '../../../../core/presentation/view_model.dart';
import '../../data/repositories/weight_preferences.dart';
import '../../data/repositories/weight_repository.dart';
import '../../domain/entry_mark.dart';
import '../../domain/invalid_entry.dart';
import '../../domain/weight.dart';
import '../../domain/weight_entry.dart';
import '../../domain/weight_range.dart';
import '../../domain/weight_unit.dart';
import '../weight_format.dart';

/// State and actions of the form for one weight. Nothing is stored before [save].
class EntryEditorViewModel extends ViewModel {
  /// Edits [entry] in its own unit; null creates a new entry in the unit of [preferences].
  EntryEditorViewModel(this._weights, WeightPreferences preferences, {this.entry})
    : _unit = entry?.weight.unit ?? preferences.unit.value,
      _entered = entry?.weight,
      _timestamp = entry?.timestamp ?? clock.now().toUtc(),
      _refused = entry?.problems ?? const [];

  final WeightRepository _weights;

  /// The entry as it was when the form opened; null for a new one.
  final WeightEntry? entry;

  WeightUnit _unit;
  DateTime _timestamp;
  Weight? _entered;
  bool _isNumberMissing = false;

  /// Why the server refused the entry as it was when the form opened.
  List<FieldProblem> _refused;

  /// On any failure the form stays open with the user's input.
  late final _storing = Command<Object>((thrown) => thrown, notifyListeners);

  /// Whether the form creates an entry.
  bool get isNew => entry == null;

  /// The unit of the number; setting it converts [weight].
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
  bool get isBusy => _storing.isBusy;

  /// Whether the text is not a number.
  bool get isNumberMissing => _isNumberMissing;

  /// Whether storing failed.
  bool get hasFailed => _storing.failure != null && _storing.failure is! InvalidEntry;

  List<FieldProblem> get _problems => switch (_storing.failure) {
    InvalidEntry(:final problems) => problems,
    _ => _refused,
  };

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
    final value = WeightFormat.parse(text);
    _entered = value == null ? null : Weight(value, _unit);
    _clear();
  }

  /// The number in [text], or [suggestion], plus [tenths].
  double? stepped(String text, int tenths) {
    final from = WeightFormat.parse(text) ?? suggestion;
    return from == null ? null : ((from * 10).roundToDouble() + tenths) / 10;
  }

  void _clear() {
    _isNumberMissing = false;
    _storing.forget();
    _refused = const [];
    notifyListeners();
  }

  /// The weight in the chosen unit: exactly as entered, or converted. Null without a number.
  Weight? get weight => _entered?.convertedTo(_unit);

  /// An entry that [weight] is implausibly far off: the nearest in time, or what the edited entry was if it is the only
  /// one. Null if the weight is plausible, hardly changed, or outside the limits, which [save] reports.
  WeightEntry? get farFrom {
    final old = entry;
    final other = _nearestOther ?? old;
    final weight = this.weight;
    if (weight == null || other == null || !(limits?.contains(weight) ?? true)) return null;
    final isFar = weight.isFarFrom(other.weight) && (old == null || weight.isFarFrom(old.weight));
    return isFar ? other : null;
  }

  WeightEntry? get _nearestOther {
    WeightEntry? nearest;
    Duration distance(WeightEntry other) => other.timestamp.difference(_timestamp).abs();
    for (final other in _weights.entries.value) {
      if (other.key == entry?.key || other.mark == EntryMark.refused) continue;
      if (nearest == null || distance(other) < distance(nearest)) nearest = other;
    }
    return nearest;
  }

  /// Stores the entry and returns whether that succeeded.
  Future<bool> save() async {
    final weight = this.weight;
    _isNumberMissing = weight == null;
    if (weight == null) {
      notifyListeners();
      return false;
    }
    return _storing.attempt(() => _store(weight));
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
  Future<bool> delete() => _storing.attempt(() => _weights.delete(entry!.key, seen: entry));

  /// Restores the deleted entry.
  Future<void> restore() => _weights.restore(entry!);
}
