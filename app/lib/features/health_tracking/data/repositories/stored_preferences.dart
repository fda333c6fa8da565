import 'dart:convert';

import '../../../../core/state/observed.dart';
import '../../../../core/state/one_at_a_time.dart';
import '../../../../core/storage/stored_text.dart';
import '../../domain/weight_unit.dart';
import 'weight_preferences.dart';

/// [WeightPreferences] in a file.
final class StoredPreferences implements WeightPreferences {
  /// Stores them in [_file].
  StoredPreferences(this._file) {
    try {
      if (jsonDecode(_file.text ?? '{}') case {'unit': final code}) unit.value = WeightUnit.of(code) ?? unit.value;
    } on Exception {
      // An unreadable file counts as none: the user can choose again.
    }
  }

  final StoredText _file;
  final _turns = OneAtATime();

  @override
  final Observed<WeightUnit> unit = Observed(WeightUnit.kg);

  @override
  Future<void> setUnit(WeightUnit value) => _turns.run(() async {
    await _file.write(jsonEncode({'unit': value.code}));
    unit.value = value;
  });
}
