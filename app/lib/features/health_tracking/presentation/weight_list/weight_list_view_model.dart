import 'package:clock/clock.dart';
import 'package:flutter/material.dart';

import '../../../../core/presentation/view_model.dart';
import '../../../../core/state/leading_count.dart';
import '../../data/repositories/weight_preferences.dart';
import '../../data/repositories/weight_repository.dart';
import '../../domain/weight_entry.dart';
import '../../domain/weight_unit.dart';
import '../chart_range.dart';

/// The list of weights and the period that the chart shows.
class WeightListViewModel extends ViewModel {
  /// Entries of [_weights], in the unit of [_preferences].
  WeightListViewModel(this._weights, this._preferences) {
    _weights.entries.addListener(notifyListeners);
    _preferences.unit.addListener(notifyListeners);
    _weights.adoption.addListener(notifyListeners);
  }

  final WeightRepository _weights;
  final WeightPreferences _preferences;
  ChartRange _range = ChartRange.quarter;
  ({List<WeightEntry> all, ChartRange range, DateTime day, List<WeightEntry> charted})? _kept;

  /// All entries, newest first.
  List<WeightEntry> get entries => _weights.entries.value;

  /// Whether weights from before the sign-in are not shown because the account has not been loaded yet.
  bool get isWaiting => _weights.adoption.value?.waitsForAccount ?? false;

  /// The unit for showing weights.
  WeightUnit get unit => _preferences.unit.value;

  /// The period that the chart shows.
  ChartRange get range => _range;
  set range(ChartRange range) {
    _range = range;
    notifyListeners();
  }

  /// The entries in the period, newest first: the same list until an entry, the period or the day changes.
  List<WeightEntry> get charted {
    final (all, day) = (entries, DateUtils.dateOnly(clock.now()));
    final kept = _kept;
    if (kept != null && identical(kept.all, all) && kept.range == _range && kept.day == day) return kept.charted;
    final start = _range.start;
    final charted = start == null ? all : all.sublist(0, leadingCount(all, (entry) => entry.timestamp.isAfter(start)));
    _kept = (all: all, range: _range, day: day, charted: charted);
    return charted;
  }

  /// The change over the period; null with fewer than two entries.
  double? get change {
    final shown = charted;
    if (shown.length < 2) return null;
    return shown.first.weight.valueIn(unit) - shown.last.weight.valueIn(unit);
  }

  /// Deletes an entry; [restore] brings it back.
  Future<void> delete(WeightEntry entry) => _weights.delete(entry.key, seen: entry);

  /// Restores a deleted entry.
  Future<void> restore(WeightEntry entry) => _weights.restore(entry);

  @override
  void dispose() {
    _weights.entries.removeListener(notifyListeners);
    _preferences.unit.removeListener(notifyListeners);
    _weights.adoption.removeListener(notifyListeners);
    super.dispose();
  }
}
