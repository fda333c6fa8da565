import 'dart:convert';
import 'dart:io';

import '../../../../core/state/observed.dart';
import '../../../../core/state/one_at_a_time.dart';
import '../../../../core/storage/written_file.dart';
import '../../domain/weight_unit.dart';
import 'weight_preferences.dart';

/// [WeightPreferences] in a file.
final class StoredPreferences implements WeightPreferences {
  /// Stores them in the file at [_path].
  StoredPreferences(this._path) {
    try {
      final file = File(_path);
      if (!file.existsSync()) return;
      if (jsonDecode(file.readAsStringSync()) case {'unit': final code}) unit.value = WeightUnit.of(code) ?? unit.value;
    } on Exception {
      // An unreadable file counts as none: the user can choose again.
    }
  }

  final String _path;
  final _turns = OneAtATime();

  @override
  final Observed<WeightUnit> unit = Observed(WeightUnit.kg);

  @override
  Future<void> setUnit(WeightUnit value) => _turns.run(() async {
    await writeWholly(_path, jsonEncode({'unit': value.code}));
    unit.value = value;
  });
}
